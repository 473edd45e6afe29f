import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/inputs/commands/table.ts";
import { parseInputs, readInputs } from "../../src/inputs/parse-inputs.ts";
import { plainUsd } from "../../src/values/money.ts";

describe("inputs", () => {
  it("are understood in their own units", () => {
    const inputs = parseInputs("record", {
      "monthly-budget": "15",
      estimate: "auto",
      "default-estimate": "0.055",
      alerts: "50, 75,90",
      notify: "milestone recap",
      tags: "agent=dev-lead\nurl=https://x.test/?a=b\n",
      outcomes: "lines=240\nscore=-0.5",
      pr: "#95",
      "usage-file": "out.json\n\n logs/*.jsonl ",
      result: "cancelled",
    });
    expect(inputs).toEqual({
      command: "record",
      used: [],
      monthlyBudget: 15_000_000_000,
      estimate: "auto",
      defaultEstimate: 55_000_000,
      alerts: [50, 75, 90],
      notify: ["milestone", "recap"],
      tags: { agent: "dev-lead", url: "https://x.test/?a=b" },
      outcomes: { lines: 240, score: -0.5 },
      pr: "95",
      usageFile: ["out.json", "logs/*.jsonl"],
      result: "cancelled",
    });
  });

  it("that are empty or blank are as good as not given", () => {
    expect(parseInputs("check", { estimate: "", path: "  ", "job-index": "" })).toEqual({ command: "check" });
  });

  it.each([
    ["unknown", undefined],
    ["", []],
    ["\n\n", []],
    ["skipped\n\n", ["skipped"]],
    ["success\nskipped", ["success", "skipped"]],
  ])("tell how agents ended, %j as %j", (text, outcomes) => {
    expect(parseInputs("guard", { "agent-outcome": text }).agentOutcome).toEqual(outcomes);
    expect(parseInputs("guard", {}).agentOutcome).toBeUndefined();
  });

  it.each(["true", "agent", "success, skipped"])("don't take %j for how an agent ended", (text) => {
    expect(() => parseInputs("guard", { "agent-outcome": text })).toThrow(/steps\.ID\.outcome/);
  });

  it("of other commands are passed over in the Action and refused at the terminal", () => {
    const given = { result: "success", month: "2026-02", hold: "some-hold", tags: "agent=dev-lead" };
    expect(parseInputs("status", given)).toEqual({ command: "status", tags: { agent: "dev-lead" } });
    expect(parseInputs("recap", given)).toEqual({ command: "recap", month: "2026-02" });
    expect(() => parseInputs("status", { month: "2026-02" }, "terminal")).toThrow("--month isn't an option of status");
  });

  it("of other commands can't be read, and those that are required are there", () => {
    const { reason }: { readonly reason: string } = parseInputs("reset", { reason: "quarter" });
    expect(reason).toBe("quarter");
    // @ts-expect-error a status takes no reason
    expect(parseInputs("status", { reason }).reason).toBeUndefined();
  });

  it("of other commands are refused all the same where they have no form", () => {
    expect(() => parseInputs("status", { month: "soon" })).toThrow("month is");
  });

  it("of the Action are unknown at the terminal, and its options in the Action", () => {
    expect(() => parseInputs("status", { "job-index": "1" }, "terminal")).toThrow("isn't an input");
    expect(() => parseInputs("status", { json: "true" })).toThrow("isn't an input");
    expect(parseInputs("run", { json: "true" }, "terminal").json).toBe(true);
  });

  it("without a command mean guard in the Action", () => {
    expect(parseInputs("", {}, "action").command).toBe("guard");
    expect(() => parseInputs("", {}, "terminal")).toThrow("command");
  });

  it("put the lines of several models together", () => {
    const { used } = parseInputs("record", {
      model: "claude-sonnet-4-5\ngpt-4o-mini",
      provider: "anthropic\nopenai",
      "input-tokens": "2000\n2500",
      "cached-input-tokens": "500\n0",
      "output-tokens": "1500\n4000",
    });
    expect(used).toEqual([
      { model: "claude-sonnet-4-5", provider: "anthropic", input: 2000, cachedInput: 500, output: 1500 },
      { model: "gpt-4o-mini", provider: "openai", input: 2500, cachedInput: 0, output: 4000 },
    ]);
  });

  it("that can be used are there beside those that can't", () => {
    const { inputs, problems } = readInputs("guard", { estimate: "0.5", "input-tokens": "undefined", model: "m" });
    expect(inputs.estimate).toBe(500_000_000);
    expect(inputs.used).toEqual([]);
    expect(problems.map((problem) => problem.input)).toEqual(["input-tokens"]);
  });

  it("keep free text on one line and cut it", () => {
    const { reason } = parseInputs("reset", { reason: `new\n::error::quarter ${"x".repeat(10_000)}` });
    expect(reason).toMatch(/^new ::error::quarter x+…$/);
    expect([...reason]).toHaveLength(500);
  });

  it.each(["main", "token-budget", "feature/a.b_c", "ünïcode", "a@b"])("take the branch %s", (branch) => {
    expect(parseInputs("check", { branch }).branch).toBe(branch);
  });

  it.each(["token_budget.json", "ai/team.json", ".github/budget.json", "a b/ü.json"])("take the path %s", (path) => {
    expect(parseInputs("check", { path }).path).toBe(path);
  });

  it("read every dollar figure exactly as it was printed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8_388_607_999_999_999 }), (nanos) => {
        expect(parseInputs("check", { estimate: plainUsd(nanos as never) }).estimate).toBe(nanos);
      }),
    );
  });

  it("of any text at all are taken or refused, never anything else", () => {
    const raw = fc.dictionary(
      fc.constantFrom("estimate", "alerts", "tags", "path", "branch", "model", "input-tokens", "pr", "__proto__"),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom(...COMMANDS)), raw, (command, given) => {
        try {
          parseInputs(command, given, "action");
        } catch (error) {
          expect(error).toMatchObject({ code: "bad-input" });
        }
        readInputs("guard", given);
      }),
    );
  });
});

it("takes the word for a database that isn't given for no secret, and an empty URL for a secret that isn't there", () => {
  expect(parseInputs("check", { "database-url": "none" })).not.toHaveProperty("databaseUrl");
  const wrong = () => parseInputs("check", { "database-url": "none", estimate: "none" });
  expect(wrong).toThrow('estimate is "none"');
  expect(() => parseInputs("check", { "database-url": "" })).toThrow("check that the secret is there");
  const hidden = "postgresql://w:p4ssword@h/x y";
  expect(() => parseInputs("check", { "database-url": hidden })).toThrow("database-url is");
  expect(() => parseInputs("check", { "database-url": hidden })).not.toThrow("p4ssword");
});
