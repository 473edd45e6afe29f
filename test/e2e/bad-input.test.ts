import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type GitHub, startGitHub } from "../support/github/server.ts";
import { type ActionOptions, type ActionResult, runAction } from "../support/runner/action.ts";
import { sharedHosts as hosts } from "../support/runner/hosts.ts";
import { SharedTime } from "../support/runner/shared-time.ts";
import { booksOn } from "./books-on-branch.ts";

// command, input, bad value, and a piece of what the answer says would be right
const BAD: readonly (readonly [command: string, input: string, value: string, right: string])[] = [
  ["check", "monthly-budget", "fifty", "15 or 9.77"],
  ["check", "monthly-budget", "-1", "no sign"],
  ["check", "monthly-budget", "0", "more than 0"],
  ["check", "monthly-budget", "1e3", "plain decimal"],
  ["check", "monthly-budget", "$15", "no $"],
  ["check", "monthly-budget", "1.0000000001", "nine decimals"],
  ["check", "milestone-interval", "0", "at least 0.01"],
  ["check", "alerts", "90, 75", "ascending"],
  ["check", "alerts", "0, 50", "from 1 to 100"],
  ["check", "timezone", "Berlin", "Europe/Berlin"],
  ["check", "timezone", "+01:00", "IANA"],
  ["check", "notify", "milestones", "milestone, alert"],
  ["check", "estimate", "0", "auto"],
  ["check", "estimate", "automatic", "auto"],
  ["check", "default-estimate", "0.00", "more than 0"],
  ["check", "hold-minutes", "6h", "minutes"],
  ["check", "on-deny", "skip", "fail or continue"],
  ["check", "on-error", "Allow", "deny or allow"],
  ["check", "repository", "https://github.com/o/r", "owner/name"],
  ["check", "path", "../budget.json", "without .."],
  ["check", "path", "/etc/budget.json", "inside the repository"],
  ["check", "path", "budget.yaml", ".json"],
  ["check", "branch", "a..b", "git allows"],
  ["check", "branch", "refs/heads/main", "without refs/heads/"],
  ["check", "job-index", "first", "digits only"],
  ["guard", "estimate", "none", "auto"],
  ["guard", "monthly-budget", "15 USD", "plain decimal"],
  ["record", "input-tokens", "-5", "0 or more"],
  ["record", "output-tokens", "1,000", "digits only"],
  ["record", "cost", "free", "15 or 9.77"],
  ["record", "hold", "a b", "without spaces"],
  ["record", "id", "x".repeat(129), "128"],
  ["record", "unsettled", "forget", "charge or release"],
  ["record", "billing", "free", "metered or subscription"],
  ["record", "result", "skipped", "success, failure, cancelled"],
  ["record", "pr", "http://evil.test/pull/1", "number of a pull request"],
  ["record", "prs", "-1", "from 0 to 1000"],
  ["record", "outcomes", "lines=many", "lines=240"],
  ["record", "tags", "agent=a\nagent=b", "each key once"],
  ["record", "tags", "dev-lead", "agent=dev-lead"],
  ["release", "hold", "…", "without spaces"],
  ["recap", "month", "abc", "2026-02"],
  ["recap", "month", "2026-13", "2026-02"],
  ["recap", "force", "yes", "true or false"],
  ["verify", "repair", "1", "true or false"],
];

let github: GitHub;
let time: SharedTime;
beforeAll(async () => {
  github = await startGitHub();
  time = new SharedTime(github.clock);
});
beforeEach(() => github.clearLog());
afterAll(() => github.stop());

const step = (inputs: Readonly<Record<string, string>>, options: Partial<ActionOptions> = {}) =>
  runAction({ github, time, hosts, inputs, ...options });

/** Rows that go into one step: the same command, and no input twice. */
function packed(): readonly number[] {
  const steps: { command: string; inputs: Set<string> }[] = [];
  return BAD.map(([command, input]) => {
    let index = steps.findIndex((one) => one.command === command && !one.inputs.has(input));
    if (index < 0) index = steps.push({ command, inputs: new Set() }) - 1;
    steps[index]?.inputs.add(input);
    return index;
  });
}

