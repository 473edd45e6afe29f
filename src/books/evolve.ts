import { addCounts } from "../values/counts.ts";
import { minus, type NanoUsd, plus, sum, ZERO } from "../values/money.ts";
import {
  type Day,
  dayOf,
  type Instant,
  lastDayOf,
  later,
  type Month,
  nextMonth,
  type TimeZone,
} from "../values/month.ts";
import { counterPrefix, plainKey } from "../values/names.ts";
import { adjustmentText } from "./adjustment-text.ts";
import { closedMonth, emptyMonth, OTHER } from "./close-month.ts";
import type { Entry, EntryUsage } from "./entry.ts";
import { withLesson } from "./lessons.ts";
import { countInParts } from "./part-lines.ts";
import { MAX_PROFILES } from "./profiles.ts";
import { pullsAfter } from "./pull-totals.ts";
import type { State } from "./state.ts";
import { statementsAfter } from "./statement-list.ts";
import { topRunsAfter } from "./top-runs.ts";

/** The key among the models for what was charged without a model. */
export const UNPRICED = "unpriced";

const MAX_MODELS = 50;
/** Two for each provider. */
const MAX_COUNTERS = 100;

/** A recap shows only the last ones, with shortened reasons: history is kept forever. */
const MAX_ADJUSTMENTS = 10;
const MAX_REASON_LENGTH = 100;

/**
 * The state after a ledger entry: everything that can be recomputed from the ledger is changed here and nowhere else,
 * so that keeping the books and checking them are the same arithmetic.
 */
export function evolve(state: State, entry: Entry): State {
  switch (entry.kind) {
    case "charge":
    case "correction":
      return afterCharge(state, entry);
    case "adjust":
      return afterAdjustment(state, entry);
    case "release":
    case "pause":
    case "resume":
    case "alert":
      return state;
    case "statement":
      return { ...state, statements: statementsAfter(state.statements ?? [], entry) };
    case "import":
      return afterImport(state, entry);
    case "reset":
      return {
        ...emptyMonth(state, state.current_month, entry.at),
        history: [...state.history, closedMonth(state, entry)],
      };
    case "rollover":
      return {
        ...emptyMonth(state, nextMonth(state.current_month), entry.at),
        history: [...state.history, closedMonth(state, entry)],
      };
  }
}

function afterCharge(state: State, entry: Entry): State {
  const executions = entry.kind === "charge" && !entry.further ? 1 : 0;
  const prs = entry.prs ?? 0;
  const day = dayOfEntry(state, entry);
  const today = state.daily[day] ?? { spent: ZERO, executions: 0, prs: 0 };
  const models = afterModels(state.models, entry);
  return withLesson(
    {
      ...state,
      total_spent: plus(state.total_spent, entry.cost),
      executions: addCounts(state.executions, executions),
      prs_generated: addCounts(state.prs_generated, prs),
      tokens_used: afterTokens(state.tokens_used, entry.usage ?? []),
      models,
      daily: {
        ...state.daily,
        [day]: {
          ...today,
          spent: plus(today.spent, entry.cost),
          executions: addCounts(today.executions, executions),
          prs: addCounts(today.prs, prs),
        },
      },
      ...qualityOf({ ...state, models }, entry),
      ...(entry.large && { large_runs: addCounts(state.large_runs, 1) }),
      ...(Object.keys(entry.tags ?? {}).length > 0 && { tagged: plus(state.tagged ?? ZERO, entry.cost) }),
      ...topRunsAfter(state, entry),
      ...partsAfter(state, entry),
      ...adjustmentsAfter(state, entry),
      ...pullsAfter(state, entry),
    },
    entry,
  );
}

/** The sum of charges by estimate, minus later corrections, and the corrections; the state has the models after it. */
function qualityOf(state: State, entry: Entry): Pick<State, "estimated" | "estimated_by" | "corrections"> {
  const replaced = entry.replaces ?? ZERO;
  const estimated = entry.quality === "estimated" ? plus(entry.cost, replaced) : ZERO;
  const corrections = state.corrections ?? { count: 0, amount: ZERO };
  const change = minus(estimated, replaced);
  return {
    estimated: plus(state.estimated ?? ZERO, change),
    ...estimatedBy(state, entry, change),
    // A repair is a correction that replaces no charge.
    ...(entry.kind === "correction" &&
      entry.replaces !== undefined && {
        corrections: {
          ...corrections,
          count: addCounts(corrections.count, 1),
          amount: plus(corrections.amount, entry.cost),
        },
      }),
  };
}

/** The estimated dollars of each profile, so that the one with the most can be named, and the models among them. */
function estimatedBy(state: State, entry: Entry, change: NanoUsd): Pick<State, "estimated_by"> {
  if (change === ZERO || entry.profile === undefined) return {};
  const { current_month: month, estimated_by: known } = state;
  const { profiles = {}, models: before = [] } = known?.month === month ? known : {};
  const wanted = plainKey(entry.profile);
  const profile = wanted in profiles || Object.keys(profiles).length < MAX_PROFILES ? wanted : OTHER;
  const after = { ...profiles, [profile]: plus(profiles[profile] ?? ZERO, change) };
  const models = [...new Set([...before, ...unpricedModels(state, entry)])];
  return { estimated_by: { month, profiles: after, ...(models.length > 0 && { models }) } };
}

