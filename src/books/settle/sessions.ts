import { linesToBook } from "../../pricing/charge.ts";
import type { PricedLine } from "../../pricing/unit-prices.ts";
import { epochOf, type Instant } from "../../values/month.ts";
import { plainKey } from "../../values/names.ts";
import type { State } from "../state.ts";
import { coversOwn, figuresOf, growthOf, sumOfFigures } from "./counters.ts";
import {
  type Counter,
  counterOf,
  countersOf,
  grownPieces,
  isNameless,
  isSome,
  joinedByPrice,
  without,
} from "./pieces.ts";

/** Counters that continue from run to run, as the state remembers them, and what one run added to them. */
export type Counted = {
  /** What this run used: for a counter that continues, only the increase. */
  readonly lines: readonly PricedLine[];
  readonly sessions: State["sessions"];
  /** There was usage, and all of it was booked before. */
  readonly isBookedBefore: boolean;
};

/**
 * Subtracts what was booked before from counters that continue over a session. Lower figures than the known ones are an
 * out-of-order repeat when they are older, and a new session under an old id when they are newer; in doubt more is
 * charged. `ranAt` is the time of figures that have none.
 *
 * A tool may report the same session twice, by model and without: figures without a model are compared with the sum of
 * all models, and what was booked without one is subtracted from models that come later. A counter may come in pieces,
 * each at its own prices: what was booked before is subtracted from the oldest.
 */
export function countSessions(known: State["sessions"], lines: readonly PricedLine[], ranAt: Instant): Counted {
  let sessions = known;
  const grown: PricedLine[] = [];
  for (const [session, own] of bySession(lines)) {
    if (session === "") {
      grown.push(...own);
      continue;
    }
    const counters = countersOf(own);
    const begun = counters.filter(({ whole }) => whole.restarted !== true);
    const named = begun.filter(({ whole }) => !isNameless(whole));
    const nameless = begun.filter(({ whole }) => isNameless(whole));
    for (const together of [...inOrder(named, ranAt), ...inOrder(nameless, ranAt)]) {
      const isRepeat = named.length > 0 && together.every(({ whole }) => isNameless(whole));
      const counted = countTogether(sessions, session, { counters: together, ranAt, isRepeat });
      grown.push(...counted.lines);
      sessions = counted.sessions;
    }
    for (const counter of counters.filter(({ whole }) => whole.restarted === true)) {
      grown.push(...joinedByPrice(counter.pieces));
      sessions = startedOver(sessions, session, { counters: [counter], ranAt });
    }
  }
  return { lines: grown.flatMap(linesToBook), sessions, isBookedBefore: lines.length > 0 && grown.length === 0 };
}

/** Counters by session; what doesn't continue is under no name. */
function bySession(lines: readonly PricedLine[]): Map<string, PricedLine[]> {
  const groups = new Map<string, PricedLine[]>();
  for (const line of lines) {
    const session = line.counting === "cumulative" ? (line.session ?? "") : "";
    const group = groups.get(session);
    if (group) group.push(line);
    else groups.set(session, [line]);
  }
  return groups;
}

/** The models follow each other in one file; the same model again is a later file's. Smaller figures come first. */
function inOrder(counters: readonly Counter[], ranAt: Instant): Counter[][] {
  const files: Counter[][] = [];
  for (const counter of counters) {
    const model = counterOf(counter.whole);
    const file = files.find((one) => one.every((other) => counterOf(other.whole) !== model));
    if (file === undefined) files.push([counter]);
    else file.push(counter);
  }
  const timeOf = (file: readonly Counter[]) => Math.max(...file.map(({ whole }) => epochOf(whole.at ?? ranAt)));
  const sizeOf = (file: readonly Counter[]) => file.reduce((size, { whole }) => size + whole.input + whole.output, 0);
  return files.sort((a, b) => timeOf(a) - timeOf(b) || sizeOf(a) - sizeOf(b));
}

type Together = {
  readonly counters: readonly Counter[];
  readonly ranAt: Instant;
  /** The same session came with its models just before: lower figures are older ones. */
  readonly isRepeat: boolean;
};

