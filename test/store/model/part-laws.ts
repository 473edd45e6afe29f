import { expect } from "vitest";
import type { Entry } from "../../../src/books/entry.ts";
import type { State } from "../../../src/books/state.ts";
import { ENVIRONMENT, RESERVE } from "./admission-model.ts";
import { ruleOf } from "./parts-model.ts";

type Line = NonNullable<State["budgets"]>[string];

/** Law **admission**: nobody is let in above a limit that denies, nor above one that asks, or the reserve, unapproved. */
export function expectAdmission(state: State, id: string): { readonly isByGrant: boolean } {
  const hold = state.holds.find((one) => one.id === id);
  if (hold === undefined) return { isByGrant: false };
  const isApproved = hold.approved_by !== undefined;
  const left = state.monthly_budget + state.top_ups - state.total_spent - total(state.holds, ({ amount }) => amount);
  const reserve = isApproved ? 0 : Math.max(0, RESERVE - (state.granted ?? 0));
  expect(left, `${id} in the month`).toBeGreaterThanOrEqual(reserve);
  for (const [name, line] of Object.entries(state.budgets ?? {})) {
    const rule = ruleOf(name);
    const isOpen = rule?.onExceed === "warn" || (rule?.onExceed === "approve" && isApproved);
    if (rule === undefined || isOpen || hold.budgets?.[name] === undefined) continue;
    const inUnit = (usd: number, tokens: number) => (rule.unit === "USD" ? usd : tokens);
    const held = total(state.holds, ({ amount, budgets }) => {
      const tokens = budgets?.[name];
      return tokens === undefined ? 0 : inUnit(amount, tokens);
    });
    const limit = rule.limit + inUnit(line.adjusted ?? 0, line.adjusted_tokens ?? 0);
    const used = inUnit(line.spent, line.tokens) + held;
    expect(used, `${id} in ${name}`).toBeLessThanOrEqual(limit + Math.floor((limit * rule.overage) / 100));
  }
  return { isByGrant: !isApproved && left < RESERVE };
}

/** Law **admission**: an approval opens what it opens for one hold of its run, and only that of the policy's environment. */
export function expectApproval(
  state: State,
  request: { id: string; run: number; environment: string | undefined },
): void {
  const hold = state.holds.find((one) => one.id === request.id);
  if (hold?.approved_by === undefined) return;
  expect(request.environment, `${request.id} was approved`).toBe(ENVIRONMENT);
  const approved = state.holds.filter((one) => one.approved_by !== undefined && one.run.run_id === request.run);
  expect(approved, `approved holds of run ${request.run}`).toHaveLength(1);
}

/**
 * Law **month**, of a sub-budget: its period turns at its own time and never back, whatever clocks say. Says which
 * turned.
 */
export function expectPeriods(state: State, latest: Map<string, string>): string[] {
  return Object.entries(state.budgets ?? {}).flatMap(([name, { period }]) => {
    const before = latest.get(name) ?? period;
    expect(period >= before, `${name} in ${period} after ${before}`).toBe(true);
    latest.set(name, period);
    return period === before ? [] : [String(ruleOf(name)?.period)];
  });
}

/** Law **sum**, of a sub-budget: its figures are those of its period's entries, of a month since its last reset. */
export function expectSums(state: State, entries: readonly Entry[]): void {
  const lastTurn = entries.findLastIndex(({ kind }) => kind === "reset" || kind === "rollover");
  for (const [name, line] of Object.entries(state.budgets ?? {})) {
    const since = ruleOf(name)?.period === "month" ? entries.slice(lastTurn + 1) : entries;
    const own = since.filter(({ budgets }) => budgets?.[name]?.period === line.period);
    const share = (of: "tokens" | "adjusted" | "adjusted_tokens") => total(own, ({ budgets }) => budgets?.[name]?.[of]);
    expect(amountsOf(line), name).toEqual({
      spent: total(own, ({ cost }) => cost),
      tokens: share("tokens"),
      adjusted: share("adjusted"),
      adjusted_tokens: share("adjusted_tokens"),
    });
  }
}

function amountsOf({ spent, tokens, adjusted = 0 as Line["spent"], adjusted_tokens = 0 }: Line) {
  return { spent, tokens, adjusted, adjusted_tokens };
}

/**
 * Law **once**, of a sub-budget: a hold is charged once where it counts; what comes after is a correction or a further
 * charge.
 */
export function expectOnce(entries: readonly Entry[]): void {
  const charges = entries.filter(({ kind, predicted }) => kind === "charge" && predicted !== undefined);
  const holds = charges.map(({ hold }) => hold);
  expect(holds).toEqual([...new Set(holds)]);
}

function total<Item>(items: readonly Item[], amount: (item: Item) => number | undefined): number {
  return items.reduce((sum, item) => sum + (amount(item) ?? 0), 0);
}
