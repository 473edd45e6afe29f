import fc from "fast-check";
import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { renderHolds, renderTerminal } from "../../../src/report/terminal/answer.ts";
import { columnsOf } from "../../../src/report/terminal/table.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { hostile } from "../hostile.ts";
import { deniedView, NOW, sampleEntry, sampleMonth, sampleState, sampleView } from "../samples.ts";

const plain = { colors: pc.createColors(false), width: 90 };

describe("the terminal's table", () => {
  it("shows the answer, the bar, the figures, what was booked and the models", () => {
    expect(renderTerminal(sampleView(), plain)).toBe(
      `AI Orchestration · February 2026                                          o/r@token-budget
✔ AI run booked
$0.0313 was booked; $5.23 of $15.00 is spent (34.9%) and $9.72 is left.

█████████████████▒░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  34.9% spent, 0.4% held
$10.65 by the month's end, 80% likely between $9.00 and $12.60; 3% likely to reach the
$15.00 before the month ends (then runs are denied).

Budget           $15.00             Resets in        14 days 13 h
Spent            $5.23 (34.9%)      Resets on        1 Mar 2026, 00:00 (UTC)
Held             $0.06 (1 hold)     Burn rate        $0.3897 a day
Remaining        $9.71              Forecast         $10.65 by the end of the month
Health           green              Average cost     $0.0551 per execution
Executions       95                 Cost per PR      $0.0575
Pull requests    91                 Executions left  176, 12 a day, one every 2 h

Booked $0.031275, which settles its hold.
claude-sonnet-4-5  $0.0285
  2,000 input, 1,500 output
  at $3 input, $15 output per million tokens
gpt-4o-mini  $0.002775
  2,500 input, 500 read from cache, 4,000 output
  at $0.15 input, $0.60 output per million tokens

Model               Cost  Share  Per execution
claude-sonnet-4-5  $4.71  90.0%        $0.0496
gpt-4o-mini        $0.26   5.0%        $0.0028
unpriced           $0.26   5.0%        $0.0027

Model                  Input  Cache read  Cache write   Output  Cache hits
claude-sonnet-4-5  1,190,000     812,000       96,000  142,500       68.2%
gpt-4o-mini          237,500           0            –  380,000        0.0%
`,
    );
  });

  it("says on a denial what to do next", () => {
    const text = renderTerminal(deniedView, plain);
    expect(text).toContain("✖ AI run denied: the month's budget is spent\n");
    expect(text).toContain(
      "→ Or raise it in .github/token-budget.yml on the default branch:\n    monthly-budget: 25\n",
    );
    expect(text).toContain("• The model my-finetune has no price");
  });

  it("puts figures under each other and breaks lines between words where there is little room", () => {
    const text = renderTerminal(deniedView, { ...plain, width: 50 });
    expect(text).toContain(
      "$14.96 of $15.00 is spent (99.7%); the next run is\nexpected to cost $0.0550 and no longer fits.\n",
    );
    expect(text).toContain("Resets in        14 days 13 h\n");
    expect(text).toContain("→ Or raise it in .github/token-budget.yml on the\n  default branch:\n");
  });

  it("shows dollars and tokens by model in one table where there is room", () => {
    const models = { "gpt-5": { cost: nanoOf(2), input: 3_000, cache_read: 1_500, cache_write: 20, output: 400 } };
    const text = renderTerminal(sampleView({ month: sampleMonth({ models }) }), { ...plain, width: 100 });
    expect(text).toContain(
      `Model   Cost   Share  Per execution  Input  Cache read  Cache write  Output  Cache hits
gpt-5  $2.00  100.0%        $0.0211  3,000       1,500           20     400       50.0%
`,
    );
  });

  it.each([60, 80, 90, 100, 120])("cuts no figure at %i columns", (width) => {
    const text = renderTerminal(sampleView(), { ...plain, width });
    expect(text.split("\n").slice(1).join("\n")).not.toContain("…");
    expect(text).toMatch(/Executions left {2}176, 12 a day, one every 2 h$/m);
  });

  it("keeps a list a list, and lines to copy as they are", () => {
    const list = "2 bad inputs, nothing was read or written:\n- month is bad: write 2026-02\n- cost is bad";
    const lines = "The token may not write:\npermissions:\n  contents: write";
    expect(renderTerminal(sampleView({ sentence: list }), { ...plain, width: 40 })).toContain(
      "written:\n- month is bad: write 2026-02\n- cost is bad\n",
    );
    expect(renderTerminal(sampleView({ sentence: lines }), plain)).toContain("\npermissions:\n  contents: write\n");
  });

  it("shows the problem alone where the books can't be read", () => {
    const problem = { code: "state-unreadable", message: "token_budget.json is no JSON." };
    expect(renderTerminal(sampleView({ month: null, booked: undefined, problem, tone: "bad" }), plain)).toContain(
      "token_budget.json is no JSON. (state-unreadable)\n",
    );
  });

  it("paints only where colours are on", () => {
    expect(renderTerminal(sampleView(), plain)).not.toContain("\u001b");
    expect(renderTerminal(sampleView(), { ...plain, colors: pc.createColors(true) })).toContain("\u001b[32m█");
  });

  it("is never wider than the terminal and passes no control character on, whatever it is given", () => {
    fc.assert(
      fc.property(hostile, hostile, fc.integer({ min: 40, max: 160 }), (one, two, width) => {
        const usage = sampleEntry.usage?.[0];
        const view = sampleView({
          title: one,
          sentence: two,
          name: one,
          place: two,
          month: sampleMonth({
            models: { [one]: { cost: nanoOf(1) }, [`${two}.`]: { cost: nanoOf(2), input: 123_456_789 } },
          }),
          problem: { code: one, message: two },
          nextSteps: [{ text: one }],
          notes: [two],
          booked: {
            ...sampleEntry,
            usage: usage === undefined ? [] : [{ ...usage, model: one, prices: { [two]: 1 } }],
          },
        });
        for (const line of renderTerminal(view, { ...plain, width }).split("\n")) {
          expect(columnsOf(line)).toBeLessThanOrEqual(width);
          expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
          expect(line.trim().startsWith("::")).toBe(false);
        }
      }),
    );
  });
});

describe("the columns of a text", () => {
  it.each([
    ["ab", 2],
    ["$1.50 · 6.7% – █░ …", 19],
    ["日本語", 6],
    ["、。「」", 8],
    ["한글", 4],
    ["ＡＢ￥", 6],
    ["🟢 ⛔", 5],
    ["e\u0301", 1],
  ])("of %s are %i", (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });
});

describe("the list of holds", () => {
  it("shows who holds what until when", () => {
    expect(renderHolds(sampleState().holds, { now: NOW }, plain)).toBe(
      `Held for   Amount    Age  Expires        Hold
ai-pr     $0.0550  7 min  in 5 h 53 min  9f1c2d3e-0000-4000-8000-000000000001
  https://github.com/o/r/actions/runs/123
`,
    );
  });

  it("says when there is none", () => {
    expect(renderHolds([], { now: NOW }, plain)).toBe("No open holds.\n");
  });

  it("counts those it doesn't show", () => {
    const [hold] = sampleState().holds;
    const holds = Array.from({ length: 23 }, () => hold).filter((each) => each !== undefined);
    expect(renderHolds(holds, { now: NOW }, plain)).toMatch(/\nand 3 more holds\n$/);
  });
});
