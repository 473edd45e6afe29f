import type { Entry } from "../entry.ts";
import { estimatedFor } from "../holds.ts";
import type { Hold } from "../state.ts";

/** What was predicted for a run, and when and by whom it was admitted, according to its hold. */
export function predictionOf(hold: Hold): Partial<Entry> {
  return {
    predicted: estimatedFor(hold),
    ...(hold.tokens !== undefined && { predicted_tokens: hold.tokens }),
    ...(hold.formula_tokens !== undefined && { formula_tokens: hold.formula_tokens }),
    ...(hold.approved_by !== undefined && { approved_by: hold.approved_by }),
    started_at: hold.at,
  };
}
