import { type Amount, type Books, dayAt, type Part, type Share, type Tags, type Unit, USD } from "./model-books.ts";

const DAY_MS = 24 * 3_600_000;

/** The first and the last day of a sub-budget that has dates. */
type Dates = { readonly from: string; readonly to: string };

type Rule = {
  readonly name: string;
  readonly match: Tags;
  readonly isForEachAgent: boolean;
  readonly unit: Unit;
  readonly limit: number;
  readonly period: "day" | "week" | "month" | Dates;
  readonly overage: number;
  readonly onExceed: "deny" | "approve" | "warn";
};

/** Sub-budgets whose periods turn at different times, in dollars and in tokens. */
export const RULES: readonly Rule[] = [
  {
    ...{ name: "weekly", match: { agent: "qa" }, isForEachAgent: false, period: "week" },
    ...{ unit: "USD", limit: 4 * USD, overage: 0, onExceed: "approve" },
  },
  {
    ...{ name: "agents", match: {}, isForEachAgent: true, period: "month" },
    ...{ unit: "USD", limit: 6 * USD, overage: 0, onExceed: "deny" },
  },
  {
    ...{ name: "days", match: {}, isForEachAgent: true, period: "day" },
    ...{ unit: "tokens", limit: 15_000, overage: 20, onExceed: "deny" },
  },
  {
    ...{ name: "sprint", match: {}, isForEachAgent: true },
    ...{ period: { from: "2026-01-20", to: "2026-02-20" }, unit: "USD", limit: 3 * USD, overage: 50, onExceed: "warn" },
  },
];

export function ruleOf(name: string): Rule | undefined {
  return RULES.find((rule) => (rule.isForEachAgent ? name.startsWith(`${rule.name}/`) : name === rule.name));
}

/** The sub-budgets that tags count in at an instant, as the books have them. */
export function partsFor(books: Books, tags: Tags, now: number): Part[] {
  return RULES.flatMap((rule) => {
    const isFor = Object.entries(rule.match).every(([tag, value]) => tags[tag] === value);
    if (!isFor || (rule.isForEachAgent && tags["agent"] === undefined)) return [];
    const part = partNamed(books, rule.isForEachAgent ? `${rule.name}/${tags["agent"]}` : rule.name, now);
    return part === undefined ? [] : [part];
  });
}

/** A sub-budget of the policy in its present period; undefined where there is none, or its dates aren't now. */
export function partNamed(books: Books, name: string, now: number): Part | undefined {
  const rule = ruleOf(name);
  const period = rule === undefined ? undefined : periodAt(rule.period, books.month, now);
  if (period === undefined) return undefined;
  return books.parts.find((part) => part.name === name) ?? { name, period };
}

export function isMonthly({ name }: Part): boolean {
  return ruleOf(name)?.period === "month";
}

function periodAt(period: Rule["period"], month: string, now: number): string | undefined {
  const day = dayAt(now);
  if (period === "day") return day;
  if (period === "week") return weekOf(Date.parse(day));
  if (period === "month") return month;
  return period.from <= day && day <= period.to ? `${period.from}/${period.to}` : undefined;
}

