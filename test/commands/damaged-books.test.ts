import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { seededBooks } from "../support/seeded-books.ts";
import { BY_HAND, NOON, REPOSITORY, type Result, said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const EXECUTION = readFileSync(new URL("../fixtures/usage/claude-code/execution-file.json", import.meta.url), "utf8");

const { state: good, entry } = seededBooks(REPOSITORY, { at: NOON, spent: 5.23, executions: 95, milestones: [5] });
const text = (changed: Readonly<Record<string, unknown>> = {}) => JSON.stringify({ ...good, ...changed }, null, 2);
const CONFLICT = text().replace(
  '  "total_spent": 5.23,\n',
  '<<<<<<< HEAD\n  "total_spent": 5.23,\n=======\n  "total_spent": 5.31,\n>>>>>>> feature\n',
);

const BAD: readonly (readonly [name: string, content: string, problem: RegExp])[] = [
  ["something that isn't JSON", "monthly_budget: 15\n", /line 1|JSON/],
  ["conflict markers", CONFLICT, /merge conflict markers at line 8/],
  ["a total that is a text", text({ total_spent: "5.23" }), /total_spent/],
];

/** What would have been booked, for a person to book it by hand. */
function expectLedgerLine(result: Result): void {
  const line = /(\{"id":.*\})$/m.exec(said(result))?.[1] ?? "";
  expect(JSON.parse(line)).toMatchObject({ kind: "charge", cost: 0.04995, quality: "priced" });
}

describe.each(BAD)("books that are %s", (_, content, problem) => {
  const damage = () => world.store.put({ state: content, lines: [JSON.stringify(entry)] });

  it.each([
    ["check", {}],
    ["guard", {}],
    ["record", { cost: "0.05" }],
    ["release", {}],
    ["status", {}],
    ["recap", {}],
    ["verify", {}],
    ["verify", { repair: "true" }],
    ["reset", { reason: "try" }],
    ["adjust", { adjustment: "top-up", amount: "5 USD", reason: "try" }],
  ] as const)(
    "make %s %j fail, name the file, its place and the problem, and stay as they are",
    async (command, inputs) => {
      damage();
      world.roles.set("maintainer", "admin");
      const { outputs, failure, summary, screen } = await world.run(command, inputs, BY_HAND);
      expect(outputs).toMatchObject({ allowed: "false", decision: "deny", reason: "state-unreadable" });
      for (const shown of [outputs["message"], failure, screen.replace(/\s+/g, " ")]) {
        expect(shown).toMatch(/token_budget\.json (in|on the branch) .*o\/r@token-budget/);
        expect(shown).toMatch(problem);
      }
      expect(summary).toContain("Reason: <code>state-unreadable</code>");
      expect(screen).toContain("Reason: state-unreadable");
      expect([world.store.state, world.commits()]).toEqual([content, []]);
    },
  );

  it("leave what should have been booked in a warning", async () => {
    damage();
    const job = world.job();
    job.leave("claude-execution-output.json", EXECUTION);
    const record = await job.run("record");
    expect(record.failure).not.toBeNull();
    expectLedgerLine(record);
    const lenient = await job.run("record", { "on-error": "allow" });
    expect(lenient.failure).toBeNull();
    expectLedgerLine(lenient);
  });

  it("let a run in without a hold under on-error: allow", async () => {
    damage();
    const { failure, outputs, notes } = await world.run("check", { "on-error": "allow" });
    expect(failure).toBeNull();
    expect(outputs).toMatchObject({ allowed: "true", decision: "allow", reason: "state-unreadable" });
    expect(outputs["hold"]).toBeUndefined();
    expect(notes).toMatchObject([{ level: "warning", text: expect.stringMatching(problem) }]);
  });

  it("leave the post part of a denied guard nothing to say", async () => {
    damage();
    const job = world.job();
    await job.run("guard");
    expect(await job.post()).toBeNull();
  });
});

it.each(["check", "status", "verify", "record"])(
  "books whose state is gone while their ledger is there are not begun again by %s",
  async (command) => {
    world.store.put({ state: null, lines: [JSON.stringify(entry)] });
    const { failure, outputs } = await world.run(command, command === "record" ? { cost: "0.05" } : {});
    expect(outputs["reason"]).toBe("state-unreadable");
    expect(failure).toContain("token_budget.json is missing in o/r@token-budget");
    expect([world.store.state, world.commits()]).toEqual([null, []]);
  },
);

it("a run that was let in by on-error: allow is booked at the end of its job, once the books can be read again", async () => {
  world.store.put({ state: "{" });
  const job = world.job();
  expect((await job.run("guard", { "on-error": "allow" })).outputs["allowed"]).toBe("true");
  job.leave("claude-execution-output.json", EXECUTION);
  const broken = await job.post();
  expect(broken?.failure).toBeNull();
  expect(said(broken)).toContain('"cost":0.04995');
  world.seed({ at: NOON });
  const post = await job.post();
  expect(post?.failure).toBeNull();
  expect(said(post)).not.toContain("denied");
  expect(world.books().entries.at(-1)).toMatchObject({ kind: "charge", cost: 0.04995 });
});
