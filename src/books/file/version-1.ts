import * as z from "zod/mini";
import { month, optional, text, tokensUsed, usd } from "../../values/codecs.ts";
import { type Instant, instantOf, monthStart } from "../../values/month.ts";
import type { NewEntry } from "../draft.ts";
import { newState } from "../new-state.ts";
import type { Settings } from "../settings.ts";
import { type HistoryLine, historyLine, type State, stateSchema } from "../state.ts";

const legacyMonth = z.looseObject({
  month,
  total_spent: usd,
  executions: optional.count,
  prs_generated: optional.count,
  budget: optional.usd,
  milestones_reached: optional.amounts,
  tokens_used: z.optional(tokensUsed),
});

/** A state file of version 1.0: only totals, no holds, no ledger. */
export const legacySchema = z.looseObject({
  version: z.literal("1.0"),
  current_month: month,
  total_spent: usd,
  monthly_budget: optional.usd,
  executions: optional.count,
  prs_generated: optional.count,
  tokens_used: z.optional(tokensUsed),
  milestones_reached: optional.amounts,
  last_reset: z.optional(z.nullable(text)),
  history: z.optional(z.array(legacyMonth)),
});
type LegacyMonth = z.output<typeof legacyMonth>;

export type LegacyState = z.output<typeof legacySchema>;

/**
 * The books as a version 1.0 file leaves them before its `import` entry is applied: everything that isn't in the ledger
 * is imported, the figures of the running month come with the entry.
 */
export function legacyBase(legacy: LegacyState, now: Instant, settings: Settings): State {
  const fresh = newState(legacy.current_month, now, settings);
  const { version: _, total_spent: __, executions: ___, prs_generated: ____, tokens_used: _____, ...kept } = legacy;
  return {
    ...withoutKeys(kept, Object.keys(stateSchema.shape)),
    ...fresh,
    monthly_budget: legacy.monthly_budget ?? fresh.monthly_budget,
    milestones_reached: legacy.milestones_reached ?? [],
    last_reset: instantOr(legacy.last_reset, monthStart(legacy.current_month, fresh.timezone)),
    history: (legacy.history ?? []).map(importedLine),
  };
}

function importedLine(line: LegacyMonth): HistoryLine {
  const odd = Object.keys(historyLine.shape).filter((key) => !(key in legacyMonth.shape));
  return { ...withoutKeys(line, odd), month: line.month, total_spent: line.total_spent, closed: "import" };
}

/** A key of version 1.0 whose name means something else in version 2.0 isn't imported. */
function withoutKeys<T extends object>(object: T, keys: readonly string[]): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key))) as Partial<T>;
}

/** The one entry that brings a version 1.0 file's figures into the ledger. */
export function importEntry(legacy: LegacyState): NewEntry {
  return {
    id: `import-${legacy.current_month}`,
    kind: "import",
    cost: legacy.total_spent,
    imported: {
      executions: legacy.executions ?? 0,
      prs: legacy.prs_generated ?? 0,
      tokens_used: legacy.tokens_used ?? {},
      history: (legacy.history ?? []).map(({ month, total_spent }) => ({ month, total_spent })),
    },
    source: "token_budget.json version 1.0",
  };
}

/** An instant of a version 1.0 file; without a zone it is UTC, on whatever machine it is read. */
function instantOr(text: string | null | undefined, otherwise: Instant): Instant {
  const isLocal = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.]*$/.test(text ?? "");
  const epochMs = Date.parse(isLocal ? `${text?.replace(" ", "T")}Z` : (text ?? ""));
  return Number.isNaN(epochMs) ? otherwise : instantOf(epochMs);
}
