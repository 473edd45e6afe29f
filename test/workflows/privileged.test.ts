import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ownWorkflows } from "../examples/written-workflows.ts";

type Step = { readonly uses?: string; readonly run?: string };
type Job = {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly if?: string;
};
type Workflow = { readonly jobs: Readonly<Record<string, Job>> };

/** Actions of others that do what they are for and run nothing of the checkout's. */
const ACTIONS: readonly string[] = [
  "actions/checkout",
  "actions/setup-node",
  "actions/download-artifact",
  "actions/attest",
  "github/codeql-action/init",
  "github/codeql-action/analyze",
];

/** Programs that run nothing of the checkout's, and what the shell does by itself. */
const PROGRAMS: readonly string[] = [
  ...["cd", "echo", "exit", "set", "test", "[", "if", "then", "else", "fi"],
  ...["cmp", "cut", "find", "gh", "git", "jq", "mkdir", "sha256sum", "sort", "tail", "tar"],
];

/** The one use of npm: it hands out an archive as it is. */
const PUBLISH = /^npm publish "\$RUNNER_TEMP"\/release\/\*\.tgz --ignore-scripts /;

/** Every command of a script, without the words around it. */
function commandsIn(script: string): readonly string[] {
  return script
    .replace(/'[^']*'/g, "''")
    .split(/\n|&&|\|\||[;|]|\$\(|`/)
    .map((command) =>
      command.trim().replace(/^((then|else|do|if|!|exec|env|command|[A-Za-z_]\w*=("[^"]*"|\S*)?) +)+/, ""),
    )
    .map((command) => command.replace(/^\w+="?$/, ""))
    .filter((command) => command !== "" && !command.startsWith("#"));
}

/** What a job that may write does beyond what it may. */
function faultsOf({ steps = [] }: Job): readonly string[] {
  return steps.flatMap(({ uses, run = "" }) => {
    if (uses !== undefined) return ACTIONS.includes(uses.split("@")[0] ?? "") ? [] : [uses];
    return commandsIn(run).filter((command) => {
      const program = command.split(/\s/)[0] ?? "";
      return !PROGRAMS.includes(program) && !PUBLISH.test(command);
    });
  });
}

const mayWrite = ({ permissions = {} }: Job) => Object.values(permissions).some((level) => level !== "read");

const privileged = ownWorkflows().flatMap(({ place, text }) =>
  Object.entries((parse(text) as Workflow).jobs)
    .filter(([, job]) => mayWrite(job))
    .map(([name, job]) => ({ place, name, job })),
);

/** Tries the action itself on GitHub, with main's own dist/, which needs no package. */
const isSmoke = ({ place, name }: { readonly place: string; readonly name: string }) =>
  place.endsWith("ci.yml") && name === "smoke";

describe("a job that may push, publish or sign", () => {
  it("is one of these", () => {
    expect(privileged.map(({ name }) => name).sort()).toEqual(["analyze", "propose", "publish", "smoke"]);
  });

  it.each(privileged.filter((one) => !isSmoke(one)))(
    "installs nothing, builds nothing and runs nothing of the checkout: $name of $place",
    ({ job }) => {
      expect(faultsOf(job)).toEqual([]);
    },
  );

  it("and tries the action, runs main's own and nothing else, and on no pull request", () => {
    const [smoke, ...others] = privileged.filter(isSmoke);
    expect(others).toEqual([]);
    expect(smoke?.job.if).toContain("github.ref == 'refs/heads/main'");
    expect(new Set(faultsOf(smoke?.job ?? {}))).toEqual(new Set(["./"]));
  });

  it.each([
    ["npm ci"],
    ["npm ci --ignore-scripts"],
    ["npm run build"],
    ["npm publish --access public"],
    ["node scripts/release.ts tags"],
    ["git status && npx vitest run"],
    ["git status; ./build.sh"],
    ["git status | bash"],
    ['X="$(node x.js)" git push'],
    ["if node x.js; then git push; fi"],
    ["env A=b make"],
    ["bash -c 'npm ci'"],
    [". ./setup"],
  ])("would be found out: %s", (run) => {
    expect(faultsOf({ steps: [{ run }] })).not.toEqual([]);
  });

  it.each([["./"], ["./.github/actions/build"], ["somebody/builds@v1"], ["actions/cache@v5"]])(
    "would be found out: uses %s",
    (uses) => {
      expect(faultsOf({ steps: [{ uses }] })).toEqual([uses]);
    },
  );
});
