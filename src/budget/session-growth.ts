import type { PricedLine } from "../pricing/unit-prices.ts";
import { type Figures, growthOf, sumOfFigures, without } from "./counters.ts";
import { isCounterOf, isNameless, keyOf, keyOfLine } from "./session-keys.ts";
import type { State } from "./state.ts";

/** What counters grew by, and the keys of counters that they have taken over. */
export type Growth = { readonly lines: readonly PricedLine[]; readonly replaced: readonly string[] };

/** What a session's counters grew by since they were booked; undefined where one of them is lower than it was. */
export function grownBy(session: string, lines: readonly PricedLine[], known: State["sessions"]): Growth | undefined {
  const [first] = lines;
  if (first !== undefined && isNameless(first)) {
    const growth = growthOf(first, figuresIn(known, Object.keys(known)));
    return growth && { lines: [growth], replaced: [] };
  }
  const models = [...new Set(lines.map((line) => line.model))];
  const growths = models.map((model) => grownOfModel(session, model, { lines, known }));
  const grown = growths.filter((growth) => growth !== undefined);
  if (grown.length < growths.length) return undefined;
  const all = without(
    grown.flatMap((growth) => growth.lines),
    figuresIn(known, [keyOf(session)]),
  );
  return all && { lines: all, replaced: grown.flatMap(({ replaced }) => replaced) };
}

/**
 * What the counters of one model grew by. Where a text has fewer of them than are known, or others, it may count
 * together what was apart: they are compared as one.
 */
function grownOfModel(
  session: string,
  model: string,
  all: { readonly lines: readonly PricedLine[]; readonly known: State["sessions"] },
): Growth | undefined {
  const lines = all.lines.filter((line) => line.model === model);
  const keys = lines.map((line) => keyOfLine(session, line));
  const known = Object.keys(all.known).filter((key) => isCounterOf(key, session, model));
  const replaced = known.filter((key) => !keys.includes(key));
  const knownOf = (line: PricedLine) => figuresIn(all.known, [keyOfLine(session, line)]);
  const growths = lines.map((line) => growthOf(line, knownOf(line)));
  const grown = growths.filter((line) => line !== undefined);
  const apart = grown.length < growths.length ? undefined : { lines: grown, replaced: [] };
  if (apart && replaced.length === 0) return apart;
  const together = grownTogether(lines, figuresIn(all.known, replaced), knownOf);
  if (together) return { lines: together, replaced };
  // A text that knows less than the books: the counters it lacks stay as they are.
  return keys.every((key) => known.includes(key)) ? apart : undefined;
}

function grownTogether(
  lines: readonly PricedLine[],
  elsewhere: Figures,
  knownOf: (line: PricedLine) => Figures,
): readonly PricedLine[] | undefined {
  const [only, ...others] = lines;
  if (only === undefined) return undefined;
  if (others.length === 0) {
    const growth = growthOf(only, sumOfFigures([knownOf(only), elsewhere]));
    return growth && [growth];
  }
  // Which of them the tool's dollars belong to can't be told any more.
  const unclaimed = lines.map(({ reported_cost: _, ...line }) => line);
  return without(unclaimed, elsewhere, knownOf);
}

function figuresIn(known: State["sessions"], keys: readonly string[]): Figures {
  return sumOfFigures(keys.map((key) => known[key]?.cumulative ?? {}));
}
