import { describe, expect, it } from "vitest";
import { comparedSpan, dimensionOf, spanNeeded } from "../../../src/insight/attribution/query.ts";
import { spanKey } from "../../../src/values/date-span.ts";
import { query, span, TODAY } from "./report-samples.ts";

describe("a dimension", () => {
  it("is one of the names, or the tag of a name", () => {
    const texts = ["model", "pr", "tag:team", "tag:", "team", "", "Model"];
    expect(texts.map(dimensionOf)).toEqual(["model", "pr", "tag:team", undefined, undefined, undefined, undefined]);
  });
});

describe("the span that a period is compared with", () => {
  it.each([
    ["2026-02", "previous", "2026-01"],
    ["2026-Q1", "previous", "2025-Q4"],
    ["2026-02-08/2026-02-14", "previous", "2026-02-01/2026-02-07"],
    ["2026-02", "year-ago", "2025-02"],
    ["2024-02", "year-ago", "2023-02"],
    ["2025-02", "year-ago", "2024-02"],
    ["2026-Q1", "year-ago", "2025-Q1"],
    ["2026", "year-ago", "2025"],
    ["2026-W07", "year-ago", "2025-W07"],
    ["2024-02-29", "year-ago", "2023-02-28"],
    ["2024-02-29/2024-03-02", "year-ago", "2023-02-28/2023-03-02"],
    ["2026-02", "2025-11", "2025-11"],
    ["2026-02", "last-month", "2026-02"],
  ])("%s against %s is %s", (period, text, compared) => {
    const found = comparedSpan(span(period), text, TODAY);
    expect(found && spanKey(found)).toBe(compared);
  });

  it("is none for any other text", () => {
    expect(comparedSpan(span("2026-02"), "sometime", TODAY)).toBeUndefined();
  });
});

describe("the days that a report needs", () => {
  it("are its period, the compared one, and ninety days before the end of what is over", () => {
    const needed = (asked: Parameters<typeof query>[0]) => spanKey(spanNeeded(query(asked)));
    expect(needed({})).toBe("2025-12-01/2026-02-28");
    expect(needed({ compare: "2026-01" })).toBe("2025-12-01/2026-02-28");
    expect(needed({ compare: "2025-02" })).toBe("2025-02-01/2026-02-28");
    expect(needed({ today: "2026-02-14" })).toBe("2025-11-16/2026-02-28");
    expect(needed({ period: "2025", compare: "2026-02" })).toBe("2025-01-01/2026-02-28");
  });
});
