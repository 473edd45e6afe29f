import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CLI, Folder, USAGE } from "./folder-world.ts";

const COMMANDS = ["check", "record", "release", "status", "recap", "reset", "verify", "doctor", "run"] as const;

describe("help", () => {
  it("names every command, the exit codes and examples, in 80 columns", async () => {
    const { exitCode, stdout } = await new Folder({ inProcess: true }).run("--help");
    expect(exitCode).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
    expect(stdout).toMatch(/^ {2}75 +the budget said no$/m);
    expect(stdout).toMatch(/^Examples:\n(?: {2}token-budget .*\n)+/m);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each(COMMANDS)("of %s has its options, with their defaults, and examples", async (command) => {
    const folder = new Folder({ inProcess: true });
    const { exitCode, stdout } = await folder.run(command, "--help");
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Usage: token-budget ${command} [options]`);
    expect(stdout).toMatch(new RegExp(`^Examples:\\n  token-budget ${command}\\b`, "m"));
    expect(stdout).toMatch(/^ {2}--json /m);
    expect(stdout.replace(/\s+/g, " ")).toContain("as owner/name. Default: the current folder.");
    expect(stdout).not.toMatch(/github-token|discord-webhook|job-index/);
    for (const line of stdout.split("\nExamples:")[0]?.split("\n") ?? []) expect(line.length).toBeLessThanOrEqual(80);
    expect(folder.files()).toEqual([]);
  });

  it("is what a program without a command shows", async () => {
    const { exitCode, stdout } = await new Folder({ inProcess: true }).run();
    expect(exitCode).toBe(2);
    expect(stdout).toContain("Commands:");
    expect(await new Folder({ inProcess: true }).run("--version")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe("what can't be understood", () => {
  it.each([
    [["chekc"], "unknown command 'chekc'"],
    [["guard"], "guard works only in a workflow"],
    [["guard", "--monthly-budget", "5"], "token-budget run -- COMMAND"],
    [["check", "--estimat", "1"], "unknown option '--estimat'"],
    [["check", "--estimate"], "argument missing"],
    [["check", "extra"], "too many arguments"],
    [["check", "--discord-webhook", "x"], "unknown option '--discord-webhook'"],
    [["status", "--cost", "1"], "unknown option '--cost'"],
    [["run"], "missing required argument 'command'"],
  ])("%j is refused, and nothing is written", async (args, said) => {
    const folder = new Folder({ inProcess: true });
    const ended = await folder.run(...args);
    expect(ended).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ended.stderr).toContain(said);
    expect(ended.stderr).toContain("--help");
    expect(folder.files()).toEqual([]);
  });

  it("is named in one answer, all of it", async () => {
    const folder = new Folder({ inProcess: true });
    const ended = await folder.run(
      "check",
      "--estimate",
      "0",
      "--timezone",
      "Berlin",
      "--alerts",
      "90,75",
      "--path",
      "../x.json",
    );
    expect(ended.exitCode).toBe(2);
    expect(ended.stdout).toContain("4 bad inputs, nothing was read or written:\n- ");
    for (const name of ["estimate", "timezone", "alerts", "path"]) {
      expect(ended.stdout).toMatch(new RegExp(`^- --${name} is "`, "m"));
    }
    const { exitCode, stdout } = await folder.run("reset", "--json");
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      reason: "bad-input",
      failed: true,
      message: expect.stringContaining("--reason is missing"),
    });
    expect(folder.files()).toEqual([]);
  });
});

it("answers every command with one line of JSON where that is asked for", async () => {
  const folder = new Folder({ inProcess: true });
  expect(await folder.json("status")).toMatchObject({ command: "status", spent: 0, failed: false });
  const checked = await folder.json("check");
  expect(checked).toMatchObject({ reason: "ok", held: 0.055, remaining: 14.945, notes: [{ level: "notice" }] });
  expect(await folder.json("record", "--usage-file", USAGE)).toMatchObject({
    cost: 0.04995,
    milestones: [],
    hold: checked.hold,
  });
  await folder.json("check");
  expect(await folder.json("release")).toMatchObject({ command: "release", held: 0 });
  expect(await folder.json("recap")).toMatchObject({ message: expect.stringContaining("No month has been closed") });
  expect(await folder.json("reset", "--reason", "why not")).toMatchObject({ spent: 0, executions: 0 });
  expect(await folder.json("verify")).toMatchObject({ failed: false });
  expect(await folder.json("check", "--estimate", "99")).toMatchObject({
    allowed: false,
    reason: "exhausted",
    failed: true,
  });
  const run = await folder.run("run", "--json", "--", "node", "-p", "1");
  expect(run.stdout).toBe("1\n");
  expect(
    run.stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).command),
  ).toEqual(["run", "run"]);
});

it("uses no colours where there is no terminal, whatever is forced", async () => {
  for (const env of [{}, { NO_COLOR: "1" }, { TERM: "xterm-256color", FORCE_COLOR: "1" }]) {
    const { stdout, stderr } = await new Folder({ inProcess: true, env }).run("check");
    expect(stdout + stderr).not.toContain("\u001b");
  }
});

it("says a note once, after the picture and apart from it", async () => {
  const { stdout, stderr } = await new Folder({ inProcess: true }).run("check");
  expect(stdout).not.toContain("Cold start");
  expect(stderr.match(/Cold start/g)).toHaveLength(1);
});

const OLDER_NODE = "/usr/bin/node";
it("works with the Node of the machine as well", async ({ skip }) => {
  skip(!existsSync(OLDER_NODE), `this machine has no ${OLDER_NODE}`);
  const folder = new Folder({ inProcess: true });
  const run = (...args: string[]) =>
    new Promise<{ code: number; stdout: string }>((resolve) => {
      const child = execFile(OLDER_NODE, [CLI, ...args], { cwd: folder.path }, (_, stdout) =>
        resolve({ code: child.exitCode ?? -1, stdout }),
      );
    });
  expect(await run("check")).toMatchObject({ code: 0, stdout: expect.stringContaining("AI run allowed") });
  expect(await run("record", "--usage-file", USAGE)).toMatchObject({ code: 0 });
  expect(await run("run", "--", OLDER_NODE, "-p", "7*6")).toMatchObject({ code: 0, stdout: "42\n" });
  expect(await run("verify")).toMatchObject({ code: 0 });
  expect(await run("status", "--json")).toMatchObject({ code: 0, stdout: expect.stringContaining('"spent":0.10495') });
});
