import { execFile } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMMANDS_OF } from "../../src/inputs/commands/table.ts";
import { COMMAND_TEXTS } from "../../src/inputs/commands/texts.ts";
import { type GitHub, startGitHub } from "../support/github/server.ts";
import { NO_POSTGRES, newDatabase, sharedServer } from "../support/postgres/server.ts";
import { seedBooks } from "./books-on-branch.ts";
import { CLI, Folder } from "./folder-world.ts";

const NAMES = [...COMMANDS_OF.terminal, "completion"] as const;
const EXAMPLES = NAMES.flatMap((name) => COMMAND_TEXTS[name].examples.map((example) => ({ name, example })));

let github: GitHub;
let prepared: Folder;
beforeAll(async () => {
  github = await startGitHub({
    repositories: { "octocat/hello-world": {}, "octo-org/ai-budget": {}, "octo-org/shared": {} },
  });
  await seedBooks(github.repo("octo-org/ai-budget"), { at: "2026-02-14T10:00:00Z", spent: 1 });
  prepared = await prepareFolder();
});
afterAll(() => github.stop());

/** A folder as the examples have it: books with a hold, files that tools wrote, an agent or two. */
async function prepareFolder(): Promise<Folder> {
  const folder = new Folder({ inProcess: true });
  for (const path of [".git", "bin", "out", "home/.zfunc", "home/.config/fish/completions"]) {
    mkdirSync(join(folder.path, path), { recursive: true });
  }
  mkdirSync(join(folder.path, "home/.local/share/bash-completion/completions"), { recursive: true });
  const usage = '{"token_budget_usage":1,"usage":[{"model":"claude-sonnet-4-5","input":2000,"output":1500}]}\n';
  folder.write("result.json", usage);
  folder.write(
    "rollout.jsonl",
    '{"type":"turn.completed","usage":{"input_tokens":2000,"cached_input_tokens":0,"output_tokens":100}}\n',
  );
  program(folder, "bin/token-budget", `exec ${process.execPath} ${CLI} "$@"`);
  program(folder, "bin/claude", `printf '%s' '${usage.trim()}'`);
  program(folder, "agent.sh", `printf '%s' '${usage.trim()}' > out/result.json`);
  await folder.run("check", "--estimate", "0.05");
  folder.write(
    "token_budget.json",
    folder.read("token_budget.json").replaceAll(String(folder.state().holds[0]?.id), "7k2m9q4x1c8v5b3n"),
  );
  return folder;
}

/** A policy with the budgets that the examples name. */
function withParts(folder: Folder): void {
  mkdirSync(join(folder.path, ".github"), { recursive: true });
  const part = (name: string) => `  - { name: ${name}, match: { team: ${name} }, limit: 4 USD, period: month }\n`;
  folder.write(".github/token-budget.yml", `budgets:\n${part("qa")}${part("infra")}`);
}

/** Books with the alert that the examples name. */
function withAlert(folder: Folder): void {
  const state = folder.state();
  const { current_month: period, last_reset: at } = state;
  const alert = { id: "A-0214-3", kind: "threshold", severity: "warning", period, at, facts: { usage: 12, limit: 15 } };
  folder.write("token_budget.json", JSON.stringify({ ...state, alerts: [alert] }));
}

/** A policy with the client that the examples name, a closed month, and the statement that was issued for it. */
function withStatement(folder: Folder, isIssued: boolean): void {
  mkdirSync(join(folder.path, ".github"), { recursive: true });
  const entity = "{ name: client-x, match: { client: client-x }, model: chargeback }";
  folder.write(".github/token-budget.yml", `statements: { entities: [${entity}] }\n`);
  const issued = { number: "INV-2026-02-CLIENT-X", month: "2026-02", entity: "client-x", model: "chargeback" };
  const statements = isIssued ? [{ ...issued, amount: 1, issued: "2026-03-01" }] : undefined;
  const history = [{ month: "2026-02", total_spent: 0, closed: "rollover" }];
  folder.write("token_budget.json", JSON.stringify({ ...folder.state(), history, statements }));
}

function program(folder: Folder, name: string, text: string): void {
  writeFileSync(join(folder.path, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder.path, name), 0o755);
}

/** Whether an example needs a database. */
const needsDatabase = (example: string) => /postgres:|token-budget database/.test(example);

