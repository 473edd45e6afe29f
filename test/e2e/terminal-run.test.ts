import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { CLI, Folder, USAGE } from "./folder-world.ts";

/** A Claude Code result as `claude -p --output-format json` prints it. */
const RESULT = JSON.stringify((JSON.parse(readFileSync(USAGE, "utf8")) as unknown[]).at(-1));
const printing = (text: string, exitCode = 0) =>
  `process.stdout.write(${JSON.stringify(text)}); console.error("from the agent"); process.exitCode = ${exitCode};`;

it.each([0, 3])("books what a command printed and passes on its output and its exit code %i", async (exitCode) => {
  const folder = new Folder();
  const ended = await folder.run("run", "--tags", "agent=dev", "--", "node", "-e", printing(RESULT, exitCode));
  expect(ended).toMatchObject({ exitCode, stdout: RESULT });
  expect(ended.stderr).toBe(
    [
      "✔ Allowed: $0.0550 set aside; $0.00 of $15.00 spent (0.0%), $0.0550 held, $14.9450 left.",
      "from the agent",
      "✔ Booked $0.0500; $0.0500 of $15.00 spent (0.3%), $14.9500 left.",
      "",
    ].join("\n"),
  );
  expect(folder.state()).toMatchObject({ total_spent: 0.04995, executions: 1, holds: [] });
  expect(folder.ledger()).toMatchObject([
    {
      cost: 0.04995,
      quality: "priced",
      result: exitCode === 0 ? "success" : "failure",
      predicted: 0.055,
      tags: { agent: "dev" },
      profile: "terminal",
    },
  ]);
});

it("takes no option of the command for its own", async () => {
  const folder = new Folder();
  const ended = await folder.run(
    "run",
    "--estimate",
    "0.2",
    "node",
    "-p",
    "process.argv.slice(1).join()",
    "--",
    "--json",
    "-x",
  );
  expect(ended).toMatchObject({ exitCode: 0, stdout: "--json,-x\n" });
  expect(folder.ledger()).toMatchObject([{ cost: 0.2, quality: "estimated" }]);
});

it("gives the command its input", async () => {
  const folder = new Folder({ input: "from the keyboard" });
  const ended = await folder.run("run", "--", "node", "-e", "process.stdin.pipe(process.stdout)");
  expect(ended).toMatchObject({ exitCode: 0, stdout: "from the keyboard" });
});

it("lets the hold go where there is no such command, and says so", async () => {
  const folder = new Folder();
  const ended = await folder.run("run", "--", "no-such-command-anywhere");
  expect(ended).toMatchObject({ exitCode: 127, stdout: "" });
  expect(ended.stderr).toContain("no-such-command-anywhere could not be started: there is no such command");
  expect(folder.state()).toMatchObject({ total_spent: 0, executions: 0, holds: [] });
  expect(folder.ledger()).toMatchObject([{ kind: "release", amount: 0.055 }]);
});

it.each(["./plain.txt", "./plain.txt/inside", "."])("takes %s for a command that can't be started", async (path) => {
  const folder = new Folder();
  folder.write("plain.txt", "echo");
  const ended = await folder.run("run", "--", path);
  expect(ended.exitCode).toBe(127);
  expect(ended.stderr).toContain(`${path} could not be started`);
  expect(folder.state()).toMatchObject({ total_spent: 0, holds: [] });
});

it("never starts a command the budget says no to", async () => {
  const folder = new Folder();
  const start = ["node", "-e", "require('node:fs').writeFileSync('started', '')"];
  const ended = await folder.run("run", "--estimate", "20", "--", ...start);
  expect(ended).toMatchObject({ exitCode: 75, stdout: "" });
  expect(ended.stderr).toContain("✖ AI run denied\nDenied: a run of $20.00 no longer fits");
  expect(ended.stderr).toContain('token-budget adjust top-up 5 --reason "…"');
  expect(folder.has("started")).toBe(false);

  folder.write("token_budget.json", "{");
  const unknown = await folder.run("run", "--", ...start);
  expect(unknown).toMatchObject({ exitCode: 75, stdout: "" });
  expect(unknown.stderr).toContain("Reason: state-unreadable");
  expect(folder.has("started")).toBe(false);
});

it("charges the estimate of a command that a signal ended, and answers as a shell would", async () => {
  const folder = new Folder();
  const ended = await folder.run("run", "--", "node", "-e", "process.kill(process.pid, 'SIGKILL')");
  expect(ended.exitCode).toBe(137);
  expect(folder.ledger()).toMatchObject([{ cost: 0.055, quality: "estimated", result: "cancelled" }]);
});

it("passes a signal on to the command and books what it had printed", async () => {
  const folder = new Folder();
  const agent = `${printing(RESULT)} process.on("SIGTERM", () => process.exit(9)); setInterval(() => {}, 1000); process.kill(process.ppid, "SIGTERM");`;
  const ended = await folder.run("run", "--", "node", "-e", agent);
  expect(ended).toMatchObject({ exitCode: 9, stdout: RESULT });
  expect(folder.state()).toMatchObject({ total_spent: 0.04995, holds: [] });
});

it("reads the file that the command wrote, and none from before it", async () => {
  const folder = new Folder();
  folder.leaveUsage("old.json");
  const copy = `require("node:fs").copyFileSync(${JSON.stringify(USAGE)}, "new.json")`;
  const ended = await folder.run("run", "--usage-file", "new.json", "--", "node", "-e", copy);
  expect(ended.exitCode).toBe(0);
  expect(folder.ledger()).toMatchObject([{ cost: 0.04995, quality: "priced" }]);
});

it("books though nobody reads the command's output to its end", async () => {
  const folder = new Folder();
  const script = `for (let i = 0; i < 100000; i++) console.log("line " + i); console.log(${JSON.stringify(RESULT)})`;
  folder.write("agent.mjs", script);
  const line = `{ "${process.execPath}" "${CLI}" run -- "${process.execPath}" agent.mjs; echo $? > code; } | head -n 1`;
  const { stdout } = await promisify(execFile)("sh", ["-c", line], { cwd: folder.path });
  expect(stdout).toBe("line 0\n");
  expect(folder.read("code")).toBe("0\n");
  expect(folder.state()).toMatchObject({ executions: 1, holds: [] });
});
