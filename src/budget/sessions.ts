import { linesToBook } from "../pricing/charge.ts";
import type { PricedLine } from "../pricing/unit-prices.ts";
import { COUNT_KEYS } from "../usage/usage.ts";
import { coversOwn, figuresOf, growthOf, sumOfFigures } from "./counters.ts";
import { ZERO } from "./money.ts";
import { epochOf, type Instant, later } from "./month.ts";
import { grownBy } from "./session-growth.ts";
import { counterOf, isCounterOf, isModelOf, isNameless, keyOf, keyOfLine } from "./session-keys.ts";
import type { State } from "./state.ts";

const MOST_SESSIONS = 100;
const REMEMBERED_MS = 30 * 24 * 3_600_000;

/** Counters that go on from run to run, as the state remembers them, and what one run added to them. */
export type Counted = {
  /** What this run used: of a counter that goes on only what it grew by. */
  readonly lines: readonly PricedLine[];
  readonly sessions: State["sessions"];
  /** There was usage, and all of it was booked before. */
  readonly isBookedBefore: boolean;
};

/**
 * Takes from counters that go on over a session what was booked before. Lower figures than the known ones are an
 * out-of-order repeat when they are older, and a new session under an old id when they are newer; in doubt more is
 * charged. `ranAt` stands in for the time of figures that have none.
 *
 * A tool may tell the same session twice, by model and without: what comes without a model is compared with the sum of
 * all models, and what was booked without is taken off models that come later. The same holds for a model whose
 * requests of different prices (by tier, region, length) are counted apart in one text and together in another.
 */
export function countSessions(known: State["sessions"], lines: readonly PricedLine[], ranAt: Instant): Counted {
  let sessions = known;
  const grown: PricedLine[] = [];
  for (const [session, own] of bySession(lines)) {
    if (session === "") {
      grown.push(...own);
      continue;
    }
    const begun = own.filter((line) => line.restarted !== true);
    const named = begun.filter((line) => !isNameless(line));
    const nameless = begun.filter(isNameless);
    for (const together of [...inOrder(named, ranAt), ...inOrder(nameless, ranAt)]) {
      const isRepeat = named.length > 0 && together.every(isNameless);
      const counted = countTogether(sessions, session, { lines: together, ranAt, isRepeat });
      grown.push(...counted.lines);
      sessions = counted.sessions;
    }
    for (const line of own.filter((one) => one.restarted === true)) {
      grown.push(line);
      sessions = begunAnew(sessions, session, { lines: [line], ranAt });
    }
  }
  return { lines: grown.flatMap(linesToBook), sessions, isBookedBefore: lines.length > 0 && grown.length === 0 };
}

/** Forgets counters after 30 days, and the oldest of more than 100; says how many of those were young. */
export function forgetSessions(
  sessions: State["sessions"],
  now: Instant,
): { sessions: State["sessions"]; early: number } {
  const since = epochOf(later(now, -REMEMBERED_MS));
  const recent = Object.entries(sessions).filter(([, kept]) => epochOf(keptAt(kept)) >= since);
  const early = Math.max(0, recent.length - MOST_SESSIONS);
  if (early === 0 && recent.length === Object.keys(sessions).length) return { sessions, early };
  const byAge = [...recent].sort(([, a], [, b]) => epochOf(keptAt(a)) - epochOf(keptAt(b)));
  return { sessions: Object.fromEntries(byAge.slice(early)), early };
}

/** When a counter was booked last: a tool's own time may be of a file that lay about for months. */
function keptAt({ at, kept_at }: State["sessions"][string]): Instant {
  return kept_at ?? at;
}

/** Counters by session; what doesn't go on is under no name. */
function bySession(lines: readonly PricedLine[]): Map<string, PricedLine[]> {
  const groups = new Map<string, PricedLine[]>();
  for (const line of lines) {
    const session = line.counting === "cumulative" ? (line.session ?? "") : "";
    groups.set(session, [...(groups.get(session) ?? []), line]);
  }
  return groups;
}

