import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { recapFacts } from "../../src/books/messages/recap-facts.ts";
import { recapSentence, renderRecap, renderRecapTerminal } from "../../src/report/recap-text.ts";
import { nanoOf } from "../../src/values/money.ts";
import { sampleState } from "./samples.ts";

const history = [
  { month: "2026-01", budget: nanoOf(15), total_spent: nanoOf(10), executions: 200, prs_generated: 190 },
  {
    month: "2026-02",
    budget: nanoOf(15),
    total_spent: nanoOf(4),
    executions: 80,
    prs_generated: 70,
    models: { "claude-sonnet-4-5": { cost: nanoOf(4) } },
    closed: "reset" as const,
  },
  {
    month: "2026-02",
    budget: nanoOf(15),
    total_spent: nanoOf(8),
    executions: 120,
    prs_generated: 130,
    estimated: nanoOf(0.3),
    corrections: { count: 2, amount: nanoOf(-0.01) },
    models: { "gpt|4o": { cost: nanoOf(8) } },
    closed: "rollover" as const,
  },
];
const facts = recapFacts(sampleState({ current_month: "2026-03", history }), "2026-02");
const view = { facts, name: "AI Orchestration", timezone: "UTC" };

describe("the recap", () => {
  it("adds up what a month's lines say", () => {
    expect(recapSentence(view)).toBe(
      "February 2026: $12.00 of $15.00 spent (80.0%) on 200 executions and 200 pull requests.",
    );
  });

  it("says when the month still runs", () => {
    const running = { ...view, facts: recapFacts(sampleState(), "2026-02") };
    expect(recapSentence(running)).toMatch(/^February 2026 so far: /);
  });

  it("is a page for the job summary", () => {
    const text = renderRecap(view).replaceAll("&#36;", "$");
    expect(text).toContain("## 📊 AI Orchestration: February 2026\n");
    expect(text).toContain("**$10.00 in January 2026 (this time +$2.00)**");
    expect(text).toContain("| <code>gpt&#124;4o</code> | $8.00 | 66.7% |");
  });

  it("breaks what it says about estimates between words at the terminal", () => {
    const estimated = { ...view, facts: { ...facts, estimated: 9, estimated_most: "a-profile-with-a-long-name" } };
    const lines = renderRecapTerminal(estimated, { colors: pc.createColors(false), width: 50 }).split("\n");
    const first = lines.findIndex((line) => line.startsWith("! "));
    expect(lines.slice(first).find((line) => line.length > 50)).toBeUndefined();
    expect(lines[first + 1]).toMatch(/^ {2}\S/);
  });

  it("is a table at the terminal", () => {
    expect(renderRecapTerminal(view, { colors: pc.createColors(false), width: 80 })).toBe(
      `AI Orchestration · February 2026

████████████████████████████████████████░░░░░░░░░░  80.0% spent

Spent                   $12.00 of $15.00
Executions              200
Pull requests           200
Average cost per PR     $0.0600
Average cost            $0.0600 per execution
Milestones reached      0
Charged by estimate     $0.3000 (2.5%)
Corrections             2, -$0.0100 in total
Resets                  1
Month before            $10.00 in January 2026 (this time +$2.00)

Model               Cost  Share
gpt|4o             $8.00  66.7%
claude-sonnet-4-5  $4.00  33.3%
`,
    );
  });
});
