import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { AGENTS } from "../../src/inputs/options.ts";
import { Folder } from "./folder-world.ts";

const COMMANDS = [
  "check",
  "completion",
  "doctor",
  "help",
  "init",
  "record",
  "recap",
  "release",
  "reset",
  "resume",
  "run",
];

const folder = new Folder();
beforeAll(async () => {
  mkdirSync(join(folder.path, "bin"));
  folder.write("result.json", "{}");
  for (const shell of ["bash", "zsh", "fish", "powershell"]) {
    const { exitCode, stdout } = await folder.run("completion", shell);
    expect(exitCode).toBe(0);
    folder.write(`completion.${shell}`, stdout);
  }
});

const run = (program: string, ...args: readonly string[]): string[] =>
  execFileSync(program, args, { cwd: folder.path, encoding: "utf8", env: { ...process.env, TERM: "dumb" } })
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");

function inBash(line: string): string[] {
  const words = line.split(" ");
  const script = [
    "source completion.bash",
    `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})`,
    `COMP_CWORD=${words.length - 1}`,
    "_token_budget",
    String.raw`printf "%s\n" "\${COMPREPLY[@]}"`.replace("\\$", "$"),
  ].join("\n");
  return run("bash", "--norc", "-c", script);
}

const inFish = (line: string): string[] =>
  run("fish", "--no-config", "-c", `source completion.fish; complete -C '${line}'`).map(
    (each) => each.split("\t")[0] ?? "",
  );

const IN_ZSH = fileURLToPath(new URL("../support/runner/completed.zsh", import.meta.url));

const inZsh = (line: string): string[] =>
  run("zsh", "-f", IN_ZSH, line).flatMap((each) => /OFFERED (\S+)/.exec(each)?.[1] ?? []);

const SHELLS: readonly (readonly [string, (line: string) => string[]])[] = [
  ["bash", inBash],
  ["zsh", inZsh],
  ["fish", inFish],
];

describe.each(SHELLS)("completion in %s", (shell, completed) => {
  const isThere = [`/bin/${shell}`, `/usr/bin/${shell}`].some((path) => existsSync(path));

  it("offers commands, options, their words and files", ({ skip }) => {
    skip(!isThere, `this machine has no ${shell}`);
    const commands = completed("token-budget ");
    for (const command of COMMANDS) expect(commands).toContain(command);
    expect(completed("token-budget re").toSorted()).toEqual([
      "recap",
      "record",
      "release",
      "report",
      "reset",
      "resume",
    ]);
    expect(completed("token-budget check --est")).toContain("--estimate");
    expect(completed("token-budget check --")).not.toContain("--usage-file");
    expect(completed("token-budget init --agent ").toSorted()).toEqual([...AGENTS].toSorted());
    expect(completed("token-budget completion ").toSorted()).toEqual(["bash", "fish", "powershell", "zsh"]);
    expect(completed("token-budget usage res")).toContain("result.json");
    expect(completed("token-budget run -- unam")).toContain("uname");
  });
});

it("has a script for PowerShell with every command and its words", () => {
  const script = folder.read("completion.powershell");
  for (const command of COMMANDS) expect(script).toContain(`'${command}' = `);
  expect(script).toContain("'init --agent' = [ordered]@{ 'claude-code' = 'claude-code'");
  // What each bracket opens is closed: the shell itself isn't there to ask.
  for (const [open, close] of [
    ["{", "}"],
    ["(", ")"],
    ["[", "]"],
  ] as const) {
    const plain = script.replace(/'(?:[^']|'')*'/g, "");
    expect(plain.split(open).length).toBe(plain.split(close).length);
  }
});

it("refuses a shell that it doesn't know", async () => {
  const ended = await new Folder().run("completion", "tcsh");
  expect(ended).toMatchObject({ exitCode: 2, stdout: "" });
  expect(ended.stderr).toContain('no completion for "tcsh": write one of bash, zsh, fish, powershell');
});