/** One model after the other stands in one file; the same model again is a later file's. Smaller figures come first. */
function inOrder(lines: readonly PricedLine[], ranAt: Instant): PricedLine[][] {
  const files: PricedLine[][] = [];
  for (const line of lines) {
    const file = files.find((one) => one.every((other) => counterOf(other) !== counterOf(line)));
    if (file === undefined) files.push([line]);
    else file.push(line);
  }
  const timeOf = (file: readonly PricedLine[]) => Math.max(...file.map((line) => epochOf(line.at ?? ranAt)));
  const sizeOf = (file: readonly PricedLine[]) => file.reduce((size, line) => size + line.input + line.output, 0);
  return files.sort((a, b) => timeOf(a) - timeOf(b) || sizeOf(a) - sizeOf(b));
}

type Together = {
  readonly lines: readonly PricedLine[];
  readonly ranAt: Instant;
  /** The same session came with its models just before: lower figures are older ones. */
  readonly isRepeat: boolean;
};

function countTogether(sessions: State["sessions"], session: string, { lines, ranAt, isRepeat }: Together) {
  const known = Object.entries(sessions).filter(([key]) => key === keyOf(session) || isModelOf(key, session));
  const remembered = rememberedOf(session, { lines, ranAt });
  if (known.length === 0) return { lines, sessions: { ...sessions, ...remembered } };
  const grown = grownBy(session, lines, Object.fromEntries(known));
  if (grown !== undefined && coversOwn(grown.lines, lines[0]?.own)) {
    const kept = Object.fromEntries(Object.entries(sessions).filter(([key]) => !grown.replaced.includes(key)));
    return { lines: grown.lines.filter(isSome), sessions: after(kept, session, { lines, remembered }) };
  }
  const isTouched = (key: string) => lines.some((line) => isNameless(line) || isCounterOf(key, session, line.model));
  const touched = known.filter(([key]) => isTouched(key) || key === keyOf(session));
  const isOld = touched.some(([key, { at }]) => epochOf((remembered[key] ?? latestOf(remembered)).at) < epochOf(at));
  if (isOld || isRepeat) return { lines: [], sessions };
  return { lines, sessions: begunAnew(sessions, session, { lines, ranAt }) };
}

/** The sessions after a session's counters began anew: what was known of them is of no use any more. */
function begunAnew(
  sessions: State["sessions"],
  session: string,
  counters: Pick<Together, "lines" | "ranAt">,
): State["sessions"] {
  const others = Object.entries(sessions).filter(([key]) => key !== keyOf(session) && !isModelOf(key, session));
  return { ...Object.fromEntries(others), ...rememberedOf(session, counters) };
}

function latestOf(remembered: State["sessions"]): State["sessions"][string] {
  return Object.values(remembered).reduce((a, b) => (epochOf(a.at) < epochOf(b.at) ? b : a));
}

/** The sessions once these counters are booked: what no model is known of is what the models' counters leave over. */
function after(
  sessions: State["sessions"],
  session: string,
  { lines, remembered }: { readonly lines: readonly PricedLine[]; readonly remembered: State["sessions"] },
): State["sessions"] {
  const nameless = keyOf(session);
  const { [nameless]: _, ...others } = sessions;
  const [first] = lines;
  const [own] = Object.values(remembered);
  if (first === undefined || own === undefined || !isNameless(first)) return { ...others, ...remembered };
  const models = Object.entries(others).filter(([key]) => isModelOf(key, session));
  if (models.length === 0) return { ...others, ...remembered };
  const rest = growthOf(first, sumOfFigures(models.map(([, { cumulative }]) => cumulative)));
  return rest === undefined || !isSome(rest)
    ? others
    : { ...others, [nameless]: { ...own, cumulative: figuresOf(rest) } };
}

function rememberedOf(session: string, { lines, ranAt }: Pick<Together, "lines" | "ranAt">): State["sessions"] {
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.at ?? ranAt;
      const kept = { cumulative: figuresOf(line), at, ...(at !== ranAt && { kept_at: ranAt }) };
      return [keyOfLine(session, line), kept];
    }),
  );
}

function isSome(line: PricedLine): boolean {
  if (line.extras !== undefined) return true;
  return COUNT_KEYS.some((key) => key !== "requests" && line[key] > 0) || (line.reported_cost ?? ZERO) > ZERO;
}
