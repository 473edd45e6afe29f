// What `--json` of the terminal program prints, one form for each command. generate-schemas.ts writes it to
// token-budget-output.schema.json; tests hold every answer to it.
import * as z from "zod/mini";
import { QUALITIES } from "../src/books/entry.ts";
import { ALERT_KINDS, SEVERITIES } from "../src/books/notify-keys.ts";
import { SPLIT_BASES, STATEMENT_MODELS } from "../src/insight/allocation/statement-rules.ts";
import { PRICE_KINDS } from "../src/pricing/unit-prices.ts";
import { EXTRA_KINDS } from "../src/usage/extras.ts";
import { camelCase } from "../src/values/camel-case.ts";
import { UNIT_NAMES } from "../src/values/quantity.ts";
import { reportSchema } from "./json-report.ts";

const dollars = z.number();
const count = z.int();
const percent = z.number();
const instant = z.string();
const month = z.string().check(z.regex(/^\d{4}-\d\d$/));
const unit = z.enum(UNIT_NAMES);
const health = z.enum(["green", "yellow", "red", "blocked"]);

/** Optional numbers, by the names of kinds in camel case. */
function byKind<Number extends z.ZodMiniType>(kinds: readonly string[], number: Number) {
  return z.object(Object.fromEntries(kinds.map((kind) => [camelCase(kind), z.optional(number)])));
}

/** What every answer has. */
const always = {
  message: z.string(),
  failed: z.boolean(),
  notes: z.array(z.object({ level: z.enum(["notice", "warning"]), text: z.string() })),
};

/** What the answers about the books have; a command that failed before it read them has only `reason`. */
const figures = {
  reason: z.optional(z.string()),
  month: z.optional(month),
  budget: z.optional(dollars),
  spent: z.optional(dollars),
  held: z.optional(dollars),
  remaining: z.optional(dollars),
  percentUsed: z.optional(percent),
  health: z.optional(health),
  executions: z.optional(count),
  forecastPoint: z.optional(dollars),
  forecastLow: z.optional(dollars),
  forecastHigh: z.optional(dollars),
  exhaustionChance: z.optional(percent),
  resetsAt: z.optional(instant),
  estimate: z.optional(dollars),
  model: z.optional(z.string()),
  limitedBy: z.optional(z.string()),
  limit: z.optional(z.number()),
  limitUnit: z.optional(unit),
  limitSpent: z.optional(z.number()),
  limitHeld: z.optional(z.number()),
  limitRemaining: z.optional(z.number()),
  limitResetsAt: z.optional(z.string()),
  approvedBy: z.optional(z.string()),
  commit: z.optional(z.string()),
};

const decided = {
  allowed: z.optional(z.boolean()),
  decision: z.optional(z.enum(["allow", "warn", "approve", "deny"])),
};
const held = { hold: z.optional(z.string()), maxCost: z.optional(dollars) };
const hold = { hold: z.optional(z.string()) };
const cost = { cost: z.optional(dollars), costQuality: z.optional(z.enum(QUALITIES)) };
const booked = { ...hold, ...cost, milestones: z.optional(z.array(dollars)) };

/** What the meter of a run saw; a run without one has none. */
const metered = {
  meter: z.optional(
    z.object({
      requests: count,
      cost: dollars,
      estimate: z.nullable(dollars),
      cap: z.nullable(dollars),
      maxCost: z.nullable(dollars),
      granted: dollars,
      refused: count,
      refusal: z.nullable(z.object({ code: z.string(), text: z.string() })),
      estimated: count,
      unpriced: count,
      unknown: count,
      unread: count,
      restarts: count,
      models: z.array(z.object({ model: z.string(), requests: count, cost: dollars })),
    }),
  ),
};

const range = z.nullable(z.object({ low: dollars, high: dollars }));
/** A forecast of a total; the ranges are null while only a pace is known. */
const total = { spent: dollars, point: dollars, likely50: range, likely80: range, likely95: range };
const day = z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/));
/** Without books nobody knows what is to come. */
const span = z.object({ from: day, to: day, ...total, point: z.nullable(dollars) });

const forecast = z.object({
  elapsedDays: z.number(),
  daysLeft: z.number(),
  burnRate: dollars,
  executionsPerDay: z.number(),
  averageCost: z.nullable(dollars),
  executionsLeft: count,
  affordablePerDay: z.number(),
  hoursBetween: z.nullable(z.number()),
  monthEndSpent: z.nullable(dollars),
  goneOn: z.nullable(z.string()),
  goneOnEarliest: z.nullable(z.string()),
  exhaustionChance: z.nullable(percent),
  quarterSpent: z.nullable(dollars),
  yearSpent: z.nullable(dollars),
  spans: z.object({
    today: span,
    next7Days: span,
    next30Days: span,
    month: span,
    nextMonth: span,
    quarter: span,
    year: span,
  }),
  score: z.nullable(
    z.object({ months: count, within15: count, forecasts: count, held: count, ranOut: count, predicted: count }),
  ),
});

