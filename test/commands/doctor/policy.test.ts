import { describe, expect, it } from "vitest";
import { examinePolicy } from "../../../src/commands/doctor/policy.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { sampleState } from "../../report/samples.ts";

const POLICY = ".github/token-budget.yml";

/** What is worth a look in a policy of a budget of $15, unless the policy says another. */
async function warningsOf(text: string | null) {
  const state = sampleState({ monthly_budget: nanoOf(15) });
  const findings = await examinePolicy(text === null ? null : { path: POLICY, text }, state);
  return findings.filter(({ tone }) => tone !== "good");
}

const limit = (written: string, period = "month") =>
  `budgets:\n  - { name: qa, limit: ${written}, period: ${period} }\n`;

describe("a limit without a unit", () => {
  it("that the month's budget can't reach is reported, with what to write for tokens", async () => {
    expect(await warningsOf(limit("50000"))).toEqual([
      {
        tone: "warn",
        about: "Policy",
        text: "the limit of the sub-budget qa has no unit, so it is dollars: $50,000.00 is more than the month's budget of $15.00 and never stops a run.",
        fix: { text: `If tokens are meant, write their unit in ${POLICY}:`, code: "limit: 50000 tokens" },
      },
    ]);
  });

  it.each([
    ['"50000"', "month", 1],
    ["15.5", "day", 1],
    ["31", "week", 1],
    ["50", "2026-02-10/2026-03-10", 1],
    ["15", "month", 0],
    ["50000 tokens", "month", 0],
    ["$50000", "month", 0],
    ["50000 USD", "month", 0],
    ["29", "week", 0],
    ["29", "2026-02-10/2026-03-10", 0],
    ["50000", "none", 0],
  ])("%s a %s makes %i warnings", async (written, period, count) => {
    expect(await warningsOf(limit(written, period))).toHaveLength(count);
  });
});

describe("a milestone interval", () => {
  it.each([
    ["monthly-budget: 100\n", "a milestone every $5.00 makes 20 messages in a month that uses up $100.00.", "10"],
    ["milestone-interval: 1\n", "a milestone every $1.00 makes 15 messages in a month that uses up $15.00.", "1.5"],
  ])("that makes more than ten milestones a month is reported: %j", async (text, said, proposed) => {
    expect(await warningsOf(text)).toEqual([
      {
        tone: "warn",
        about: "Policy",
        text: said,
        fix: {
          text: `A tenth of the budget makes ten; in ${POLICY}:`,
          code: `milestone-interval: ${proposed}`,
        },
      },
    ]);
  });

  it.each([null, "monthly-budget: 50\n", "monthly-budget: 100\nnotify: { discord: none }\n"])(
    "of ten or less, or without a channel, is fine: %j",
    async (text) => {
      expect(await warningsOf(text)).toEqual([]);
    },
  );
});

describe("names that the run itself has", () => {
  const policy = (match: string) => `budgets:\n  - { name: web, match: { ${match} }, limit: 4 USD }\n`;
  const hold = (tags: Readonly<Record<string, string>>) => ({
    ...{ id: "hold-1", at: "2026-02-14T11:00:00Z", expires_at: "2026-02-14T17:00:00Z", profile: "ai-pr" },
    ...{ amount: nanoOf(0.05), run: { repository: "o/web-a", run_id: 1 }, tags },
  });
  const findings = async (text: string, tags: Readonly<Record<string, string>>) => {
    const all = await examinePolicy({ path: POLICY, text }, sampleState({ holds: [hold(tags)], closed_holds: [] }));
    return all
      .filter(({ text: said }) => /repository|\bref\b/.test(said))
      .map(({ tone, text: said }) => `${tone} ${said}`);
  };

  it("are explained, and nothing more where all is as it should be", async () => {
    expect(await findings(policy("repository: o/web-*"), { repository: "o/web-a" })).toEqual([
      "good repository is what GitHub says of the run itself: a step's tag of that name matches nothing.",
    ]);
    expect(await findings(policy("agent: qa"), { repository: "web-a" })).toEqual([]);
  });

  it("are warned of where steps give such a tag", async () => {
    expect(await findings(policy("repository: o/web-*"), { repository: "o/rich" })).toContain(
      "warn a recent run has the tag repository, which matches nothing: the policy's repository is the run's own.",
    );
  });

  it.each([
    ["repository: web-a", 'warn no run matches repository: "web-a", so that rule never applies.'],
    ["repository: o/web-a, ref: main", 'warn no run matches ref: "main", so that rule never applies.'],
  ])("are warned of where no run can match: %s", async (match, warning) => {
    expect(await findings(policy(match), {})).toContain(warning);
  });

  it("are examined in the statements' rules, too", async () => {
    const entities = [{ name: "web", match: { repository: "web-a" }, model: "showback" }];
    const shared = [{ name: "bot", match: { ref: "main" }, split: "equal" }];
    const text = JSON.stringify({ statements: { entities, shared } });
    expect(await findings(text, { repository: "o/rich" })).toEqual([
      "good repository is what GitHub says of the run itself: a step's tag of that name matches nothing.",
      'warn no run matches repository: "web-a", so that rule never applies.',
      "warn a recent run has the tag repository, which matches nothing: the policy's repository is the run's own.",
      "good ref is what GitHub says of the run itself: a step's tag of that name matches nothing.",
      'warn no run matches ref: "main", so that rule never applies.',
    ]);
  });
});
