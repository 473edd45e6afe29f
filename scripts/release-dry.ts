// Goes through a release with the workflow's own steps, in a copy with a separate remote, and shows what it would do.
// npm run release:dry
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { git, remoteTags } from "./git.ts";
import { pendingChanges, planOf } from "./release-plan.ts";
import { scriptOf } from "./release-step.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "release-"));
const [remote, copy, files] = ["remote.git", "copy", "release"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
try {
  git(folder, "clone", "--quiet", "--bare", root, remote);
  git(folder, "clone", "--quiet", remote, copy);
  for (const [key, value] of [
    ["user.name", "Dry run"],
    ["user.email", "dry-run@localhost"],
  ] as const)
    git(copy, "config", key, value);
  // Not a link to ours: the bundler follows it, and what it builds then is something else.
  step("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund");
  const waiting = pendingChanges(copy);
  say(`${waiting.length} changes wait for a version.`);
  if (waiting.length > 0) {
    step("npm", "run", "--silent", "release:version");
    git(copy, "add", "--all");
    git(copy, "commit", "--quiet", "--message", "Version");
    say(git(copy, "show", "--stat", "--format=Commit: %s", "HEAD"));
  }
  step("node", "scripts/check-dist.ts");
  for (const args of [["plan"], ["files", files]]) step("node", "scripts/release.ts", ...args);
  for (const id of ["compare", "tags"]) workflowStep(id);
  say(readFileSync(join(files, "notes.md"), "utf8"));
  say(readFileSync(join(files, "SHA256SUMS"), "utf8"));
  const archive = /token-budget-\S+\.tgz/.exec(readFileSync(join(files, "SHA256SUMS"), "utf8"))?.[0] ?? "";
  step("tar", "-tzf", join(files, archive));
  for (const [tag, commit] of remoteTags(copy)) say(`${tag} ${commit}`);
  step("node", "scripts/release.ts", "plan");
} finally {
  if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
}

function step(command: string, ...args: readonly string[]): void {
  say(`\n$ ${[command, ...args].join(" ")}`);
  const program = command === "node" ? process.execPath : command;
  execFileSync(program, args, {
    cwd: copy,
    stdio: "inherit",
    shell: command === "npm" && process.platform === "win32",
  });
}

/** Runs a step of the job that publishes, as its shell does. */
function workflowStep(id: string): void {
  say(`\n$ the step ${id} of the release`);
  const { tag, major, movesMajor } = planOf(copy);
  const env = {
    ...process.env,
    ...{ GITHUB_SHA: git(copy, "rev-parse", "HEAD"), GITHUB_WORKSPACE: copy, RUNNER_TEMP: folder },
    ...{ TAG: tag, MAJOR: major, MOVES_MAJOR: String(movesMajor) },
  };
  execFileSync("bash", ["-e", "-c", scriptOf(id)], { cwd: copy, stdio: "inherit", env });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