const subBudget = z.object({
  name: z.string(),
  unit,
  limit: z.number(),
  spent: z.number(),
  held: z.number(),
  remaining: z.number(),
  percentUsed: percent,
  percentHeld: percent,
  resetsAt: z.nullable(instant),
  period: z.string(),
  health,
  perDay: z.number(),
  nextAlert: z.nullable(z.object({ percent, at: instant })),
  goneAt: z.nullable(instant),
  projected: z.nullable(z.number()),
  forecast: z.nullable(z.object(total)),
  /** Its own pace, or its usual share of the month's forecast. */
  projectedBy: z.nullable(z.enum(["pace", "share"])),
  thresholds: z.array(z.object({ percent, hours: z.nullable(z.number()), at: z.nullable(instant) })),
  executions: count,
  prs: count,
  efficiency: z.array(
    z.object({
      per: z.string(),
      count: z.number(),
      cost: dollars,
      tokens: count,
      target: z.optional(z.object({ unit, amount: z.number() })),
      isMet: z.optional(z.boolean()),
    }),
  ),
});

const alert = z.object({
  id: z.string(),
  kind: z.enum(ALERT_KINDS),
  severity: z.enum(SEVERITIES),
  budget: z.nullable(z.string()),
  unit,
  period: z.nullable(z.string()),
  at: instant,
  text: z.string(),
  facts: z.object({
    usage: z.optional(z.number()),
    limit: z.optional(z.number()),
    percent: z.optional(percent),
    timeLeft: z.optional(z.number()),
    projectedEnd: z.optional(z.number()),
    overage: z.optional(z.number()),
  }),
  acknowledged: z.nullable(z.object({ by: z.string(), at: instant, note: z.optional(z.string()) })),
  escalatedAt: z.nullable(instant),
  resolvedAt: z.nullable(instant),
  open: z.boolean(),
});

const usageLine = z.object({
  provider: z.optional(z.string()),
  model: z.string(),
  tier: z.optional(z.string()),
  region: z.optional(z.string()),
  by: z.optional(z.string()),
  estimated: z.optional(z.literal(true)),
  input: count,
  cacheRead: z.optional(count),
  cacheWrite5m: z.optional(count),
  cacheWrite1h: z.optional(count),
  output: count,
  reasoning: z.optional(count),
  audioInput: z.optional(count),
  audioOutput: z.optional(count),
  webSearches: z.optional(count),
  extras: z.optional(byKind(EXTRA_KINDS, count)),
  requests: count,
  session: z.optional(z.string()),
  cost: z.nullable(dollars),
  quality: z.optional(z.enum(QUALITIES)),
  prices: z.optional(byKind(PRICE_KINDS, dollars)),
  priceSource: z.optional(z.string()),
  reportedCost: z.optional(dollars),
});

const recap = z.object({
  month: month.check(z.describe("The month, or the first month of a span.")),
  period: z.optional(z.string().check(z.describe("The span, if it isn't a month: 2026-W07, 2026-Q1."))),
  spent: dollars,
  budget: dollars,
  topUps: dollars,
  prs: count,
  executions: count,
  milestones: count,
  models: z.array(z.object({ model: z.string(), cost: dollars })),
  estimated: dollars,
  estimatedMost: z.optional(z.string()),
  corrections: z.object({ count, amount: dollars }),
  resets: count,
  pausedDays: z.optional(count),
  adjustments: z.optional(
    z.object({ count, last: z.array(z.object({ what: z.string(), actor: z.string(), reason: z.string() })) }),
  ),
  budgets: z.optional(z.array(z.object({ name: z.string(), spent: dollars, tokens: count }))),
  largeRuns: z.optional(count),
  topRuns: z.optional(
    z.array(
      z.object({
        profile: z.optional(z.string()),
        run: z.optional(count),
        url: z.optional(z.string()),
        cost: dollars,
      }),
    ),
  ),
  forecasts: z.optional(z.object({ count, right: count, ranOut: z.boolean(), error: z.nullable(z.number()) })),
  exhaustedAt: z.nullable(instant),
  previous: z.nullable(z.object({ month, period: z.optional(z.string()), spent: dollars })),
  running: z.boolean(),
  next: z.optional(z.object({ month, budget: dollars, held: dollars })),
});

/** What is charged, and on a page for inside the house what it cost. */
const amounts = { amount: dollars, cost: z.optional(dollars) };

