// A budget's first day, on files in a temporary folder: node examples/first-run/run.mjs
// Needs Node 20 or later and nothing installed.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const sample = fileURLToPath(new URL("claude-execution-output.json", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "token-budget-"));

const DENIED = 75;

function say(text) {
  process.stdout.write(`\n${text}\n\n`);
}

/** Runs the program in the folder, shows what it prints, and expects this exit code. */
function tokenBudget(args, { exitCode = 0, stdio = "inherit" } = {}) {
  process.stdout.write(`$ token-budget ${args.join(" ")}\n`);
  const { status, stdout } = spawnSync(process.execPath, [program, ...args], { cwd: folder, stdio, encoding: "utf8" });
  if (status !== exitCode) {
    process.stderr.write(`token-budget ${args[0]} ended with ${status}, not with ${exitCode}\n`);
    process.exit(1);
  }
  return stdout;
}

say(`1. A budget of $15 a month, with its books as files in ${folder}. Nothing is spent yet.`);
tokenBudget(["status"]);

say("2. Earlier this month five runs were booked at $0.995 each.");
for (let run = 1; run <= 5; run += 1) {
  const args = ["record", "--cost", "0.995", "--profile", "nightly", "--json"];
  const { message } = JSON.parse(tokenBudget(args, { stdio: ["ignore", "pipe", "ignore"] }));
  process.stdout.write(`  ${message}\n`);
}

say("3. Before an AI run: is there money left? The estimate is set aside before the answer is given.");
tokenBudget(["check", "--profile", "ai-pr"]);

say("4. The agent runs. Here, a finished run of Claude Code has left its result file.");
copyFileSync(sample, join(folder, "claude-execution-output.json"));
process.stdout.write("  claude-execution-output.json\n");

say("5. After the run: what did it cost? The cost is booked, the hold is settled, and the $5 milestone is crossed.");
tokenBudget([
  "record",
  "--verbose",
  "--profile",
  "ai-pr",
  "--usage-file",
  "claude-execution-output.json",
  "--prs",
  "1",
]);

say("6. With only $5.05 a month, the next run is denied: exit code 75, and a gate stops there.");
tokenBudget(["check", "--profile", "ai-pr", "--monthly-budget", "5.05"], { exitCode: DENIED });

say("7. Every figure can be recomputed from the ledger.");
tokenBudget(["verify"]);

say("8. The booking in the ledger:");
const ledger = join(folder, "token_budget", "ledger");
const lines = readdirSync(ledger, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .flatMap((entry) =>
    readFileSync(join(entry.parentPath ?? entry.path, entry.name), "utf8")
      .trim()
      .split("\n"),
  );
process.stdout.write(`${lines.find((line) => line.includes('"profile":"ai-pr"'))}\n`);
say(`Look around: the books stay in ${folder}`);