/** By ISO 8601 a week belongs to the year that its Thursday is in. */
function weekOf(dayMs: number): string {
  const thursday = new Date(dayMs + (3 - ((new Date(dayMs).getUTCDay() + 6) % 7)) * DAY_MS);
  const dayOfYear = (thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / DAY_MS;
  return `${thursday.getUTCFullYear()}-W${String(Math.floor(dayOfYear / 7) + 1).padStart(2, "0")}`;
}

/** The books with these sub-budgets among theirs. */
export function opened(books: Books, parts: readonly Part[]): Books {
  const added = parts.filter(({ name }) => books.parts.every((part) => part.name !== name));
  return added.length === 0 ? books : { ...books, parts: [...books.parts, ...added] };
}

/** Each sub-budget goes on to the period of an instant, and never back. */
export function partsTurned(books: Books, now: number): Books {
  const parts = books.parts.map((part) => {
    const period = ruleOf(part.name)?.period;
    if (period === undefined || typeof period === "object") return part;
    const next = periodAt(period, books.month, now) ?? part.period;
    return next > part.period ? { ...part, period: next } : part;
  });
  return { ...books, parts };
}

/** The sub-budgets that a new month keeps: what is empty, or over for ever, is gone unless a hold counts in it. */
export function partsKept(books: Books): Books {
  const parts = books.parts.filter((part) => {
    const isEmpty = Object.values(sumsOf(books, part)).every((sum) => sum === 0);
    const isOver = (part.period.split("/")[1] ?? "9") < `${books.month}-01`;
    const isHeld = books.holds.some((hold) => part.name in hold.parts);
    return isHeld || !(isOver || isEmpty);
  });
  return { ...books, parts };
}

/** One more booking in sub-budgets that the books have. */
export function counted(
  books: Books,
  names: readonly string[],
  share: (name: string) => Pick<Share, "cost" | "tokens" | "executions" | "adjusted">,
): Books {
  const added = books.parts
    .filter(({ name }) => names.includes(name))
    .map(({ name, period }) => ({ part: name, period, segment: books.history.length, ...share(name) }));
  return { ...books, shares: [...books.shares, ...added] };
}

/** What was booked in a sub-budget in its present period: of a month since its last reset. */
export function sumsOf(books: Books, part: Part) {
  const isNow = ({ segment }: Share) => !isMonthly(part) || segment === books.history.length;
  return added(books.shares.filter((one) => one.part === part.name && one.period === part.period && isNow(one)));
}

/** What the running segment booked in a sub-budget, whichever period it was. */
export function segmentSumsOf(books: Books, part: Part) {
  return added(books.shares.filter((one) => one.part === part.name && one.segment === books.history.length));
}

function added(shares: readonly Share[]) {
  const total = (of: (share: Share) => number) => shares.reduce((sum, share) => sum + of(share), 0);
  return {
    spent: total(({ cost }) => cost),
    tokens: total(({ tokens }) => tokens),
    executions: total(({ executions }) => executions),
    adjusted: total(({ adjusted }) => adjusted),
  };
}

/** A sub-budget in its own unit. */
export function figuresOf(books: Books, part: Part) {
  const { unit = "USD", limit = 0 } = ruleOf(part.name) ?? {};
  const { spent, tokens, adjusted } = sumsOf(books, part);
  const held = books.holds.reduce((sum, { amount, parts }) => {
    const set = parts[part.name];
    return set === undefined ? sum : sum + (unit === "USD" ? amount : set);
  }, 0);
  return { name: part.name, limit: limit + adjusted, spent: unit === "USD" ? spent : tokens, held };
}

export function freeIn(books: Books, part: Part): number {
  const { limit, spent, held } = figuresOf(books, part);
  return limit - spent - held;
}

const GRADES = ["fit", "overage", "approve", "deny"] as const;

/**
 * What the strictest of the sub-budgets says to a run; of several the one with the smallest share of its limit left.
 */
export function strictestOf(books: Books, parts: readonly Part[], run: { amount: Amount; tokens: number }) {
  const verdicts = parts.map((part) => {
    const figures = figuresOf(books, part);
    const free = freeIn(books, part);
    const { unit = "USD", overage = 0, onExceed = "deny" } = ruleOf(part.name) ?? {};
    const beyond = (unit === "USD" ? run.amount : run.tokens) - free;
    const isInOverage = beyond <= Math.floor((figures.limit * overage) / 100) || onExceed === "warn";
    const grade = beyond <= 0 ? ("fit" as const) : isInOverage ? ("overage" as const) : onExceed;
    return { grade, figures, left: free / Math.max(1, figures.limit) };
  });
  const strictness = ({ grade }: (typeof verdicts)[number]) => GRADES.indexOf(grade as (typeof GRADES)[number]);
  return verdicts.sort((a, b) => strictness(b) - strictness(a) || a.left - b.left)[0];
}
