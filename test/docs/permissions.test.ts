import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS_OF } from "../../src/inputs/commands/table.ts";
import { booksOn, NOON, useWorld } from "../e2e/action-world.ts";
import { seedBooks } from "../e2e/books-on-branch.ts";
import { sectionsIn } from "./pages.ts";

const world = useWorld();
const section = sectionsIn(readFileSync("README.md", "utf8")).find(({ anchor }) => anchor === "permissions");

/** Which permission the README says each command needs. */
const needs = new Map(
  [...(section?.text ?? "").matchAll(/^\| ([^|]+) \| `(\w+: \w+)`/gm)].flatMap(([, who = "", permission = ""]) =>
    [...who.matchAll(/`([a-z]+)`/g)].map(([, command = ""]) => [command, permission] as const),
  ),
);
const INPUTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  record: { cost: "0.1" },
  usage: { "usage-file": resolve("test/fixtures/usage/claude-code/execution-file.json") },
  reset: { reason: "The pilot is over" },
  pause: { reason: "Release week" },
  adjust: { adjustment: "top-up", amount: "5 USD", reason: "Release week" },
};
const PAUSED = { by: "boss", at: NOON, reason: "Release week" };
const LAST_MONTH = "2026-01-31T12:00:00Z";

/** One step of a maintainer's manual run. */
async function stepOf(command: string, token: string, inputs: Readonly<Record<string, string>> = {}) {
  // These write when there is a month to close.
  const at = ["recap", "alerts"].includes(command) ? LAST_MONTH : NOON;
  // Without a pause there is nothing to resume.
  const state = command === "resume" ? { requires: ["paused"], paused: PAUSED } : {};
  await seedBooks(world.repo, { at, spent: 1, holds: [0.055], state });
  world.repo.setRole("boss", "maintain");
  const hold: Readonly<Record<string, string>> = command === "release" ? { hold: "seeded-hold-1" } : {};
  return world.step(
    command,
    { ...INPUTS[command], ...hold, ...inputs },
    { token, event: { name: "workflow_dispatch" }, run: { actor: "boss" } },
  );
}

describe("the README's table of permissions", () => {
  it("has every command of a workflow once", () => {
    expect([...needs.keys()].filter((name) => name !== "approval").toSorted()).toEqual(COMMANDS_OF.action.toSorted());
  });

  it.each([...needs].filter(([, permission]) => permission === "contents: read"))(
    "is right that %s can do with %s",
    async (command) => {
      expect((await stepOf(command, "ghs_read")).exitCode).toBe(0);
    },
  );

  it.each([...needs].filter(([, permission]) => permission === "contents: write"))(
    "is right that %s can't do without %s, and changes nothing",
    async (command) => {
      const { exitCode, summary } = await stepOf(command, "ghs_read");
      expect(exitCode).toBe(1);
      expect(summary).toContain("contents: write");
      expect((await booksOn(world.repo)).state).toMatchObject({ total_spent: 1, top_ups: 0 });
    },
  );

  it.each([...needs].filter(([, permission]) => permission === "contents: write"))(
    "is right that %s needs no more than %s",
    async (command) => {
      expect((await stepOf(command, "ghs_write")).exitCode).toBe(0);
    },
  );

  it("is right that a repair writes", async () => {
    await seedBooks(world.repo, { at: NOON, spent: 1, state: { total_spent: 3 } });
    expect((await world.step("verify", { repair: "true" }, { token: "ghs_read" })).exitCode).toBe(1);
    expect((await world.step("verify", { repair: "true" }, { token: "ghs_write" })).exitCode).toBe(0);
    expect((await booksOn(world.repo)).state.total_spent).toBe(1);
  });

  it("is right that record prints its ledger line", async () => {
    const { annotations } = await stepOf("record", "ghs_read");
    expect(annotations.map(({ message }) => message).join("\n")).toMatch(/"kind":"charge"/);
  });
});