/** The models of a charge by estimate that have no price, under their names among the month's models. */
function unpricedModels({ models }: State, entry: Entry): string[] {
  if (entry.quality !== "estimated" || entry.notional !== undefined) return [];
  const lines = (entry.usage ?? []).filter(({ model, cost }) => model !== "" && cost === undefined);
  return lines.map(({ model }) => plainKey(model)).map((name) => (name in models ? name : OTHER));
}

/** Books without sub-budgets get no key for them. */
function partsAfter(state: State, entry: Entry): Pick<State, "budgets"> {
  const budgets = countInParts(state.budgets, entry);
  return budgets === undefined ? {} : { budgets };
}

function afterAdjustment(state: State, entry: Entry): State {
  return {
    ...state,
    ...(entry.top_up !== undefined && { top_ups: plus(state.top_ups, entry.top_up) }),
    ...(entry.granted !== undefined && { granted: plus(state.granted ?? ZERO, entry.granted) }),
    ...partsAfter(state, entry),
    ...adjustmentsAfter(state, entry),
  };
}

/** What maintainers moved, for the recap; what returns by itself was reported when it was lent. */
function adjustmentsAfter(state: State, entry: Entry): Pick<State, "adjustments"> {
  if (entry.source !== "adjust") return {};
  const { count, last } = state.adjustments ?? { count: 0, last: [] };
  const { at, actor = "", reason = "" } = entry;
  const added = { at, what: adjustmentText(entry), actor, reason: reason.slice(0, MAX_REASON_LENGTH) };
  return { adjustments: { count: addCounts(count, 1), last: [...last, added].slice(-MAX_ADJUSTMENTS) } };
}

function afterTokens(tokens: State["tokens_used"], usage: readonly EntryUsage[]): State["tokens_used"] {
  const after = { ...tokens };
  for (const line of usage) {
    // A finished figure counts no tokens, and needs no counter at zero.
    if (line.input === 0 && line.output === 0) continue;
    const wanted = counterPrefix(line.provider);
    const isKnown = Object.hasOwn(after, `${wanted}_input`) || Object.keys(after).length < MAX_COUNTERS;
    const prefix = isKnown ? wanted : OTHER;
    after[`${prefix}_input`] = addCounts(after[`${prefix}_input`], line.input);
    after[`${prefix}_output`] = addCounts(after[`${prefix}_output`], line.output);
  }
  return after;
}

function afterModels(models: State["models"], entry: Entry): State["models"] {
  const after = { ...models };
  for (const line of entry.usage ?? []) {
    if (line.model === "") continue;
    const wanted = plainKey(line.model);
    const name = wanted in after || Object.keys(after).length < MAX_MODELS ? wanted : OTHER;
    const before = after[name];
    after[name] = {
      ...before,
      provider: name === OTHER ? undefined : (line.provider ?? before?.provider),
      input: addCounts(before?.input, line.input),
      cache_read: addCounts(before?.cache_read, line.cache_read),
      cache_write: addCounts(before?.cache_write, line.cache_write_5m, line.cache_write_1h),
      output: addCounts(before?.output, line.output),
      requests: addCounts(before?.requests, line.requests),
      cost: plus(before?.cost ?? ZERO, chargedFor(line, entry)),
    };
  }
  return withUnpriced(after, minus(entry.cost, sum(modelledCosts(entry))));
}

function modelledCosts(entry: Entry): NanoUsd[] {
  return (entry.usage ?? []).filter((line) => line.model !== "").map((line) => chargedFor(line, entry));
}

/** What a usage line cost the budget: nothing if a flat fee covers the run, whatever its list price. */
export function chargedFor(line: EntryUsage, entry: Entry): NanoUsd {
  return entry.notional === undefined ? (line.cost ?? ZERO) : ZERO;
}

function withUnpriced(models: State["models"], amount: NanoUsd): State["models"] {
  if (amount === ZERO) return models;
  const { [UNPRICED]: before, ...others } = models;
  const cost = plus(before?.cost ?? ZERO, amount);
  return cost === ZERO ? others : { ...others, [UNPRICED]: { ...before, cost } };
}

function afterImport(state: State, entry: Entry): State {
  return {
    ...state,
    total_spent: plus(state.total_spent, entry.cost),
    executions: addCounts(state.executions, entry.imported?.executions),
    prs_generated: addCounts(state.prs_generated, entry.imported?.prs),
    tokens_used: { ...state.tokens_used, ...entry.imported?.tokens_used },
    models: withUnpriced(state.models, entry.cost),
  };
}

/** The day of the running month on which an entry counts. */
export function dayOfEntry(
  { current_month: month, timezone }: Pick<State, "current_month" | "timezone">,
  entry: Entry,
): Day {
  return dayWithin(month, dayInstantOf(entry), timezone);
}

/** The instant by which an entry counts on a day: what ends with a day's last instant is that day's. */
export function dayInstantOf({ at, expired_at }: Entry): Instant {
  return expired_at === undefined ? at : later(expired_at, -1);
}

/**
 * The day of an instant, kept inside the month it is booked in: when the month changes the two may differ by seconds.
 */
function dayWithin(month: Month, at: string, timezone: TimeZone): Day {
  const day = dayOf(at, timezone);
  if (day.startsWith(month)) return day;
  return day < month ? `${month}-01` : lastDayOf(month);
}
