import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { figuresOf } from "../../../src/books/figures.ts";
import type { HistoryLine, State } from "../../../src/books/state.ts";
import { renderPage } from "../../../src/report/markdown/page.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { countOf } from "../../support/pace/pace.ts";
import { hostile } from "../hostile.ts";
import { ESTIMATE, sampleState } from "../samples.ts";

function page(change: Partial<State> = {}, names: { name?: string; path?: string } = {}): string {
  const state = sampleState(change);
  const figures = figuresOf(state, ESTIMATE);
  return renderPage({ state, figures, name: "AI Orchestration", path: "token_budget.json", ...names });
}

function monthsBack(count: number): HistoryLine[] {
  return Array.from({ length: count }, (_, index) => ({
    month: `${2000 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`,
    total_spent: nanoOf(1),
  }));
}

/** What of a page is markup or a link of our own. */
const OURS = /<\/?(code|sub)>|\]\(https:\/\/github\.com\/token-budget\/token-budget[#/\w.]*\)/g;

describe("the page beside the books", () => {
  it.each([
    ["whose month it is", "# AI Orchestration: February 2026\n"],
    ["what is spent and left", "**&#36;5.23 of &#36;15.00 spent (34.9%), &#36;0.06 held, &#36;9.71 left.**"],
    ["the open holds", "| 34.9% | &#36;0.06 (1 hold) | **&#36;9.71** |"],
    ["when it resets", "· resets on 1 Mar 2026, 00:00 (UTC)"],
    ["the last executions", "| <code>ai-pr</code> | $0.0500 · $0.0300 · $0.0400 | $0.0400 |"],
    ["where to read more", "](https://github.com/token-budget/token-budget/blob/main/docs/books.md)"],
    ["the month as a picture", "```mermaid\n"],
    ["what the models cost", "| <code>gpt-4o-mini</code> | $0.26 | 5.0% |"],
    ["the months before, newest first", "| January 2026 | $14.82 | $15.00 | 98.8% | 270 | 269 |\n| December 2025 |"],
    ["how to read the files", "jq .total_spent token_budget.json\ncat token_budget/ledger/*/*.ndjson |"],
  ])("shows %s", (_, text) => {
    const profiles = { "ai-pr": { costs: [0.04, 0.03, 0.05].map(nanoOf) } };
    expect(page({ profiles })).toContain(text);
  });

  it("is the same text for the same books, and speaks of no run", () => {
    expect(page()).toBe(page());
    expect(page()).not.toContain("Resets in");
  });

  it("shows the last 24 months", () => {
    const rows = page({ history: monthsBack(40) }).match(/^\| \w+ 200\d \|.*$/gm) ?? [];
    expect(rows).toHaveLength(24);
    expect(rows[0]).toBe("| April 2003 | $1.00 | – | – | – | – |");
  });

  it("says who reset a month", () => {
    const history = [{ month: "2026-02", total_spent: nanoOf(12.4), closed: "reset" as const, actor: "octocat" }];
    expect(page({ history })).toContain("| February 2026 | $12.40 | – | – | – | – | octocat, reset |");
  });

  it("says since when the money is gone, and no longer where there is money again", () => {
    const gone = { total_spent: nanoOf(14.96), holds: [], exhausted_at: "2026-02-27T08:00:00Z" };
    expect(page(gone)).toContain("exhausted since 27 Feb 2026, 08:00 (UTC)");
    expect(page({ ...gone, top_ups: nanoOf(5) })).not.toContain("exhausted since");
  });

  it("names the files of other books", () => {
    expect(page({}, { path: "ai/team.json" })).toContain("cat ai/team/ledger/*/*.ndjson");
    expect(page({}, { path: "a b.json" })).toContain("jq .total_spent 'a b.json'");
  });

  it("stays under 100 KB and lets no text break out, whatever the books hold", () => {
    fc.assert(
      fc.property(hostile, hostile, (name, other) => {
        const history = monthsBack(600).map((line) => ({ ...line, closed: "reset" as const, actor: other }));
        const models = Object.fromEntries(
          Array.from({ length: 51 }, (_, index) => [`${index}${other}`, { cost: nanoOf(1) }]),
        );
        const profiles = Object.fromEntries(
          Array.from({ length: 51 }, (_, index) => [`${index}${other}`, { costs: [nanoOf(1)] }]),
        );
        const text = page({ history, models, profiles }, { name });
        expect(Buffer.byteLength(text)).toBeLessThan(100_000);
        const outside = text.replace(/^```[^\n]*\n[\s\S]*?\n```$/gm, "").replace(OURS, "");
        expect(outside).not.toMatch(/[<`@]|:\/\/|\]\(/);
      }),
      { numRuns: countOf("cases") },
    );
  });
});
