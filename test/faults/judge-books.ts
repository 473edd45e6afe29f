import { BOUNDS_OF_FILES } from "../../src/books/bounds.ts";
import { bytesOf } from "../../src/books/file/fits.ts";
import type { State } from "../../src/books/state.ts";
import { minus, type NanoUsd, plus, sum, ZERO } from "../../src/values/money.ts";
import { differencesOf } from "../support/replayed.ts";
import { FOREIGN_FILE, FOREIGN_KEY } from "./happenings.ts";
import type { Version } from "./history.ts";
import type { Breach, Evidence, Law } from "./judge.ts";
import type { Life } from "./world.ts";

/** Looks at every version of the books, and at what each commit made of the one before. */
export function judgeBooks({ world }: Evidence, { versions }: Life): Breach[] {
  const writers = new Set(world.steps.map(({ plan }) => plan.name));
  const breaches: Breach[] = [];
  const breach = (version: Version, law: Law) => (what: string) =>
    void breaches.push({ law, what: `${what} (${version.oid.slice(0, 7)} by ${version.author})` });
  for (const [index, version] of versions.entries()) {
    const previous = versions[index - 1];
    judgeSums(version, breach(version, "sum"));
    if (version.problems.length > 0) breach(version, "once")(version.problems.join("; "));
    judgeExcess(versions.slice(0, index + 1), breach(version, "admission"));
    if (previous === undefined) continue;
    judgeLedger(previous, version, breach(version, "once"));
    judgeMonth(previous, version, breach(version, "month"));
    if (!writers.has(version.author)) continue;
    judgeAdmission(previous, version, breach(version, "admission"));
    judgeSize(version, breach(version, "fits"));
    judgeQueue(previous, version, breach(version, "messages"));
    if (previous.state === undefined && previous.files.has("token_budget.json"))
      breach(version, "corrupt")("books that can't be read were written");
    judgeForeign(previous, version, breach(version, "round trip"));
  }
  return breaches;
}

type Tell = (what: string) => void;

/** The arithmetic of `verify`, and the month's sum once more by hand. */
function judgeSums({ state, entries }: Version, tell: Tell): void {
  if (state === undefined) return;
  for (const { figure, found, expected } of differencesOf(state, entries)) tell(`${figure}: ${found}, not ${expected}`);
  const booked = sum(entries.filter(({ month }) => month === state.current_month).map(({ cost }) => cost));
  if (state.total_spent !== booked) tell(`spent ${state.total_spent} and booked ${booked}`);
  const all = sum(entries.map(({ cost }) => cost));
  const kept = plus(state.total_spent, sum(state.history.map(({ total_spent }) => total_spent)));
  if (all !== kept) tell(`history and month hold ${kept}, the ledger ${all}`);
}

function judgeLedger(previous: Version, version: Version, tell: Tell): void {
  for (const [path, before] of previous.files) {
    if (!path.endsWith(".ndjson")) continue;
    if (version.files.get(path)?.startsWith(before) !== true) tell(`${path} was not only appended to`);
  }
}

function judgeMonth({ state: before }: Version, { state: after }: Version, tell: Tell): void {
  if (before === undefined || after === undefined) return;
  if (after.current_month < before.current_month) tell("the month went backwards");
  const kept = after.history.slice(0, before.history.length);
  if (JSON.stringify(kept) !== JSON.stringify(before.history)) tell("history was changed");
  const months = after.history.map(({ month }) => month);
  if (new Set(months).size !== months.length) tell("a month was closed twice");
}

const heldBy = ({ holds }: State): NanoUsd => sum(holds.map(({ amount }) => amount));
const totalOf = ({ monthly_budget, top_ups }: State): NanoUsd => plus(monthly_budget, top_ups);
const excessOf = (state: State): NanoUsd => minus(plus(state.total_spent, heldBy(state)), totalOf(state));

