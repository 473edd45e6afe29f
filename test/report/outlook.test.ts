import fc from "fast-check";
import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../../src/books/settings.ts";
import type { PartLine } from "../../src/books/state.ts";
import { type Outlook, outlookOf } from "../../src/insight/outlook.ts";
import { renderJobSummary } from "../../src/report/markdown/job-summary.ts";
import { renderPage } from "../../src/report/markdown/page.ts";
import { renderOutlookTerminal } from "../../src/report/terminal/outlook.ts";
import { columnsOf } from "../../src/report/terminal/table.ts";
import { nanoOf } from "../../src/values/money.ts";
import { plainKey } from "../../src/values/names.ts";
import { rule } from "../books/part-samples.ts";
import { countOf } from "../support/pace/pace.ts";
import { hostile } from "./hostile.ts";
import { NOW, sampleMonth, sampleView } from "./samples.ts";

const CLOCK = { now: NOW, timezone: "UTC" };
const RULES = [
  rule({ alerts: [50], target: { pr: { unit: "USD", amount: nanoOf(0.05) } } }),
  rule({ name: "agent", forEach: ["agent"], match: {}, limit: { unit: "tokens", amount: 50_000 }, period: "day" }),
];
const LINE: PartLine = {
  period: "2026-02",
  spent: nanoOf(1.5),
  tokens: 30_000,
  alerts_sent: [],
  executions: 30,
  prs: 20,
};

function monthWith(lines: Readonly<Record<string, PartLine>>) {
  const month = sampleMonth({
    budgets: { infrastructure: LINE, ...lines },
    profiles: { "ai-pr": { costs: [1, 1, 1, 1].map(nanoOf) } },
  });
  const outlook = outlookOf({ ...month, settings: { ...DEFAULT_SETTINGS, parts: RULES }, now: NOW });
  return { ...month, outlook };
}

const shown = (markdown: string) => markdown.replaceAll("&#36;", "$");

const inTerminal = (outlook: Outlook, width: number) =>
  renderOutlookTerminal(outlook, CLOCK, { colors: pc.createColors(false), width });

describe("sub-budgets", () => {
  const day = { ...LINE, period: "2026-02-14" };

  it("stand in the job summary with pace, targets and predictions", () => {
    const summary = shown(renderJobSummary(sampleView({ month: monthWith({ "agent/qa": day }) })));
    expect(summary).toContain(
      "| **infrastructure** | $4.00 | $1.50 | 37.5% | $0.00 | **$2.50** | 🟢 green | 50% on 18 Feb; $3.05 at its end |",
    );
    expect(summary).toContain(
      "| **agent/qa (2026-02-14)** | 50,000 tokens | 30,000 tokens | 60.0% | 0 tokens | **20,000 tokens** |",
    );
    expect(summary).toContain("| infrastructure | pull request | 20 | $0.0750 | 1,500 | $0.0500, missed |");
    expect(summary).toContain("| ai-pr | 1 | 100.0% | 100.0% |");
    expect(summary).toContain("$11.00");
  });

  it("stand on the page without what changes from hour to hour", () => {
    const { outlook, ...month } = monthWith({ "agent/qa": day });
    const page = shown(renderPage({ ...month, name: "AI", path: "token_budget.json", budgets: outlook.budgets }));
    expect(page).toContain("| **infrastructure** | $4.00 | $1.50 | 37.5% | $0.00 | **$2.50** | 🟢 green |\n");
    expect(renderPage({ ...month, name: "AI", path: "token_budget.json" })).not.toContain("infrastructure");
  });

  it("are folded away where they are many, and two hundred at most are shown", () => {
    const lines = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`agent/a${index}`, day]));
    const summary = renderJobSummary(sampleView({ month: monthWith(lines) }));
    expect(summary).toContain("<details><summary>301 sub-budgets</summary>");
    expect(summary).toContain("agent/a198 (2026-02-14)");
    expect(Buffer.byteLength(summary)).toBeLessThan(100_000);
  });

  it("are one table at a wide terminal, two at a narrow one", () => {
    const { outlook } = monthWith({ "agent/qa": day });
    expect(inTerminal(outlook, 140)).toMatch(/^Sub-budget .* Health .* Forecast$/m);
    const narrow = inTerminal(outlook, 80);
    expect(narrow).toMatch(/^Sub-budget .* Remaining$/m);
    expect(narrow).toMatch(/^Sub-budget +Used +Health +Forecast$/m);
    expect(narrow).toMatch(/^Unallocated {8}\$11\.00$/m);
  });

  it("of any name keep to the lines and columns there are", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 40, max: 160 }), (text, width) => {
        const { outlook } = monthWith({ [`agent/${plainKey(text)}`]: day });
        for (const line of inTerminal(outlook, width).split("\n")) expect(columnsOf(line)).toBeLessThanOrEqual(width);
        const rows = renderJobSummary(sampleView({ month: { ...sampleMonth(), outlook } })).split("\n");
        const columnsIn = (start: string) =>
          rows.filter((row) => row.startsWith(start)).map((row) => row.replaceAll("\\|", "").split("|").length - 2);
        expect(columnsIn("| **agent/")).toEqual([8]);
        expect(columnsIn("| agent/")).toEqual([6, 6]);
        expect(rows.join("")).not.toMatch(/<(?:img|script)/);
      }),
      { numRuns: countOf("cases") },
    );
  });
});
