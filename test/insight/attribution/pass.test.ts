import fc from "fast-check";
import { expect, it } from "vitest";
import { addToReport, reportOf, startReport } from "../../../src/insight/attribution/attribute.ts";
import { addToPass, EACH_TAG, reportIn, startPass } from "../../../src/insight/attribution/pass.ts";
import type { Dimension, ReportQuery } from "../../../src/insight/attribution/query.ts";
import { anyEntry, anyQuery, query } from "./report-samples.ts";

const BOOKS = { since: "2025-11-20", imported: [{ month: "2025-12", cost: 3_000_000_000 as never, executions: 4 }] };

const anyCut = fc.constantFrom<readonly Dimension[]>(
  ["model"],
  ["result", "profile"],
  ["budget"],
  ["budget", "day"],
  [EACH_TAG],
  ["model", EACH_TAG],
  [EACH_TAG, EACH_TAG],
);

it("gives in one pass the reports that a pass for each of them gives, whichever tags appear on the way", () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 40 }), anyQuery, anyCut, (entries, asked, cut) => {
      const { period, compare, timezone } = asked;
      const spans = [period, ...(compare === undefined ? [] : [compare])];
      const plans = spans.map((span) => ({ span, cuts: [cut] }));
      const pass = startPass({ plans, timezone, books: BOOKS, tags: [] });
      for (const entry of entries) addToPass(pass, entry);
      const queries = cutsOf(cut, pass.tags).map((by): ReportQuery => ({ ...asked, by }));
      for (const query of queries) {
        const alone = startReport(query, BOOKS);
        for (const entry of entries) addToReport(alone, entry);
        expect(reportIn(pass, query)).toEqual(reportOf(alone));
      }
    }),
  );
});

it("has no report for what wasn't planned", () => {
  const asked = query();
  const plans = [{ span: asked.period, cuts: [["model"] as const] }];
  const pass = startPass({ plans, timezone: "UTC", books: {}, tags: ["team"] });
  expect(reportIn(pass, { ...asked, compare: undefined, by: ["model"] })).toBeDefined();
  expect(reportIn(pass, { ...asked, compare: undefined, by: ["result"] })).toBeUndefined();
  expect(reportIn(pass, { ...asked, compare: { kind: "day", from: "2020-01-01", to: "2020-01-01" } })).toBeUndefined();
});

function cutsOf(cut: readonly Dimension[], tags: readonly string[]): Dimension[][] {
  if (!cut.includes(EACH_TAG)) return [[...cut]];
  const names = tags.map((tag): Dimension => `tag:${tag}`);
  if (cut.every((dimension) => dimension === EACH_TAG) && cut.length === 2) {
    return names.flatMap((a, index) => names.slice(index + 1).map((b) => [a, b]));
  }
  return names.map((name) => cut.map((dimension) => (dimension === EACH_TAG ? name : dimension)));
}