describe("a bad input", () => {
  const places = packed();
  const results = new Map<number, ActionResult>();
  beforeAll(async () => {
    const rowsOf = (index: number) => BAD.filter((_, row) => places[row] === index);
    await Promise.all(
      [...new Set(places)].map(async (index) => {
        const rows = rowsOf(index);
        const given = Object.fromEntries(rows.map(([, input, value]) => [input, value]));
        results.set(index, await step({ command: rows[0]?.[0] ?? "", ...given }));
      }),
    );
    expect(github.requests()).toBe(0);
  });

  const rows = BAD.map((row, index) => [...row, places[index] ?? -1] as const);
  it.each(rows)(
    "of %s: %s = %j is named with what would be right, and the step fails",
    (_, input, value, right, at) => {
      const { exitCode, outputs, annotations, summary } = results.get(at) as ActionResult;
      expect(exitCode).toBe(1);
      expect(outputs).toMatchObject({ allowed: "false", decision: "deny", reason: "bad-input" });
      expect(annotations).toMatchObject([{ level: "error" }]);
      const shown = value.split("\n")[0]?.slice(0, 40) ?? "";
      for (const text of [outputs["message"] ?? "", annotations[0]?.message ?? ""]) {
        const own = text.split("\n").find((line) => line.replace(/^(- |Bad input: )/, "").startsWith(`${input} is "`));
        expect(own).toContain(shown);
        expect(own).toContain(right);
        expect(text).toMatch(/nothing was read or written/i);
      }
      expect(summary).toContain("Bad input");
      expect(summary).toContain(input);
    },
  );
});

it.each([
  ["chekc", "did you mean check?"],
  ["delete-everything", "write one of guard, check"],
  ["run", "write one of guard"],
])("as a command %j is refused", async (command, right) => {
  const { exitCode, outputs } = await step({ command, estimate: "0" });
  expect(exitCode).toBe(1);
  expect(outputs["message"]).toMatch(/^2 bad inputs/);
  expect(outputs["message"]).toContain(right);
  expect(outputs["message"]).toContain("- estimate is");
  expect(github.requests()).toBe(0);
});

it.each([
  [{ command: "reset" }, "reason is missing"],
  [{ command: "record", "input-tokens": "5", "output-tokens": "5" }, "model is missing"],
  [
    { command: "record", model: "a\nb", "input-tokens": "5\n6", "output-tokens": "5\n6", cost: "1" },
    "cost is one amount",
  ],
])("%j doesn't go together", async (inputs, said) => {
  const { exitCode, outputs, annotations } = await step(inputs);
  expect(exitCode).toBe(1);
  expect(outputs).toMatchObject({ reason: "bad-input" });
  expect(annotations[0]?.message).toContain(said);
  expect(github.requests()).toBe(0);
});

it("leaves no post part that would do anything, nor does a main part cancelled before it could say that it was there", async () => {
  const main = await step({ command: "guard", estimate: "0" });
  const post = await runAction({
    github,
    time,
    hosts,
    phase: "post",
    state: main.state,
    inputs: { command: "guard", estimate: "0" },
  });
  expect(post).toMatchObject({ exitCode: 0, outputs: {}, annotations: [], summary: "" });
  const afterNothing = await runAction({ github, time, hosts, phase: "post", state: {}, inputs: { command: "guard" } });
  expect(afterNothing).toMatchObject({ exitCode: 0, outputs: {}, annotations: [], summary: "" });
  expect(github.requests()).toBe(0);
});

describe("an address that isn't a Discord webhook's", () => {
  const SECRET = "AbCdEf-secret-part_0123456789";
  const URLS = [
    `https://evil.test/api/webhooks/123/${SECRET}`,
    `http://discord.com/api/webhooks/123/${SECRET}`,
    `https://discord.com.evil.test/api/webhooks/123/${SECRET}`,
    `https://user@discord.com/api/webhooks/123/${SECRET}`,
    `https://discord.com/api/webhooks/123/${SECRET}/slack`,
  ];

  it.each(URLS)("fails a check before anything is read: %s", async (url) => {
    const ended = await step({ command: "check", "discord-webhook": url });
    expect(ended).toMatchObject({ exitCode: 1, outputs: { reason: "bad-input" } });
    expect(ended.annotations[0]?.message).toContain("not a Discord URL");
    expect(github.requests()).toBe(0);
    expect(JSON.stringify([ended.outputs, ended.summary, ended.log, ended.env, ended.state])).not.toContain(SECRET);
  });

  it("doesn't keep a run from being booked, which is told that the channel isn't", async () => {
    const url = URLS[0] ?? "";
    const ended = await step({ command: "record", cost: "0.25", "discord-webhook": url });
    expect(ended).toMatchObject({ exitCode: 0, outputs: { cost: "0.25", spent: "0.25" } });
    expect(ended.annotations).toContainEqual(
      expect.objectContaining({
        level: "warning",
        message: expect.stringContaining("Booked without a message to the channel"),
      }),
    );
    expect(JSON.stringify([ended.outputs, ended.summary, ended.log, ended.env, ended.state])).not.toContain(SECRET);
    expect((await booksOn(github.repo())).state).toMatchObject({ total_spent: 0.25 });
  });
});
