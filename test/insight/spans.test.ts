import { describe, expect, it } from "vitest";
import { demandIn } from "../../src/books/demand.ts";
import { newState } from "../../src/books/new-state.ts";
import { DEFAULT_SETTINGS } from "../../src/books/settings.ts";
import type { HistoryLine, State } from "../../src/books/state.ts";
import { spanForecasts } from "../../src/insight/spans.ts";
import { nanoOf } from "../../src/values/money.ts";

const NOW = "2026-02-14T10:00:00Z";

function books(history: readonly Partial<HistoryLine>[]): State {
  const state = newState("2026-02", NOW, DEFAULT_SETTINGS);
  const daily = { "2026-02-03": { spent: nanoOf(1), executions: 1, prs: 0 } };
  return { ...state, daily, total_spent: nanoOf(1), history: history as HistoryLine[] };
}

describe("a span that begins before the books", () => {
  it.each<[string, readonly Partial<HistoryLine>[], Record<string, string>]>([
    ["with the running month", [], { quarter: "2026-02-03", year: "2026-02-03" }],
    [
      "within the first month of the year",
      [{ month: "2026-01", total_spent: nanoOf(2), daily_spent: [...Array(9).fill(nanoOf(0)), nanoOf(2)] }],
      { quarter: "2026-01-10", year: "2026-01-10" },
    ],
    ["years ago", [{ month: "2024-05", total_spent: nanoOf(2) }], {}],
  ])("%s names their first day", (_, history, since) => {
    const state = books(history);
    const spans = spanForecasts(state, demandIn(state, NOW));
    const named = spans.flatMap((span) => (span.since === undefined ? [] : [[span.span, span.since]]));
    expect(Object.fromEntries(named)).toEqual(since);
  });
});
