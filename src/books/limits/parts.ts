import { closest } from "../../values/closest.ts";
import type { Tags } from "../../values/codecs.ts";
import type { Instant } from "../../values/month.ts";
import { plainKey } from "../../values/names.ts";
import { isSameKind, type PeriodKey, periodAfter, periodAt } from "../../values/period.ts";
import { UNIT_NAMES } from "../../values/quantity.ts";
import { matches, RUN_TAGS, tagOf } from "../../values/tags.ts";
import { BOUNDS_OF_FILES } from "../bounds.ts";
import { type Draft, withState } from "../draft.ts";
import type { PartShares } from "../entry.ts";
import { emptyLine, linesKept, lineTurned } from "../part-lines.ts";
import type { PartRule, TokenCount } from "../part-rule.ts";
import type { PartLine, State } from "../state.ts";
import { BY_RUN_CAPABILITY, capabilitiesFor } from "../unit-keys.ts";

/** The sub-budget for the values that came after the last one with its own sub-budget. */
const OTHER_VALUES = "other";
/**
 * The bounds for all sub-budgets together, for each value of one: by number and by characters of their names. The books
 * stay small.
 */
const LINES_A_VALUE = 2.5;
const CHARACTERS_A_VALUE = 160;

/** A sub-budget that a run counts in. */
export type Part = { readonly name: string; readonly rule: PartRule; readonly period: PeriodKey };

/** The tags that sub-budgets match. */
export function tagsIn(rules: readonly PartRule[]): ReadonlySet<string> {
  return new Set(rules.flatMap(({ match, forEach }) => [...Object.keys(match), ...forEach]));
}

function areByRun(rules: readonly PartRule[]): boolean {
  const tags = tagsIn(rules);
  return RUN_TAGS.some((name) => tags.has(name));
}

/** The sub-budgets that a run with these tags counts in now. */
export function partsOf(
  state: State,
  rules: readonly PartRule[],
  { tags, now }: { readonly tags: Tags; readonly now: Instant },
): Part[] {
  return rules.flatMap((rule) => {
    const name = matches(rule.match, tags) ? partName(state, rule, tags) : undefined;
    const period = name === undefined ? undefined : periodAt(rule.period, now, state);
    return name === undefined || period === undefined ? [] : [{ name, rule, period }];
  });
}

/** The rule of a sub-budget in the books; undefined if the policy no longer has one. */
export function ruleOf(name: string, rules: readonly PartRule[]): PartRule | undefined {
  return rules.find((rule) => (rule.forEach.length === 0 ? rule.name === name : name.startsWith(`${rule.name}/`)));
}

/**
 * The sub-budget of a name in the policy and the books, in its current period; otherwise why there is none, as a
 * phrase.
 */
export function partNamed(
  state: State,
  rules: readonly PartRule[],
  { name, now }: { readonly name: string; readonly now: Instant },
): Part | string {
  const rule = ruleOf(name, rules);
  if (rule === undefined) {
    const names = [
      ...rules.filter((one) => one.forEach.length === 0).map((one) => one.name),
      ...Object.keys(state.budgets ?? {}),
    ];
    const near = closest(name, names);
    const hint =
      near === undefined
        ? `; it has ${[...new Set(names)].slice(0, 10).join(", ") || "none"}`
        : `; did you mean ${near}?`;
    return `the policy has no such sub-budget${hint}`;
  }
  const at = periodAt(rule.period, now, state);
  if (at === undefined) return "today is outside its dates";
  const known = state.budgets?.[name];
  return { name, rule, period: known === undefined ? at : inPeriod(known, at).period };
}

function partName(state: State, rule: PartRule, tags: Tags): string | undefined {
  if (rule.forEach.length === 0) return rule.name;
  const values = rule.forEach.map((tag) => tagOf(tags, tag));
  if (!values.every((value) => value !== undefined)) return undefined;
  const name = `${rule.name}/${values.map(plainKey).join("/")}`;
  const lines = state.budgets ?? {};
  if (Object.hasOwn(lines, name)) return name;
  const names = Object.keys(lines);
  const known = names.filter((other) => other.startsWith(`${rule.name}/`)).length;
  const characters = names.reduce((sum, other) => sum + other.length, name.length);
  const most = rule.mostValues ?? BOUNDS_OF_FILES.values;
  const hasRoom = known < most && names.length < LINES_A_VALUE * most && characters <= CHARACTERS_A_VALUE * most;
  return hasRoom ? name : `${rule.name}/${OTHER_VALUES}`;
}

