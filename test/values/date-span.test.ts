import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { monthsOf, SPAN_WORDS, showSpan, spanBefore, spanKey, spanOf } from "../../src/values/date-span.ts";
import { daysLater } from "../../src/values/period.ts";

const TODAY = "2026-02-14";

describe("the span that a text names", () => {
  it.each([
    ["2026-02-14", "2026-02-14", "2026-02-14", "14 Feb 2026"],
    ["2026-W01", "2025-12-29", "2026-01-04", "29 Dec 2025 to 4 Jan 2026"],
    ["2026-W07", "2026-02-09", "2026-02-15", "9 to 15 Feb 2026"],
    ["2026-02", "2026-02-01", "2026-02-28", "February 2026"],
    ["2026-Q4", "2026-10-01", "2026-12-31", "Q4 2026"],
    ["2026", "2026-01-01", "2026-12-31", "2026"],
    ["2026-01-30/2026-02-03", "2026-01-30", "2026-02-03", "30 Jan to 3 Feb 2026"],
    ["today", TODAY, TODAY, "14 Feb 2026"],
    ["yesterday", "2026-02-13", "2026-02-13", "13 Feb 2026"],
    ["this-week", "2026-02-09", "2026-02-15", "9 to 15 Feb 2026"],
    ["last-week", "2026-02-02", "2026-02-08", "2 to 8 Feb 2026"],
    ["last-month", "2026-01-01", "2026-01-31", "January 2026"],
    ["this-quarter", "2026-01-01", "2026-03-31", "Q1 2026"],
    ["last-quarter", "2025-10-01", "2025-12-31", "Q4 2025"],
    ["last-year", "2025-01-01", "2025-12-31", "2025"],
    ["last-7-days", "2026-02-08", TODAY, "8 to 14 Feb 2026"],
  ])("%s is %s to %s, %s", (text, from, to, shown) => {
    const span = spanOf(text, TODAY);
    expect(span).toMatchObject({ from, to });
    expect(span && showSpan(span)).toBe(shown);
  });

  it.each([
    "",
    "2026-13",
    "2026-02-30",
    "2026-W54",
    "2025-W53",
    "2026-Q5",
    "26",
    "last-0-days",
    "last-400-days",
    "soon",
  ])("%j is none", (text) => {
    expect(spanOf(text, TODAY)).toBeUndefined();
  });

  it("a span that ends before it begins is none", () => {
    expect(spanOf("2026-02-14/2026-02-13", TODAY)).toBeUndefined();
  });
});

describe("spans", () => {
  const day = fc.integer({ min: 0, max: 12_000 }).map((days) => daysLater("1996-01-01", days));

  it("follow the ones before them without a gap, and are named by their keys", () => {
    fc.assert(
      fc.property(day, fc.constantFrom(...SPAN_WORDS), (today, word) => {
        const span = spanOf(word, today);
        if (span === undefined) throw new Error(word);
        const before = spanBefore(span);
        expect(daysLater(before.to, 1)).toBe(span.from);
        expect(before.kind).toBe(span.kind);
        expect(spanOf(spanKey(span), today)).toEqual(span);
        if (span.kind !== "days") expect(spanKey(before) < spanKey(span)).toBe(true);
      }),
    );
  });

  it("of months are made of them", () => {
    expect(["2026-Q1", "2026-02", "2026-W07"].map((text) => monthsOf(spanOf(text, TODAY) ?? never()))).toEqual([
      ["2026-01", "2026-02", "2026-03"],
      ["2026-02"],
      [],
    ]);
  });
});

function never(): never {
  throw new Error("no span");
}