const statement = z.object({
  number: z.nullable(z.string()),
  month,
  running: z.boolean(),
  entity: z.string(),
  model: z.enum(STATEMENT_MODELS),
  billTo: z.nullable(z.string()),
  issued: z.nullable(day),
  due: z.nullable(day),
  replaces: z.nullable(z.string()),
  currency: z.literal("USD"),
  ...amounts,
  executions: z.nullable(count),
  tokens: z.nullable(z.object({ input: count, cacheRead: count, cacheWrite: count, output: count, reasoning: count })),
  models: z.array(z.object({ name: z.nullable(z.string()), ...amounts })),
  activities: z.array(z.object({ name: z.nullable(z.string()), ...amounts })),
  corrections: z.array(z.object({ month, number: z.nullable(z.string()), ...amounts })),
  shared: z.array(
    z.object({
      name: z.string(),
      split: z.enum(["proportional", "equal", "fixed"]),
      by: z.nullable(z.enum(SPLIT_BASES)),
      share: z.number(),
      inBooks: z.boolean(),
      ...amounts,
      whole: z.optional(dollars),
    }),
  ),
  previous: z.nullable(z.object({ month, ...amounts })),
  imported: z.boolean(),
  margin: z.optional(dollars),
  rate: z.optional(
    z.object({
      kind: z.enum(["cost", "markup", "tiers", "card"]),
      percent: z.optional(percent),
      tokens: z.optional(count),
      effective: z.optional(z.number()),
      atCost: z.optional(z.array(z.object({ model: z.string(), cost: dollars }))),
    }),
  ),
  budget: z.optional(
    z.nullable(z.object({ name: z.string(), limit: dollars, variance: dollars, variancePercent: z.nullable(percent) })),
  ),
  efficiency: z.optional(z.nullable(z.object({ perExecution: dollars, average: dollars, rank: count, of: count }))),
});

const issuedStatement = z.object({
  number: z.string(),
  month,
  entity: z.string(),
  amount: dollars,
  issued: day,
  due: z.nullable(day),
  status: z.enum(["issued", "open", "due", "overdue", "paid", "void"]),
});

/** One form for each command that `--json` has an answer of. */
export const outputSchema = z.discriminatedUnion("command", [
  z.object({ command: z.literal("check"), ...always, ...figures, ...decided, ...held }),
  z.object({ command: z.literal("record"), ...always, ...figures, ...booked, ...metered }),
  z.object({ command: z.literal("release"), ...always, ...figures, ...hold }),
  z.object({
    command: z.literal("status"),
    ...always,
    ...figures,
    today: z.optional(
      z.object({
        spent: dollars,
        expected: z.nullable(dollars),
        upper: z.nullable(dollars),
        severity: z.nullable(z.enum(["info", "warning", "critical"])),
      }),
    ),
    forecast: z.optional(forecast),
    budgets: z.optional(z.array(subBudget)),
    paused: z.optional(
      z.nullable(
        z.object({
          by: z.string(),
          at: instant,
          reason: z.string(),
          until: z.nullable(instant),
          below: z.nullable(z.literal("normal")),
        }),
      ),
    ),
    unallocated: z.optional(z.nullable(dollars)),
    books: z.optional(z.nullable(z.object({ estimated: percent, unpriced: percent, untagged: z.nullable(percent) }))),
    largeRuns: z.optional(z.nullable(count)),
    alerts: z.optional(z.array(alert)),
    predictions: z.optional(
      z.array(z.object({ profile: z.string(), runs: count, within: z.number(), covered: z.number() })),
    ),
  }),
  z.object({
    command: z.literal("chart"),
    ...always,
    ...figures,
    file: z.optional(z.string()),
    title: z.optional(z.string()),
    description: z.optional(z.string()),
    table: z.optional(z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.string())) })),
  }),
  z.object({
    command: z.literal("usage"),
    ...always,
    ...cost,
    reason: z.optional(z.string()),
    total: z.optional(dollars),
    lines: z.optional(z.array(usageLine)),
    unpriced: z.optional(z.array(z.object({ model: z.string(), fix: z.string(), config: z.optional(z.string()) }))),
  }),
  z.object({ command: z.literal("recap"), ...always, ...figures, recap: z.optional(recap) }),
  z.object({
    command: z.literal("report"),
    ...always,
    ...figures,
    cost: z.optional(dollars),
    change: z.optional(dollars),
    file: z.optional(z.string()),
    report: z.optional(reportSchema),
  }),
  z.object({ command: z.literal("reset"), ...always, ...figures }),
  z.object({ command: z.literal("adjust"), ...always, ...figures }),
  z.object({ command: z.literal("pause"), ...always, ...figures }),
  z.object({ command: z.literal("resume"), ...always, ...figures }),
  z.object({
    command: z.literal("dashboard"),
    ...always,
    ...figures,
    dashboard: z.optional(z.string()),
  }),
  z.object({
    command: z.literal("alerts"),
    ...always,
    ...figures,
    alerts: z.optional(z.array(alert)),
    acknowledgedInTime: z.optional(z.nullable(z.object({ month, count, of: count }))),
  }),
  z.object({
    command: z.literal("statement"),
    ...always,
    ...figures,
    statement: z.optional(z.string()),
    statements: z.optional(z.array(statement)),
    issued: z.optional(z.array(issuedStatement)),
  }),
  z.object({
    command: z.literal("verify"),
    ...always,
    ...figures,
    differences: z.optional(z.array(z.object({ figure: z.string(), found: z.string(), expected: z.string() }))),
  }),
  z.object({
    command: z.literal("doctor"),
    ...always,
    reason: z.optional(z.string()),
    checks: z.optional(
      z.array(
        z.object({
          check: z.string(),
          status: z.enum(["ok", "warning", "problem"]),
          text: z.string(),
          fix: z.optional(z.string()),
          code: z.optional(z.string()),
        }),
      ),
    ),
  }),
  z.object({
    command: z.literal("move"),
    ...always,
    reason: z.optional(z.string()),
    from: z.optional(z.string()),
    to: z.optional(z.string()),
    done: z.optional(z.enum(["moved", "copied", "restored", "unchanged"])),
    ledgerLines: z.optional(count),
    documents: z.optional(count),
    holds: z.optional(z.array(z.string())),
  }),
  z.object({ command: z.literal("run"), ...always, ...figures, ...decided, ...held, ...booked, ...metered }),
]);

