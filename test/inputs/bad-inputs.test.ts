import { describe, expect, it } from "vitest";
import { parseInputs } from "../../src/inputs/parse-inputs.ts";
import { BudgetError } from "../../src/values/errors.ts";

function refusal(command: string, raw: Record<string, string>): string {
  try {
    parseInputs(command, raw, "action");
  } catch (error) {
    expect(error).toBeInstanceOf(BudgetError);
    expect((error as BudgetError).code).toBe("bad-input");
    return (error as BudgetError).message;
  }
  throw new Error(`${JSON.stringify(raw)} was taken for good`);
}

// command, input, bad value, and a piece of what the message says would be right
const BAD: readonly (readonly [command: string, input: string, value: string, right: string])[] = [
  ["check", "monthly-budget", "fifty", "15 or 9.77"],
  ["check", "monthly-budget", "-1", "no sign"],
  ["check", "monthly-budget", "0", "more than 0"],
  ["check", "monthly-budget", "1e3", "plain decimal"],
  ["check", "monthly-budget", "0x10", "plain decimal"],
  ["check", "monthly-budget", "1,000", "no commas"],
  ["check", "monthly-budget", "$15", "no $"],
  ["check", "monthly-budget", "15 USD", "plain decimal"],
  ["check", "monthly-budget", "NaN", "plain decimal"],
  ["check", "monthly-budget", "Infinity", "plain decimal"],
  ["check", "monthly-budget", "1.0000000001", "nine decimals"],
  ["check", "monthly-budget", "99999999", "plain decimal"],
  ["check", "monthly-budget", "１５", "plain decimal"],
  ["check", "milestone-interval", "0", "at least 0.01"],
  ["check", "alerts", "75%, 90%", "75, 90"],
  ["check", "alerts", "90, 75", "ascending"],
  ["check", "alerts", "75, 75", "without repeats"],
  ["check", "alerts", "0, 50", "from 1 to 100"],
  ["check", "alerts", "50, 101", "from 1 to 100"],
  ["check", "timezone", "Berlin", "Europe/Berlin"],
  ["check", "timezone", "+01:00", "IANA"],
  ["check", "notify", "milestones", "milestone, alert"],
  ["check", "estimate", "0", "auto"],
  ["check", "estimate", "automatic", "auto"],
  ["check", "default-estimate", "0.00", "more than 0"],
  ["check", "hold-minutes", "0", "from 1 to 50400"],
  ["check", "hold-minutes", "6h", "minutes"],
  ["check", "on-deny", "skip", "fail or continue"],
  ["check", "on-error", "Allow", "deny or allow"],
  ["check", "repository", "hello-world", "owner/name"],
  ["check", "repository", "https://github.com/o/r", "owner/name"],
  ["check", "repository", "o/..", "owner/name"],
  ["check", "path", "/etc/budget.json", "inside the repository"],
  ["check", "path", "../budget.json", "without .."],
  ["check", "path", "ai\\budget.json", "backslashes"],
  ["check", "path", "budget.yaml", ".json"],
  ["check", "path", ".git/budget.json", "inside the repository"],
  ["check", "branch", "my branch", "git allows"],
  ["check", "branch", "a..b", "git allows"],
  ["check", "branch", "refs/heads/main", "without refs/heads/"],
  ["check", "branch", "x.lock", "git allows"],
  ["check", "branch", "-d", "git allows"],
  ["record", "input-tokens", "-5", "0 or more"],
  ["record", "input-tokens", "1.5", "whole numbers"],
  ["record", "output-tokens", "1,000", "digits only"],
  ["record", "output-tokens", "2k", "digits only"],
  ["record", "cost", "free", "15 or 9.77"],
  ["record", "cost", "-0.10", "no sign"],
  ["record", "hold", "a b", "without spaces"],
  ["record", "id", "x".repeat(129), "128"],
  ["record", "unsettled", "forget", "charge or release"],
  ["record", "billing", "free", "metered or subscription"],
  ["record", "result", "skipped", "success, failure, cancelled"],
  ["record", "pr", "http://evil.test/pull/1", "number of a pull request"],
  ["record", "prs", "-1", "from 0 to 1000"],
  ["record", "outcomes", "lines=many", "lines=240"],
  ["record", "outcomes", "240", "lines=240"],
  ["record", "tags", "dev-lead", "agent=dev-lead"],
  ["record", "tags", "agent=a\nagent=b", "each key once"],
  ["record", "tags", `agent=${"x".repeat(257)}`, "256"],
  ["record", "tags", Array.from({ length: 21 }, (_, index) => `k${index}=v`).join("\n"), "at most 20"],
  ["recap", "month", "abc", "2026-02"],
  ["recap", "month", "2026-13", "2026-02"],
  ["recap", "month", "2026-2", "2026-02"],
  ["recap", "force", "yes", "true or false"],
  ["verify", "repair", "1", "true or false"],
  ["check", "job-index", "first", "digits only"],
];