/** The sub-budget's line in its current period; a new one if the books have none. */
export function lineOf(state: State, { name, rule, period }: Part): PartLine {
  const known = state.budgets?.[name];
  const line = known === undefined ? emptyLine(period) : inPeriod(known, period);
  const { count: _, ...plain } = line;
  return rule.count === "all" ? { ...plain, count: "all" } : plain;
}

/** A sub-budget doesn't go back in time; if the policy changes its kind of period, it starts over. */
function inPeriod(line: PartLine, period: PeriodKey): PartLine {
  const isLater = isSameKind(line.period, period) ? period > line.period : true;
  return isLater && line.period !== period ? lineTurned(line, period) : line;
}

/** The books with a line for each of these sub-budgets. */
export function openParts(draft: Draft, parts: readonly Part[]): Draft {
  if (parts.length === 0) return draft;
  const { state } = draft;
  const lines = Object.fromEntries(parts.map((part) => [part.name, lineOf(state, part)]));
  const rules = parts.map(({ rule }) => rule);
  const byUnit = capabilitiesFor(rules.map(({ limit }) => limit.unit));
  const required = areByRun(rules) ? [...byUnit, BY_RUN_CAPABILITY] : byUnit;
  const lacking = required.filter((name) => !state.requires.includes(name));
  return withState(draft, {
    budgets: { ...state.budgets, ...lines },
    ...(lacking.length > 0 && { requires: [...state.requires, ...lacking] }),
  });
}

/** Starts the next period of the sub-budgets whose period is over at an instant. */
export function turnParts(draft: Draft, at: Instant): Draft {
  const { budgets } = draft.state;
  if (budgets === undefined) return draft;
  const lines = Object.entries(budgets);
  // There are few periods, even of a thousand sub-budgets.
  const keys = new Set(lines.map(([, { period }]) => period));
  const next = new Map([...keys].map((key) => [key, periodAfter(key, at, draft.state)]));
  const turned = lines.flatMap(([name, line]) => {
    const period = next.get(line.period) ?? line.period;
    return period === line.period ? [] : [[name, lineTurned(line, period)] as const];
  });
  return turned.length === 0 ? draft : withState(draft, { budgets: { ...budgets, ...Object.fromEntries(turned) } });
}

/**
 * After the month changes, empty sub-budgets make room. The ledger doesn't show this, as it has no holds; a replay
 * keeps them forever. Books without any sub-budget left, and without any in the policy, are as if they never had one.
 */
export function forgetParts(draft: Draft): Draft {
  const { state, circumstances } = draft;
  const { budgets, ...rest } = state;
  if (budgets === undefined) return draft;
  const kept = linesKept(budgets, state);
  const { parts } = circumstances.settings;
  const isUsed = Object.keys(kept).length > 0 || parts?.length !== 0;
  const byRun = parts === undefined || areByRun(parts) ? [] : [BY_RUN_CAPABILITY];
  const unneeded = isUsed ? byRun : [...capabilitiesFor(UNIT_NAMES), BY_RUN_CAPABILITY];
  const requires = state.requires.filter((name) => !unneeded.includes(name));
  return isUsed ? withState(draft, { budgets: kept, requires }) : { ...draft, state: { ...rest, requires } };
}

/**
 * How an entry counts in sub-budgets of the books, by the tokens each of them counts. Sub-budgets that are gone
 * don't count.
 */
export function sharesIn(
  state: State,
  names: readonly string[],
  tokensOf: (count: TokenCount, name: string) => number,
): PartShares | undefined {
  const shares = names.flatMap((name) => {
    const line = state.budgets?.[name];
    if (line === undefined) return [];
    const tokens = tokensOf(line.count ?? "net", name);
    return [[name, { period: line.period, ...(tokens !== 0 && { tokens }) }] as const];
  });
  return shares.length === 0 ? undefined : Object.fromEntries(shares);
}