function countTogether(sessions: State["sessions"], session: string, { counters, ranAt, isRepeat }: Together) {
  const known = Object.entries(sessions).filter(([key]) => key === keyOf(session, "") || isModelOf(key, session));
  const remembered = rememberedOf(session, { counters, ranAt });
  const all = counters.flatMap(({ pieces }) => joinedByPrice(pieces));
  if (known.length === 0) return { lines: all, sessions: { ...sessions, ...remembered } };
  const grown = grownBy(session, counters, Object.fromEntries(known));
  if (grown !== undefined && coversOwn(grown, counters[0]?.whole.own)) {
    const lines = joinedByPrice(grown.filter(isSome));
    return { lines, sessions: after(sessions, session, { counters, remembered }) };
  }
  const isNamelessHere = counters.some(({ whole }) => isNameless(whole));
  const touched = known.filter(([key]) => isNamelessHere || key in remembered || key === keyOf(session, ""));
  const isOld = touched.some(([key, { at }]) => epochOf((remembered[key] ?? latestOf(remembered)).at) < epochOf(at));
  if (isOld || isRepeat) return { lines: [], sessions };
  return { lines: all, sessions: startedOver(sessions, session, { counters, ranAt }) };
}

/** The sessions after a session's counters started over: what was known about them is no longer useful. */
function startedOver(
  sessions: State["sessions"],
  session: string,
  counters: Pick<Together, "counters" | "ranAt">,
): State["sessions"] {
  const others = Object.entries(sessions).filter(([key]) => key !== keyOf(session, "") && !isModelOf(key, session));
  return { ...Object.fromEntries(others), ...rememberedOf(session, counters) };
}

function latestOf(remembered: State["sessions"]): State["sessions"][string] {
  return Object.values(remembered).reduce((a, b) => (epochOf(a.at) < epochOf(b.at) ? b : a));
}

/** The increase of a session's counters since they were booked; undefined if one of them is lower than before. */
function grownBy(
  session: string,
  counters: readonly Counter[],
  known: State["sessions"],
): readonly PricedLine[] | undefined {
  const figures = (key: string) => known[key]?.cumulative ?? {};
  const [first] = counters;
  if (first !== undefined && isNameless(first.whole)) {
    return grownPieces(first, sumOfFigures(Object.values(known).map(({ cumulative }) => cumulative)));
  }
  const growths = counters.map((counter) => grownPieces(counter, figures(keyOf(session, counter.whole.model))));
  const grown = growths.filter((pieces) => pieces !== undefined);
  return grown.length < growths.length ? undefined : without(grown.flat(), figures(keyOf(session, "")));
}

/** The sessions after these counters are booked: the part without a model is what the models' counters leave over. */
function after(
  sessions: State["sessions"],
  session: string,
  { counters, remembered }: { readonly counters: readonly Counter[]; readonly remembered: State["sessions"] },
): State["sessions"] {
  const nameless = keyOf(session, "");
  const { [nameless]: _, ...others } = sessions;
  const first = counters[0]?.whole;
  const [own] = Object.values(remembered);
  if (first === undefined || own === undefined || !isNameless(first)) return { ...others, ...remembered };
  const models = Object.entries(others).filter(([key]) => isModelOf(key, session));
  if (models.length === 0) return { ...others, ...remembered };
  const rest = growthOf(first, sumOfFigures(models.map(([, { cumulative }]) => cumulative)));
  return rest === undefined || !isSome(rest)
    ? others
    : { ...others, [nameless]: { ...own, cumulative: figuresOf(rest) } };
}

function rememberedOf(session: string, { counters, ranAt }: Pick<Together, "counters" | "ranAt">): State["sessions"] {
  return Object.fromEntries(
    counters.map(({ whole }) => {
      const at = whole.at ?? ranAt;
      const kept = { cumulative: figuresOf(whole), at, ...(at !== ranAt && { kept_at: ranAt }) };
      return [keyOf(session, counterOf(whole)), kept];
    }),
  );
}

function keyOf(session: string, model: string): string {
  return plainKey(model === "" ? session : `${session}:${model}`);
}

function isModelOf(key: string, session: string): boolean {
  return key.startsWith(`${plainKey(session)}:`);
}