describe("a bad input", () => {
  it.each(BAD)("%s refuses %s %j and says what would be right", (command, input, value, right) => {
    const message = refusal(command, { [input]: value });
    expect(message).toMatch(new RegExp(`^Bad input: ${input} is "`));
    expect(message).toContain(right);
    expect(message).toContain("Nothing was read or written");
    expect(message).not.toContain("\n");
  });

  it.each([
    ["chekc", "did you mean check?"],
    ["CHECK", "did you mean check?"],
    ["delete-everything", "write one of guard, check"],
    ["run", "write one of guard"],
    ["constructor", "write one of guard"],
  ])("as the command %j is refused", (command, hint) => {
    expect(refusal(command, {})).toContain(hint);
  });

  it("is named together with all the others, in one message", () => {
    const message = refusal("chek", { "monthly-budget": "fifty", month: "abc", estimate: "0", path: "/x" });
    expect(message).toMatch(/^5 bad inputs/);
    for (const name of ["command", "monthly-budget", "month", "estimate", "path"]) {
      expect(message).toMatch(new RegExp(`^- ${name} `, "m"));
    }
  });

  it.each([
    ["model", { "input-tokens": "5", "output-tokens": "5" }],
    ["output-tokens", { model: "m", "input-tokens": "5" }],
    ["input-tokens", { model: "m\nn", "input-tokens": "5", "output-tokens": "5\n6" }],
    ["cached-input-tokens", { model: "m", "input-tokens": "5", "cached-input-tokens": "6", "output-tokens": "1" }],
    ["provider", { model: "m\nn\no", provider: "anthropic\nopenai" }],
    ["cost", { cost: "1", model: "m\nn", "input-tokens": "5\n6", "output-tokens": "5\n6" }],
  ])("%s that doesn't go with its sisters is refused", (input, raw) => {
    expect(refusal("record", raw)).toContain(`Bad input: ${input} `);
  });

  it("isn't echoed at length or over several lines", () => {
    const message = refusal("check", { estimate: `1\n::error::gotcha\u001b[31m${"9".repeat(100_000)}` });
    expect(message.length).toBeLessThan(400);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
    expect(message).not.toMatch(/[\u0000-\u001f]/);
  });

  it("isn't echoed where it is or looks like a secret", () => {
    const token = "ghs_16C7e42F292c6912E7710c838347Ae178B4a";
    const webhook = "https://discord.com/api/webhooks/123/abc-def";
    expect(refusal("check", { repository: token })).not.toContain(token);
    expect(refusal("check", { branch: webhook })).not.toContain("abc-def");
    expect(refusal("check", { estimate: "hunter2", "github-token": "hunter2" })).not.toContain("hunter2");
    expect(refusal("check", { "discord-webhook": "my private hook" })).not.toContain("private");
  });

  it.each([
    ["reset", {}, ["reason is missing: say in a few words why the month is reset"]],
    ["adjust", { amount: "1 USD", reason: "outage" }, ["adjustment is missing: write one of top-up, "]],
    [
      "adjust",
      { adjustment: "grant" },
      ["amount is missing: write ", "reason is missing: say in a few words why money moves"],
    ],
    [
      "adjust",
      { adjustment: "transfer", amount: "1 USD", reason: "outage" },
      [
        "from is missing: name the sub-budget that the money comes from",
        "to is missing: name the sub-budget that the money goes to",
      ],
    ],
  ])("%s with %j alone is refused, and says what else it requires", (command, raw, missing) => {
    const message = refusal(command, raw);
    for (const text of missing) expect(message).toContain(text);
    expect(message.match(/ is missing: /g)).toHaveLength(missing.length);
  });

  it("an unknown input is refused with the one that was meant", () => {
    expect(refusal("check", { "monthly-budgett": "15" })).toContain("did you mean monthly-budget?");
  });
});
