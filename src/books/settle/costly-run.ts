import { bounded, nanoUsd, showUsd, ZERO } from "../../values/money.ts";
import { showCount } from "../../values/show.ts";
import { median } from "../../values/stats.ts";
import { type Draft, withNote } from "../draft.ts";
import { profileKey } from "../profiles.ts";
import type { State } from "../state.ts";

/** A run is costly from this many times the median of its profile's last runs on, if there are enough of them. */
const TIMES = 8;
const MIN_RUNS = 5;

/** Notes that a run cost much more than its profile's runs before it, by what is known of it. */
export function costlyRunNoted(draft: Draft, before: State, id: string): Draft {
  const entry = draft.entries.find((one) => one.id === id);
  if (entry?.profile === undefined || entry.quality === "estimated") return draft;
  const { costs = [] } = before.profiles[profileKey(entry.profile, undefined)] ?? {};
  const usual = median(costs);
  const cost = bounded(entry.cost + (entry.replaces ?? entry.adds_to ?? ZERO));
  if (costs.length < MIN_RUNS || usual <= 0 || cost <= TIMES * usual) return draft;
  const text = `This run cost ${showUsd(cost)}, ${showCount(cost / usual)} times the profile's median of ${showUsd(nanoUsd(Math.round(usual)))}.`;
  return withNote(draft, "notice", text);
}
