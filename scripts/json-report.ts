// A report as JSON, as `format: json` writes it and `--json` prints it in an answer. generate-schemas.ts writes it to
// token-budget-report.schema.json; tests hold every report to it.
import * as z from "zod/mini";
import { SORTS } from "../src/insight/attribution/query.ts";

const dollars = z.number();
const share = z.number();
const count = z.int();
const day = z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/));

const span = z.object({
  name: said(z.string(), "Such as 2026-02, 2026-W07, 2026-Q1 or 2026-02-01/2026-02-14."),
  from: day,
  to: said(day, "The last day."),
});

const figures = {
  cost: said(dollars, "What was booked, corrections included."),
  estimated: said(dollars, "How much of it is estimated."),
  executions: said(z.nullable(count), "Null only for what was imported without them."),
  tokens: said(
    z.nullable(
      z.object({
        input: said(count, "Everything that went into the models."),
        cacheRead: said(count, "The part of input that was read from a cache."),
        cacheWrite: said(count, "The part of input that was written to a cache."),
        output: said(count, "Everything that came out."),
        reasoning: said(count, "The part of output that was reasoning."),
      }),
    ),
    "Null if no tokens were counted.",
  ),
  requests: z.nullable(count),
  cacheHitRate: said(z.nullable(share), "The share of the input that was read from a cache."),
  prs: z.nullable(count),
  outcomes: said(z.record(z.string(), z.number()), "Your own figures by name."),
  successRate: said(z.nullable(share), "Of the executions whose result is known."),
  retry: said(dollars, "What attempts after the first, and runs that failed, cost."),
  perExecution: z.nullable(dollars),
  perPr: z.nullable(dollars),
  perOutcome: z.record(z.string(), dollars),
  tokensPerExecution: z.nullable(count),
};

const key = said(
  z.record(z.string(), z.nullable(z.string())),
  "A value for each dimension of by; null where the entries have none.",
);

const row = z.object({
  kind: said(
    z.enum(["group", "other", "imported"]),
    "other are the rows beyond top; imported is what an import brought with no more than its sum.",
  ),
  rows: said(z.optional(count), "How many rows are in other."),
  key,
  ...figures,
  share: said(z.nullable(share), "The share of the total's cost; null if that isn't above zero."),
  change: said(
    z.nullable(dollars),
    "How much more it cost than in the compared span; null without one, and by day, week or month.",
  ),
  before: said(z.nullable(z.object(figures)), "Its figures in the compared span; null if it had none there."),
  efficiency: said(
    z.nullable(
      z.object({
        per: said(z.string(), "execution, pr or the name of an outcome."),
        rank: said(count, "1 has the lowest cost."),
        of: count,
        percentile: said(share, "The share of the other rows that cost more."),
      }),
    ),
    "Its place among the rows by what one execution, pull request or outcome costs.",
  ),
});

/** A report, as it is written and printed. */
export const reportSchema = z.object({
  period: span,
  compare: z.nullable(span),
  timezone: z.string(),
  by: z.array(z.string()),
  sort: z.enum(SORTS),
  top: z.nullable(count),
  total: said(z.nullable(z.object(figures)), "Null if the books know nothing of the period."),
  before: said(z.nullable(z.object(figures)), "The total of the compared span; null if the books don't know it."),
  change: said(z.nullable(dollars), "How much more the period cost than the compared span."),
  rows: said(z.array(row), "Their costs add up to the total's, unless they overlap."),
  bridge: said(
    z.nullable(z.object({ change: dollars, volume: dollars, mix: dollars, price: dollars })),
    "The change in three parts that add up to it.",
  ),
  driver: said(
    z.nullable(
      z.object({
        key,
        change: dollars,
        how: z.enum(["volume", "price", "new", "gone", "other"]),
        amount: said(dollars, "So much of the change is by how."),
        share: said(
          z.nullable(share),
          "By volume the change of its executions, by price the change of what one costs: 0.4 for 40 % more.",
        ),
      }),
    ),
    "The row that moved the cost most, and what moved that row.",
  ),
  trend: z.nullable(
    z.object({
      until: said(day, "The last day of the averages."),
      averages: said(
        z.object({ days7: z.nullable(dollars), days30: z.nullable(dollars), days90: z.nullable(dollars) }),
        "Dollars a day; null where not all of these days are known.",
      ),
      direction: z.enum(["rising", "falling", "steady", "unknown"]),
      growth: said(
        z.nullable(z.object({ point: z.number(), low: z.number(), high: z.number() })),
        "Growth a month as a share, 0.1 for 10 %, with its 80 % range.",
      ),
    }),
  ),
  overlapping: said(z.boolean(), "An execution may count in several rows."),
  since: said(z.nullable(day), "The books' first day, if days of either span are before it."),
  importedUntil: said(
    z.nullable(day),
    "The day before which days of the period were imported without their days. What was imported for days that aren't all in the period isn't in it.",
  ),
  beforeImportedUntil: said(z.nullable(day), "The same of the compared span."),
});

function said<Schema extends z.ZodMiniType>(schema: Schema, meaning: string): Schema {
  return schema.check(z.describe(meaning)) as Schema;
}
