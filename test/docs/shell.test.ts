import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seedBooks } from "../e2e/books-on-branch.ts";
import { type GitHub, startGitHub } from "../support/github/server.ts";
import { emptyFolder } from "../support/runner/action.ts";

const PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...globSync("docs/*.md").toSorted()];
const REPOSITORY = "octo-org/octo-repo";
const { name, version } = JSON.parse(readFileSync("package.json", "utf8")) as { name: string; version: string };
const FILES = {
  "result.json": "test/fixtures/usage/claude-code/json-run.json",
  "exec.jsonl": "test/fixtures/usage/codex/exec.jsonl",
  "logs/run.jsonl": "test/fixtures/usage/claude-code/stream.ndjson",
};

/** What stands in for a program here, and is as strict about what it is asked. */
const PROGRAMS = {
  "token-budget": `exec "${process.execPath}" "${resolve("dist/cli.js")}" "$@"`,
  npm: `case "$*" in
    ci|test) ;;
    run\\ *) grep -q "\\"$2\\":" "${resolve("package.json")}" ;;
    "i -g ${name}"|"uninstall --global ${name}") ;;
    "pack ${name}") : > ${name}-${version}.tgz ;;
    "install --global ./${name}-${version}.tgz") [ -e "$3" ] ;;
    *) exit 64 ;; esac`,
  npx: `case "$1" in
    ${name}) shift; exec ${name} "$@" ;;
    vitest) [ "$2" = run ] && [ -e "${resolve(".")}/$3" ] ;;
    *) exit 64 ;; esac`,
  gh: `[ "$1 $3 $4" = "api --method POST" ] && exec "${process.execPath}" -e 'JSON.parse(require("fs").readFileSync(0, "utf8"))'`,
  ".ci/run": `[ -x "${resolve(".ci/run")}" ]`,
};

const blocks = PAGES.flatMap((page) =>
  [...readFileSync(page, "utf8").matchAll(/^ *```sh\n(.*?)^ *```/gms)].map(([, block = ""]) => ({ page, block })),
);

let github: GitHub;
let folder: string;
let home: string;

beforeAll(async () => {
  github = await startGitHub({ repositories: { [REPOSITORY]: {}, "octocat/hello-world": {} } });
  const repo = github.repo(REPOSITORY);
  const alert = { id: "A-0214-3", kind: "threshold", severity: "warning", at: "2026-02-14T09:00:00Z", facts: {} };
  await seedBooks(repo, { at: "2026-02-14T10:00:00Z", spent: 1, state: { alerts: [alert] } });
  await repo.writeFile("token-budget", "README.md", "# Budget\n");
  await repo.commit({ branch: "token-budget", files: { "token_budget.json": await stateOf() }, message: "Once more" });
  [folder, home] = [emptyFolder("clone"), emptyFolder("home")];
  await bash(`git clone --quiet "${repo.dir}" .`);
  for (const [name, from] of Object.entries(FILES)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    copyFileSync(from, join(folder, name));
  }
  for (const made of [".zfunc", ".config/fish/completions", ".local/share/bash-completion/completions"]) {
    mkdirSync(join(home, made), { recursive: true });
  }
  for (const [name, script] of Object.entries(PROGRAMS)) {
    const path = name.startsWith(".") ? join(folder, name) : join(home, "bin", name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }
  await bash(`ln -s "${resolve("examples")}" examples`);
});

afterAll(() => github.stop());

async function stateOf(): Promise<string> {
  return `${await github.repo(REPOSITORY).readFile("token-budget", "token_budget.json")}\n`;
}

/** Runs a script as a person would, without a terminal; what it printed and its exit code. */
function bash(script: string): Promise<{ readonly code: number | null; readonly said: string }> {
  const { PATH = "" } = process.env;
  const env = {
    PATH: [join(home, "bin"), PATH].join(delimiter),
    HOME: home,
    GITHUB_TOKEN: "ghs_write",
    GITHUB_API_URL: github.apiUrl,
    GITHUB_GRAPHQL_URL: github.graphqlUrl,
  };
  const child = spawn("bash", ["-e", "-o", "pipefail", "-c", script], { cwd: folder, env });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  child.stdin.end();
  return new Promise((done) => child.on("close", (code) => done({ code, said })));
}

const WATCHING = `token-budget status --watch                 # redraws every 10 seconds, until Ctrl+C
token-budget status --watch --interval 60
`;

/** Blocks whose command ends with something else than 0 here, and why. */
const ENDS: Readonly<Record<string, { readonly code: number; readonly says: RegExp }>> = {
  // Without a terminal nobody can be asked: it says which options do instead.
  "token-budget init\n": { code: 2, says: /--agent/ },
  // Nor does anyone look at a screen that is redrawn.
  [WATCHING]: { code: 2, says: /--watch needs a terminal/ },
  // The policy of the repository here has no statements, so none was issued.
  "token-budget statement --issue --month 2026-02 --repository octo-org/octo-repo\n": {
    code: 1,
    says: /has no statements/,
  },
  // No database is there.
  [`   export TOKEN_BUDGET_DATABASE_URL='postgresql://token_budget_owner:…@db.example.com:5432/token_budget'
   npx token-budget database migrate --books octo-org --repository octo-org/budget
`]: { code: 1, says: /The database can't be used now/ },
  [`token-budget status --books octo-org
token-budget report --books octo-org --period this-month --by repository
`]: { code: 2, says: /needs a database in TOKEN_BUDGET_DATABASE_URL/ },
  [`token-budget statement --list
token-budget statement --paid INV-2026-02-CLIENT-X --reason "bank transfer of 9 March"
token-budget statement --void INV-2026-02-CLIENT-X --reason "wrong rate"
`]: { code: 2, says: /No statement was issued yet/ },
};

describe.skipIf(process.platform === "win32")("the commands that the pages show (bash is needed)", () => {
  it.each(blocks)("in $page do what they should: $block", async ({ block }) => {
    const head = (await github.repo(REPOSITORY).head("token-budget")) ?? "";
    const { code, said } = await bash(block.replace("COMMIT:", `${head}:`));
    // What a page says to delete is there again for the next block.
    if (block.includes("--delete")) {
      expect(await github.repo(REPOSITORY).head("token-budget")).toBeUndefined();
      await bash(`git push --quiet origin ${head}:refs/heads/token-budget`);
    }
    // Another page restores the commit before the last, which must not be a paused one.
    if (block.includes("token-budget pause")) await bash(`token-budget check --repository ${REPOSITORY}`);
    const expected = ENDS[block] ?? { code: 0, says: /^/ };
    expect(said).toMatch(expected.says);
    expect(code, said).toBe(expected.code);
  });
});