function judgeAdmission({ state: before }: Version, { state: after }: Version, tell: Tell): void {
  if (after === undefined) return;
  const known = new Map(before?.holds.map(({ id, amount }) => [id, amount]));
  const isAdmitting = after.holds.some(({ id, amount }) => amount > (known.get(id) ?? 0));
  if (isAdmitting && excessOf(after) > 0) tell(`let in with ${excessOf(after)} nano-dollars more than there is`);
}

/** Any excess comes from costs above holds, bookings without a hold, and reductions of the budget. */
function judgeExcess(versions: readonly Version[], tell: Tell): void {
  const state = versions.at(-1)?.state;
  const readable = versions.flatMap((one) => (one.state === undefined ? [] : [one.state]));
  const [first] = readable;
  if (state === undefined || first === undefined) return;
  const heldFor = new Map(readable.flatMap(({ holds }) => holds.map(({ id, amount }) => [id, amount] as const)));
  const released = new Set(
    (versions.at(-1)?.entries ?? []).filter(({ kind }) => kind === "release").map(({ hold }) => hold),
  );
  const charged = new Map<string, NanoUsd>();
  for (const { id, kind, hold, cost } of versions.at(-1)?.entries ?? []) {
    if (kind === "charge" || kind === "correction")
      charged.set(hold ?? id, plus(charged.get(hold ?? id) ?? ZERO, cost));
  }
  const above = [...charged].map(([id, cost]) => Math.max(0, cost - (released.has(id) ? 0 : (heldFor.get(id) ?? 0))));
  const reductions = readable.slice(1).map((one, index) => Math.max(0, totalOf(readable[index] ?? one) - totalOf(one)));
  const bound = [...above, ...reductions].reduce((total, one) => total + one, Math.max(0, excessOf(first)));
  if (excessOf(state) > bound) tell(`${excessOf(state)} nano-dollars too much, of which ${bound} are explained`);
}

const INTERVAL = 5_000_000_000;

/** What a commit crosses it also queues. */
function judgeQueue({ state: before }: Version, { state: after }: Version, tell: Tell): void {
  if (after === undefined) return;
  const queued = (id: string) => after.outbox.some((message) => message.id === id);
  const reached = Math.floor(Math.min(after.total_spent, totalOf(after)) / INTERVAL) * INTERVAL;
  const isSameMonth = before?.current_month === after.current_month;
  const highest = isSameMonth ? Math.max(0, ...(before?.milestones_reached ?? [])) : 0;
  if (reached > highest) {
    if (!after.milestones_reached.some((milestone) => milestone === reached)) tell(`milestone ${reached} is missing`);
    if (!queued(`milestone-${after.current_month}-${reached / 1e9}`))
      tell(`the message of milestone ${reached} is missing`);
  }
  const isExhausted = after.total_spent >= totalOf(after) && after.total_spent > 0;
  if (isExhausted && after.exhausted_at === null) tell("the month's money is gone and nobody says so");
  if (after.exhausted_at !== null && (!isSameMonth || before?.exhausted_at === null)) {
    if (!after.outbox.some(({ kind }) => kind === "exhausted")) tell("the exhausted message is missing");
  }
  for (const { month, closed } of after.history.slice(before?.history.length ?? 0)) {
    if (closed === "rollover" && !queued(`recap-${month}`)) tell(`the recap of ${month} is missing`);
  }
}

function judgeSize({ state }: Version, tell: Tell): void {
  const bytes = state === undefined ? 0 : bytesOf(state);
  if (bytes > BOUNDS_OF_FILES.bytes) tell(`the state has ${bytes} bytes`);
}

/** What people put there stays there. */
function judgeForeign(previous: Version, version: Version, tell: Tell): void {
  const [before, after] = [previous, version].map(({ json }) => JSON.stringify(json?.[FOREIGN_KEY]));
  if (previous.json !== undefined && before !== after) tell(`the key ${FOREIGN_KEY} was ${before} and is ${after}`);
  if (previous.files.get(FOREIGN_FILE) !== version.files.get(FOREIGN_FILE)) tell(`${FOREIGN_FILE} was changed`);
}
