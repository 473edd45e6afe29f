import type { Dimension } from "../../insight/attribution/query.ts";
import { plainText } from "../../values/foreign-text.ts";

const NAMES: Readonly<Partial<Record<Dimension, string>>> = { pr: "pull request", budget: "sub-budget" };

/** A dimension in a few words: "model", "team". */
export function dimensionText(dimension: Dimension): string {
  return dimension.startsWith("tag:") ? plainText(dimension.slice("tag:".length), 60) : (NAMES[dimension] ?? dimension);
}
