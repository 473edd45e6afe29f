import type { Entry } from "../books/entry.ts";
import { readEntry } from "../books/read-entry.ts";
import type { State } from "../books/state.ts";
import { reportBooks } from "../insight/attribution/attribute.ts";
import { type Dashboard, type DashboardSums, dashboardOf } from "../insight/dashboard/dashboard.ts";
import type { Snapshot } from "../store/port.ts";
import { dayOf, epochOf } from "../values/month.ts";
import { dashboardFold, readDashboard, seenBooks } from "./operation/dashboard-sums.ts";
import { addDays, type DaysRead } from "./operation/fold-days.ts";
import { type Look, look } from "./operation/look.ts";
import { hashIn } from "./operation/person-hash.ts";
import type { Ports } from "./operation/ports.ts";

/**
 * Looks at the books and gives their dashboard: the same one while nothing changes, for a minute. It can be used until
 * the next look, which may change its sums.
 */
export type LiveDashboard = () => Promise<Dashboard>;

/** Whom a dashboard shows, and who hears what a look has to warn of. */
export type LiveParts = { readonly shown: "names" | "hashes"; readonly warn: (texts: readonly string[]) => void };

/** What the last look found: entries that are booked later are added to it. */
type Kept = {
  readonly dashboard: Dashboard;
  readonly read: DaysRead<DashboardSums>;
  readonly state: State;
  /** What the sums were planned for. */
  readonly plan: string;
  /** The books and their rules as they were. */
  readonly version: string;
};

/** Holds expire, and forecasts change, though nobody writes. */
const MAX_AGE_MS = 60_000;

/**
 * A dashboard that follows the books: one look reads the state, and of the ledger only what was booked since the look
 * before. The whole ledger is read at first, and again on a new day or when the policy's budgets change. One look at a
 * time. A look throws a BudgetError for books that can't be read.
 */
export function liveDashboard(ports: Ports, { shown, warn }: LiveParts): LiveDashboard {
  const people = { areShown: shown === "names", hash: hashIn(ports.store.place.description) };
  let kept: Kept | undefined;
  return async () => {
    const looked = await look(ports, {});
    const { snapshot } = looked;
    warn(looked.notes.flatMap(({ level, text }) => (level === "warning" ? [text] : [])));
    const version = JSON.stringify([snapshot.version, snapshot.policy?.text]);
    const isSame = snapshot.version !== null && version === kept?.version;
    if (isSame && epochOf(snapshot.at) - epochOf(kept?.dashboard.now ?? snapshot.at) < MAX_AGE_MS) {
      return (kept as Kept).dashboard;
    }
    const plan = planOf(looked);
    const entries = kept?.plan === plan ? await entriesSince(ports.store, snapshot, kept) : undefined;
    const more = entries === undefined ? undefined : readOn(looked, entries);
    const read = more ?? (await readDashboard(ports, looked, people));
    // Sums that were made now know the books as they were looked at.
    const books = more === undefined ? read.made.books : seenBooks(ports, looked);
    const dashboard = dashboardOf({ ...read.made, books });
    const { state } = snapshot;
    if (state.kind === "state") kept = { dashboard, read, plan, version, state: state.state };
    return dashboard;
  };

  /** The sums with more entries; undefined if all is to be read again. */
  function readOn(looked: Look, entries: readonly Entry[]): DaysRead<DashboardSums> | undefined {
    const [before, { state }] = [kept, looked.snapshot];
    // Its sums change in place, and belong to no dashboard until that is done.
    kept = undefined;
    if (before === undefined || state.kind !== "state") return undefined;
    return addDays(before.read, entries, { state: state.state, fold: dashboardFold(ports, looked, people) });
  }
}

/** Whatever plans the sums: days, sub-budgets, tags, imported months. */
function planOf({ state, snapshot, rules: { settings } }: Look): string {
  const day = dayOf(snapshot.at, state.timezone);
  const books = reportBooks(state);
  return JSON.stringify([day, state.timezone, state.current_month, books, settings.parts, settings.requiredTags]);
}

/** The entries that were booked after those read before, in order; undefined if that can't be known. */
async function entriesSince(
  store: Ports["store"],
  snapshot: Snapshot,
  { read: { last }, state: before }: Kept,
): Promise<readonly Entry[] | undefined> {
  if (last === undefined || snapshot.state.kind !== "state") return undefined;
  const { state } = snapshot.state;
  if (state.last_entry?.id === last.id) return [];
  const isLater = ({ at }: Entry) => epochOf(at) > epochOf(last.at);
  const latest = entriesOf(snapshot.lines);
  const later = latest?.filter(isLater) ?? [];
  // The latest lines are of one hour: they may lack an entry whose operation began before.
  const count = later.filter(({ kind, further }) => kind === "charge" && further !== true).length;
  const isWhole = state.executions - before.executions === count;
  if (isWhole && latest?.some(({ id }) => id === last.id) === true) return sorted(later);
  const found: Entry[] = [];
  for await (const { text } of store.ledger(snapshot, { from: last.at })) {
    const entries = entriesOf(text.split("\n"));
    if (entries === undefined) return undefined;
    found.push(...entries.filter(isLater));
  }
  return sorted(found);
}

/** Undefined if one of them isn't an entry: reading the whole ledger says which. */
function entriesOf(lines: readonly string[]): Entry[] | undefined {
  try {
    return lines.filter((line) => line.trim() !== "").map(readEntry);
  } catch {
    return undefined;
  }
}

function sorted(entries: readonly Entry[]): Entry[] {
  return entries.toSorted((a, b) => epochOf(a.at) - epochOf(b.at));
}
