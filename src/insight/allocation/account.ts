import { tokensIn } from "../../books/counted-tokens.ts";
import type { Entry } from "../../books/entry.ts";
import { addCounts } from "../../values/counts.ts";
import { type NanoUsd, plus, ZERO } from "../../values/money.ts";
import type { Month } from "../../values/month.ts";
import { activityOf } from "../activity.ts";
import type { TokensByKind } from "../attribution/report.ts";
import { cardCost, type EntryLine, linesOf } from "./entry-lines.ts";
import { HUNDRED_PERCENT, thousandthsOf, timesEach } from "./ratio.ts";
import type { EntityRate, Tier } from "./statement-rules.ts";
import { effectiveTokens, tierRatio, tokensOf } from "./tiers.ts";

/** A cost, and what is charged for it before a markup. */
export type Amounts = { readonly cost: NanoUsd; readonly charged: NanoUsd };

/** What an entity itself has used so far; it grows with every entry. */
export type Account = {
  readonly rate: EntityRate;
  readonly tiers: readonly Tier[];
  readonly models: Map<string, Amounts>;
  readonly activities: Map<string | null, Amounts>;
  /** Corrections of charges in former months, by the charge's month. */
  readonly corrections: Map<Month, Amounts>;
  /** What a rate card charges at cost, by model. */
  readonly atCost: Map<string, NanoUsd>;
  total: Amounts;
  executions: number;
  tokens: TokensByKind;
  /** Input and output minus cache reads. */
  netTokens: number;
};

const NOTHING: Amounts = { cost: ZERO, charged: ZERO };

export function newAccount(rate: EntityRate, tiers: readonly Tier[]): Account {
  return {
    ...{ rate, tiers, total: NOTHING, executions: 0, netTokens: 0 },
    ...{ models: new Map(), activities: new Map(), corrections: new Map(), atCost: new Map() },
    tokens: { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 },
  };
}

/** Adds an entry; `former` is the month of the charge that it corrects, if that is an earlier one. */
export function addEntry(account: Account, entry: Entry, former: Month | undefined): void {
  const lines = linesOf(entry);
  const charged = chargedFor(account, entry, lines);
  const total = charged.reduce(plus, ZERO);
  const amounts = { cost: entry.cost, charged: total };
  if (former === undefined) {
    for (const [index, { model, cost }] of lines.entries()) {
      put(account.models, model, { cost, charged: charged[index] ?? ZERO });
    }
    put(account.activities, activityOf(entry), amounts);
  } else {
    put(account.corrections, former, amounts);
  }
  account.total = added(account.total, amounts);
  account.executions = addCounts(account.executions, entry.kind === "charge" && !entry.further ? 1 : 0);
  account.tokens = withTokens(account.tokens, entry);
  account.netTokens = addCounts(account.netTokens, tokensIn(entry.usage ?? []).net);
}

/** Adds a sum that an import brought: nobody knows what it was spent on. */
export function addImported(account: Account, name: string, cost: NanoUsd): void {
  const amounts = { cost, charged: cost };
  put(account.models, name, amounts);
  put(account.activities, name, amounts);
  account.total = added(account.total, amounts);
}

/** How many tokens an account's own ones count as by the tiers. */
export function effectiveOf({ tiers, netTokens }: Account): number {
  return tokensOf(effectiveTokens(tiers, netTokens));
}

/** Amounts times a markup: those of a list add up to its sum times the markup. */
export function markedUp(rate: EntityRate, amounts: readonly Amounts[], before: NanoUsd = ZERO): readonly Amounts[] {
  if (rate.kind !== "markup") return amounts;
  const ratio = { part: HUNDRED_PERCENT + thousandthsOf(rate.percent), of: HUNDRED_PERCENT };
  const charged = timesEach(
    amounts.map(({ cost }) => cost),
    ratio,
    before,
  );
  return amounts.map(({ cost }, index) => ({ cost, charged: charged[index] ?? ZERO }));
}

/** What is charged for each line of an entry, a markup aside. */
function chargedFor(account: Account, entry: Entry, lines: readonly EntryLine[]): NanoUsd[] {
  const { rate, tiers, netTokens, atCost } = account;
  const costs = lines.map(({ cost }) => cost);
  if (rate.kind === "tiers") {
    const tokens = tokensIn(entry.usage ?? []).net;
    return timesEach(costs, tierRatio(tiers, { before: netTokens, tokens }));
  }
  if (rate.kind !== "card") return costs;
  return lines.map(({ model, cost, usage }) => {
    const byCard = usage === undefined ? undefined : cardCost(usage, rate.card);
    if (byCard !== undefined) return byCard;
    if (cost !== ZERO) atCost.set(model, plus(atCost.get(model) ?? ZERO, cost));
    return cost;
  });
}

function withTokens(tokens: TokensByKind, { usage = [] }: Entry): TokensByKind {
  return usage.reduce(
    (sum, line) => ({
      input: addCounts(sum.input, line.input),
      cacheRead: addCounts(sum.cacheRead, line.cache_read),
      cacheWrite: addCounts(sum.cacheWrite, line.cache_write_5m, line.cache_write_1h),
      output: addCounts(sum.output, line.output),
      reasoning: addCounts(sum.reasoning, line.reasoning),
    }),
    tokens,
  );
}

function put<Key>(map: Map<Key, Amounts>, key: Key, amounts: Amounts): void {
  map.set(key, added(map.get(key) ?? NOTHING, amounts));
}

export function added(a: Amounts, b: Amounts): Amounts {
  return { cost: plus(a.cost, b.cost), charged: plus(a.charged, b.charged) };
}