/** What the keys mean that no output of the Action has, by their path without the command. */
export const OUTPUT_DESCRIPTIONS: Readonly<Record<string, string>> = {
  command: "The command that answered.",
  message: "The answer as one English sentence.",
  from: "The place that the books were in, as --from names it.",
  to: "The place that they are in now, as --to names it.",
  done: "What move did.",
  ledgerLines: "How many lines of the ledger were written.",
  documents: "How many files of statements were written.",
  holds: "The open holds that moved along.",
  failed: "Whether the command failed; its exit code is then not 0.",
  notes: "What people should know besides the answer.",
  reason: "The reason of a decision, or why the command failed, as a stable code.",
  today:
    "What today has spent, what a day like it usually takes and the most of it that is usual, null while fewer than ten days are known; the severity if it is above that.",
  forecast:
    "The month: its pace so far, what it comes to if no run is denied (monthEndSpent), the days on which its money is likely and possibly gone, the forecast of each span, and how good the forecasts of closed months were.",
  forecastPoint:
    "What the month comes to if no run is denied, in dollars; missing while fewer than three days are known.",
  budgets: "The sub-budgets, each in its unit.",
  paused:
    "The pause that is on: who paused, when, why, until when (null: until someone resumes), and which runs wait; null without one.",
  unallocated: "What the monthly limits in dollars leave of the month's budget; null without such limits.",
  books: "How much of what is spent is estimated, unpriced and untagged, in percent.",
  largeRuns: "Runs that used more than the policy's large-run; null without that key.",
  predictions: "How well the estimates of each profile predict its runs; shares from 0 to 1.",
  alerts: "What people should look at: of status, what is open; amounts are numbers of the alert's unit.",
  acknowledgedInTime: "How many of last month's alerts were acknowledged in time; null if none had to be.",
  total: "What can be priced, in dollars.",
  lines:
    "What each model used, with its prices in dollars per million tokens (by the piece, per 1,000) and its cost; null if it has no price.",
  unpriced: "What has no price: fix says what to do, config is the line of the policy file that prices it.",
  file: "The file that report or chart has written.",
  report: "The report, as token-budget-report.schema.json describes it.",
  title: "The sentence that the chart proves.",
  description: "What the chart shows, in words.",
  table: "The figures behind the chart, as people read them.",
  statements:
    "The statements that were shown or issued, in dollars; what only people inside the house may see is missing on a client's.",
  issued: "Issued statements and what became of them, the newest first.",
  dashboard: "The folder that dashboard has written.",
  recap: "The month that was shown or posted; running if it isn't over.",
  differences: "Figures of the state that differ from the ledger.",
  checks: "What doctor examined.",
  meter:
    "What the run's meter saw, in dollars: answers it read, what they cost and may cost (cap now, maxCost at most), requests it refused with the last refusal's code and text, answers counted by length (estimated), without a price (unpriced) or without usage (unread), requests to addresses it doesn't know (unknown), and how often its process was started again.",
};