/** A database as the examples have it: the tables, the books octo-org and, where they leave it, something in them. */
async function withDatabase(folder: Folder, example: string): Promise<Readonly<Record<string, string>>> {
  const server = await sharedServer();
  const env = { TOKEN_BUDGET_DATABASE_URL: server.urlOf(await newDatabase(server)) };
  const ready = [
    "token-budget database migrate --books octo-org",
    "token-budget release",
    "token-budget move --from . --to postgres:octo-org",
  ].slice(0, example.includes("--from postgres:") ? 3 : example.includes("--to postgres:") ? 1 : 0);
  for (const line of ready) {
    const ended = await inShell(folder, line, line.endsWith("release") ? {} : env);
    expect(ended.exitCode, ended.stdout + ended.stderr).toBe(0);
  }
  // What the books left behind isn't in the way of the next place.
  rmSync(join(folder.path, "token_budget.json"));
  return env;
}

function inShell(
  folder: Folder,
  line: string,
  more: Readonly<Record<string, string>> = {},
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const env = {
    PATH: `${join(folder.path, "bin")}:${process.env["PATH"]}`,
    HOME: join(folder.path, "home"),
    GITHUB_TOKEN: "ghs_write",
    GITHUB_API_URL: github.apiUrl,
    ...more,
  };
  return new Promise((resolve) => {
    const child = execFile("/bin/sh", ["-c", line], { cwd: folder.path, env }, (_, stdout, stderr) =>
      resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

describe.runIf(existsSync("/bin/sh"))("every example of the help runs as it stands", () => {
  it.for(EXAMPLES)("$example", async ({ example }, { skip }) => {
    if (needsDatabase(example)) skip(NO_POSTGRES !== undefined, NO_POSTGRES);
    const folder = new Folder({ inProcess: true });
    cpSync(prepared.path, folder.path, { recursive: true });
    if (example.includes("--from qa")) withParts(folder);
    if (example.includes("A-0214-3")) withAlert(folder);
    if (example.includes("token-budget statement")) withStatement(folder, example.includes("--paid"));
    if (example.startsWith("token-budget serve")) {
      // It would never end: a bad input stops it, and the error would name every other one, too.
      const { exitCode, stdout } = await inShell(folder, `${example} --interval 1`);
      expect([exitCode, stdout.match(/[a-z-]+(?= is)/g)]).toEqual([2, ["--interval"]]);
      return;
    }
    const env = needsDatabase(example) ? await withDatabase(folder, example) : {};
    const ended = await inShell(folder, example, env);
    expect(ended.exitCode, ended.stdout + ended.stderr).toBe(0);
  });
});

describe("help", () => {
  it.each(NAMES)("of %s fits 80 columns and says how it ends", async (name) => {
    const { exitCode, stdout } = await new Folder({ inProcess: true }).run(name, "--help");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: token-budget ${name}\\b`));
    expect(stdout).toMatch(/^Exit codes:\n {2}\S+ +\S/m);
    const examples = COMMAND_TEXTS[name].examples;
    // A line to copy stays whole.
    for (const line of stdout.split("\n"))
      if (!examples.includes(line.trim())) expect(line.length).toBeLessThanOrEqual(80);
    expect(await new Folder({ inProcess: true }).run("help", name)).toMatchObject({ exitCode: 0, stdout });
  });

  it("of every command on the books names environment and files", async () => {
    const { stdout } = await new Folder({ inProcess: true }).run("help", "record");
    for (const name of ["GITHUB_TOKEN, GH_TOKEN", "DISCORD_WEBHOOK", "HTTPS_PROXY", "NO_COLOR"])
      expect(stdout).toContain(name);
    expect(stdout).toContain("token_budget/ledger/");
  });

  it("of no command is the program's, and of an unknown one names the nearest", async () => {
    const { stdout } = await new Folder({ inProcess: true }).run("--help");
    expect(await new Folder({ inProcess: true }).run("help")).toMatchObject({ exitCode: 0, stdout });
    const wrong = await new Folder({ inProcess: true }).run("help", "chekc");
    expect(wrong).toMatchObject({ exitCode: 2, stdout: "" });
    expect(wrong.stderr).toContain('unknown command "chekc"\n(Did you mean check?)');
  });

  it.each([
    [["doctr"], "(Did you mean doctor?)"],
    [["init", "--agnet", "codex"], "(Did you mean --agent?)"],
    [["record", "--usagefile", "x"], "(Did you mean --usage-file?)"],
  ])("is offered by the nearest name for %j", async (args, said) => {
    const ended = await new Folder({ inProcess: true }).run(...args);
    expect(ended).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(said) });
  });
});
