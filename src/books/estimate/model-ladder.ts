import type { Tags } from "../../values/codecs.ts";
import { bounded, percentOf } from "../../values/money.ts";
import { matches } from "../../values/tags.ts";
import { heldOf, totalBudget } from "../figures.ts";
import type { Settings } from "../settings.ts";
import type { State } from "../state.ts";

/**
 * The model that the policy has for a run at this point of the month: among the steps whose tags match, the first whose
 * `until` isn't reached by percent used plus held, or the last one after all of them. Undefined if no step matches.
 */
export function ladderModel(
  state: State,
  { models, budgetCap }: Pick<Settings, "models" | "budgetCap">,
  tags: Tags,
): string | undefined {
  if (models.length === 0) return undefined;
  const steps = models.filter(({ match }) => matches(match, tags));
  const percent = percentOf(bounded(state.total_spent + heldOf(state)), totalBudget(state, budgetCap));
  return (steps.find(({ until }) => until === undefined || percent < until) ?? steps.at(-1))?.use;
}
