import type { PricedLine } from "../pricing/unit-prices.ts";
import { COUNT_KEYS, type Counts, type OwnCounts } from "../usage/usage.ts";
import { minus, nanoOf, usdOf, ZERO } from "./money.ts";
import { epochOf, type Instant, later } from "./month.ts";
import { plainKey } from "./names.ts";
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
 */
export function countSessions(known: State["sessions"], lines: readonly PricedLine[], ranAt: Instant): Counted {
  let sessions = known;
  const grown: PricedLine[] = [];
  for (const [session, own] of bySession(lines)) {
    if (session === "") {
      grown.push(...own);
      continue;
    }
    for (const together of inOrder(own, ranAt)) {
      const counted = countTogether(sessions, session, { lines: together, ranAt });
      grown.push(...counted.lines);
      sessions = counted.sessions;
    }
  }
  return { lines: grown, sessions, isBookedBefore: lines.length > 0 && grown.length === 0 };
}

/** Forgets counters after 30 days, and the oldest of more than 100; says how many of those were young. */
export function forgetSessions(
  sessions: State["sessions"],
  now: Instant,
): { sessions: State["sessions"]; early: number } {
  const since = epochOf(later(now, -REMEMBERED_MS));
  const recent = Object.entries(sessions).filter(([, { at }]) => epochOf(at) >= since);
  const early = Math.max(0, recent.length - MOST_SESSIONS);
  if (early === 0 && recent.length === Object.keys(sessions).length) return { sessions, early };
  const byAge = [...recent].sort(([, a], [, b]) => epochOf(a.at) - epochOf(b.at));
  return { sessions: Object.fromEntries(byAge.slice(early)), early };
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
    const file = files.find((one) => one.every((other) => other.model !== line.model));
    if (file === undefined) files.push([line]);
    else file.push(line);
  }
  const timeOf = (file: readonly PricedLine[]) => Math.max(...file.map((line) => epochOf(line.at ?? ranAt)));
  const sizeOf = (file: readonly PricedLine[]) => file.reduce((size, line) => size + line.input + line.output, 0);
  return files.sort((a, b) => timeOf(a) - timeOf(b) || sizeOf(a) - sizeOf(b));
}

type Together = { readonly lines: readonly PricedLine[]; readonly ranAt: Instant };

function countTogether(sessions: State["sessions"], session: string, { lines, ranAt }: Together) {
  const counters = lines.map((line) => {
    const key = plainKey(line.model === "" ? session : `${session}:${line.model}`);
    return { line, key, known: sessions[key], at: line.at ?? ranAt };
  });
  const remembered = Object.fromEntries(
    counters.map(({ line, key, at }) => [key, { cumulative: cumulativeOf(line), at }]),
  );
  const after = { ...sessions, ...remembered };
  if (counters.every(({ known }) => known === undefined)) return { lines, sessions: after };
  const growths = counters.map(({ line, known }) => growthOf(line, known?.cumulative ?? {}));
  const isOn = growths.every((growth) => growth !== undefined) && coversOwn(growths, lines[0]?.own);
  if (isOn) return { lines: growths.filter((line) => line !== undefined).filter(isSome), sessions: after };
  const isOld = counters.some(({ known, at }) => known !== undefined && epochOf(at) < epochOf(known.at));
  return isOld ? { lines: [], sessions } : { lines, sessions: after };
}

function cumulativeOf(line: PricedLine): Record<string, number> {
  const counts = COUNT_KEYS.filter((key) => line[key] > 0).map((key) => [key, line[key]] as const);
  return {
    ...Object.fromEntries(counts),
    ...(line.reported_cost !== undefined && { cost: usdOf(line.reported_cost) }),
  };
}

/** What a counter grew by; undefined where any kind of token is less than it was. */
function growthOf(line: PricedLine, known: Readonly<Record<string, number>>): PricedLine | undefined {
  const counts = Object.fromEntries(COUNT_KEYS.map((key) => [key, line[key] - (known[key] ?? 0)])) as Counts;
  const { requests, ...tokens } = counts;
  if (Object.values(tokens).some((count) => count < 0)) return undefined;
  // Some tools count the requests of a run beside the tokens of the session.
  const grown: PricedLine = { ...line, ...tokens, requests: requests > 0 ? requests : Math.min(1, line.requests) };
  if (grown.cache_read + grown.cache_write_5m + grown.cache_write_1h > grown.input) return undefined;
  if (grown.reasoning > grown.output) return undefined;
  if (line.reported_cost === undefined) return grown;
  const { reported_cost: _, ...unclaimed } = grown;
  const cost = minus(line.reported_cost, nanoOf(known["cost"] ?? 0));
  return cost < ZERO ? unclaimed : { ...unclaimed, reported_cost: cost };
}

/** Whether a session's counters grew by at least what its last run alone used. */
function coversOwn(growths: readonly (PricedLine | undefined)[], own: OwnCounts | undefined): boolean {
  if (own === undefined) return true;
  const grown = growths.filter((line) => line !== undefined);
  const total = (count: (line: PricedLine) => number) => grown.reduce((added, line) => added + count(line), 0);
  return (
    total((line) => line.input) >= own.input &&
    total((line) => line.output) >= own.output &&
    total((line) => line.cache_read) >= own.cache_read &&
    total((line) => line.cache_write_5m + line.cache_write_1h) >= own.cache_write
  );
}

function isSome(line: PricedLine): boolean {
  return COUNT_KEYS.some((key) => key !== "requests" && line[key] > 0) || (line.reported_cost ?? ZERO) > ZERO;
}
