import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderJobSummary } from "../../../src/report/markdown/job-summary.ts";
import type { BooksView } from "../../../src/report/model/view.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { countOf } from "../../support/pace/pace.ts";
import { hostile } from "../hostile.ts";
import { deniedView, ESTIMATE, NOW, sampleEntry, sampleMonth, sampleState, sampleView } from "../samples.ts";

/** What a reader sees of our own escapes. */
function read(markdown: string): string {
  return markdown.replace(/&#8203;/g, "").replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

const hostileView: fc.Arbitrary<BooksView> = fc
  .record({ texts: fc.array(hostile, { minLength: 8, maxLength: 8 }), many: fc.constantFrom(1, 5, 60, 600) })
  .map(({ texts, many }) => {
    const text = (index: number) => texts[index % texts.length] ?? "";
    const each = <T>(make: (index: number) => T) => Array.from({ length: many }, (_, index) => make(index));
    const usage = sampleEntry.usage?.[0];
    return sampleView({
      title: text(0),
      sentence: text(1),
      name: text(2),
      place: text(3),
      month: sampleMonth({
        models: Object.fromEntries(each((index) => [`${index}${text(index)}`, { cost: nanoOf(index), input: index }])),
      }),
      problem: { code: text(4), message: text(5) },
      nextSteps: each((index) => ({ text: text(index), code: text(index + 1) })),
      notes: each(text),
      booked: {
        ...sampleEntry,
        profile: text(6),
        reason: text(7),
        actor: text(0),
        tags: Object.fromEntries(each((index) => [`${index}${text(index)}`, text(index + 1)])),
        usage:
          usage === undefined ? [] : each((index) => ({ ...usage, model: text(index), prices: { [text(index)]: 3 } })),
      },
    });
  });

describe("the job summary", () => {
  it("begins with the answer and one sentence", () => {
    const [title, , sentence] = renderJobSummary(sampleView()).split("\n");
    expect(title).toBe("## ✅ AI run booked");
    expect(read(sentence ?? "")).toBe("$0.0313 was booked; $5.23 of $15.00 is spent (34.9%) and $9.72 is left.");
  });

  it.each([
    [
      "the bar in the health's colour, and when it resets",
      "🟩🟩🟩🟩🟩🟩🟩🟩🟪⬜⬜⬜⬜⬜⬜⬜⬜⬜⬜⬜⬜⬜⬜⬜\\\n**34.9% spent** · 🟪 0.4% held · resets in 14 days 13 h, on 1 Mar 2026, 00:00 (UTC)",
    ],
    ["the budgets' names of figures", "| Budget | Limit | Spent | Used | Held | Remaining | Health | Forecast |"],
    [
      "the month as the first of the budgets",
      "| **February 2026** | $15.00 | $5.23 | 34.9% | $0.06 (1 hold) | **$9.71** | 🟢 green | $10.65 by the end of the month |",
    ],
    [
      "what the month comes to, in a sentence and with the same figures under the chart",
      "🔮 $10.65 by the month's end, 80% likely between $9.00 and $12.60; 3% likely to reach the $15.00 before the month ends (then runs are denied).",
    ],
    [
      "the forecast of the chart",
      "⬜ forecast, $10.65 by the month's end · 🟧 80% likely between $9.00 and $12.60 · 🟥 the budget, $15.00",
    ],
    [
      "the executions and what can still run",
      "| 95 | $0.0551 | 91 | $0.0575 | $0.3897 a day | 176, 12 a day, one every 2 h |",
    ],
    [
      "each model",
      "| <code>claude-sonnet-4-5</code> | $4.71 | 90.0% | $0.0496 | 1,190,000 | 812,000 (68.2%) | 96,000 | 142,500 |",
    ],
    ["what was booked", "<details><summary>Booked $0.031275, which settles its hold.</summary>"],
    [
      "at which unit prices",
      "| <code>gpt-4o-mini</code> | 2,500 input<br>500 read from cache<br>4,000 output | $0.15 input<br>$0.60 output | genai-prices@0.1.8 | $0.002775 |",
    ],
  ])("shows %s", (_, line) => {
    expect(read(renderJobSummary(sampleView()))).toContain(line);
  });

  it("says on a denial what to do next, with the lines to copy", () => {
    const summary = read(renderJobSummary(deniedView));
    expect(summary).toContain("## ⛔ AI run denied: the month's budget is spent");
    expect(summary).toContain("1. Wait: the budget resets on 1 Mar 2026, 00:00 (UTC).\n2. Or raise it");
    expect(summary).toContain("   ```\n   monthly-budget: 25\n   ```");
    expect(summary).toContain("| ⛔ blocked | gone |");
    expect(summary).toContain("| $0.0550 |");
    expect(summary.indexOf("What to do next")).toBeLessThan(summary.indexOf("🟥🟥"));
  });

  it("says under its answer that much of the month is estimated, and marks what rests on it", () => {
    const estimated_by = { month: "2026-02", profiles: { nightly: nanoOf(1.5), "ai-pr": nanoOf(0.5) } };
    const month = sampleMonth({ estimated: nanoOf(2), estimated_by });
    const [, , , , line] = renderJobSummary(sampleView({ month })).split("\n");
    expect(read(line ?? "")).toBe(
      "⚠️ 38.2% of what is spent is estimated, $2.00, most of it under the profile nightly ($1.50): name the files its tools write in usage-file, so that real costs are booked.",
    );
    const text = read(renderJobSummary(sampleView({ month })));
    const about = [
      "≈ $0.0551",
      "≈ $0.0575",
      "≈ $0.3897 a day",
      "≈ $10.65 by the end of the month",
      "≈ $10.65 by the month's end, 80%",
      "≈ 176, 12 a day",
    ];
    for (const shown of about) expect(text).toContain(shown);
    expect(renderJobSummary(sampleView())).not.toContain("≈");
  });

  it("names the runs whose holds ran out in this very commit, with their pages", () => {
    const run = { repository: "o/r", run_id: 7, job: "agent" };
    const expired = { id: "h", how: "expired" as const, charged: nanoOf(0.055), profile: "ai-pr", run };
    const closed_holds = [
      { ...expired, at: NOW },
      { ...expired, at: "2026-02-13T10:00:00Z", run: { ...run, run_id: 6 } },
    ];
    const view = sampleView({ month: sampleMonth({ closed_holds }), runUrl: "https://ghe.example/o/r/actions/runs/9" });
    const text = renderJobSummary(view);
    expect(text).toContain("1 hold expired and was charged at the estimate");
    expect(text).toContain("| [run 7](https://ghe.example/o/r/actions/runs/7), agent | ai-pr | $0.0550 |");
    expect(text).not.toContain("run 6");
  });

  it("folds chart and models of what a run did, and shows them at once on a denial", () => {
    const [before = "", details = ""] = renderJobSummary(sampleView()).split(
      "<details><summary>The month by day and by model</summary>",
    );
    expect(before).toContain("| Budget | Limit |");
    expect(before).not.toMatch(/mermaid|By model/);
    expect(details).toMatch(/mermaid[\s\S]*By model/);
    expect(renderJobSummary(deniedView)).toContain("mermaid");
    expect(renderJobSummary(deniedView)).not.toContain("The month by day and by model");
  });

  it("lists the open holds with run, age and expiry where they are why a run was denied", () => {
    const admission = { decision: "deny", reason: "insufficient", estimate: ESTIMATE, coldStart: false } as const;
    const view = sampleView({ admission, tone: "bad", booked: undefined });
    expect(read(renderJobSummary(view))).toContain(
      "| [run 123](https://github.com/o/r/actions/runs/123), agent | ai-pr | $0.0550 | 7 min | in 5 h 53 min |",
    );
    expect(renderJobSummary(sampleView({ admission }))).not.toContain("Open holds");
    const holds = Array.from({ length: 23 }, () => sampleState().holds).flat();
    const many = renderJobSummary({ ...view, month: sampleMonth({ holds }) });
    expect(many).toContain("and 3 more holds");
  });

  it("has no pace, chart or executions left in a month without a booking", () => {
    const month = sampleMonth({ total_spent: nanoOf(0), executions: 0, prs_generated: 0, models: {}, daily: {} });
    const summary = renderJobSummary(sampleView({ month, booked: undefined }));
    expect(summary).not.toMatch(/mermaid|Forecast|Burn rate|Executions left/);
  });

  it("gives no advice about every few minutes in the month's last days", () => {
    const now = "2026-02-28T10:00:00Z";
    const summary = renderJobSummary(sampleView({ now, month: sampleMonth({}, now) }));
    expect(summary).toContain("Executions left");
    expect(summary).not.toContain("one every");
  });

  it("says when the estimate is a cold start", () => {
    const admission = { decision: "allow", reason: "ok", estimate: ESTIMATE, coldStart: true } as const;
    expect(read(renderJobSummary(sampleView({ admission })))).toContain("$0.0550 (too few costs so far)");
  });

  it("shows the problem alone where the books can't be read", () => {
    const summary = renderJobSummary({
      ...deniedView,
      title: "The books can't be read",
      month: null,
      problem: { code: "state-unreadable", message: "token_budget.json on token-budget is no JSON." },
    });
    expect(read(summary)).toContain("> [!CAUTION]\n> token_budget.json on token-budget is no JSON.");
    expect(summary).toContain("> Reason: <code>state-unreadable</code>");
    expect(summary).not.toContain("mermaid");
  });

  it("adds up the models that are too many to show", () => {
    const models = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`model-${index}`, { cost: nanoOf(1), input: 10 }]),
    );
    expect(renderJobSummary(sampleView({ month: sampleMonth({ models }) }))).toContain(
      "| <code>26 others</code> | $26.00 | 65.0% | $0.2737 | 260 |",
    );
  });

  it("stays under 100 KB and keeps its first and last line, whatever it is given", () => {
    fc.assert(
      fc.property(hostileView, (view) => {
        const summary = renderJobSummary(view);
        expect(Buffer.byteLength(summary)).toBeLessThan(100_000);
        expect(summary.startsWith("## ✅ ")).toBe(true);
        expect(summary).toContain("```mermaid");
      }),
      { numRuns: countOf("cases") },
    );
  });

  it("lets no text become a tag, a mention, a link or a cell of its own", () => {
    fc.assert(
      fc.property(hostileView, (view) => {
        const blocks = /^( *)(`{3,})[^\n`]*\n[\s\S]*?\n\1\2$/gm;
        const outside = renderJobSummary(view).replace(blocks, "");
        expect(outside.replace(/<\/?(code|details|summary|sub)>|<br>/g, "")).not.toMatch(/[<`]/);
        expect(outside).not.toMatch(/@|:\/\/|\]\(|!\[/);
        expect(outside).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069\u200b]/u);
        for (const table of outside.matchAll(/(?:^\|.*\|\n)+/gm)) {
          const widths = table[0]
            .trim()
            .split("\n")
            .map((row) => row.split("|").length);
          expect(new Set(widths).size).toBe(1);
        }
      }),
      { numRuns: countOf("cases") },
    );
  });
});
