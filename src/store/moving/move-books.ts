import { movedText, unmovedText } from "../../books/file/moved.ts";
import type { State } from "../../books/state.ts";
import { BudgetError } from "../../values/errors.ts";
import { epochOf, instantOf, type LedgerHour, ledgerHourOf } from "../../values/month.ts";
import { MAX_FAULTS, waitAfterFault } from "../backoff.ts";
import { StoreFault } from "../port.ts";
import { unreachable } from "../unreachable.ts";
import type { Waiting } from "../waiting.ts";
import { arrive } from "./arrive.ts";
import { type End, endOf } from "./contents.ts";
import { patientRaw } from "./patient-raw.ts";
import type { RawBooks, RawStore } from "./raw-store.ts";
import { inUse, type MoveMode, openHoldsIn, type Source, sourceOf, targetOf, withHolds } from "./standing.ts";

/** Which books go where, and how. */
export type Move = {
  readonly from: RawStore;
  readonly to: RawStore;
  readonly mode: MoveMode;
  /** What open holds do: nothing is moved, their end is waited for, or they are left to be settled by name. */
  readonly holds: "refuse" | "wait" | "force";
  readonly waiting: Waiting;
  /** Receives how many lines were written, and of which hour the last ones are; null at the end. */
  readonly progress: (done: { readonly lines: number; readonly hour: LedgerHour } | null) => void;
  /** Receives each step, for people. */
  readonly tell: (text: string) => void;
};

/** What a move did. */
export type Moved = {
  /** Nothing was left to do. */
  readonly isUnchanged: boolean;
  /** Ledger lines and issued statements that were written. */
  readonly lines: number;
  readonly documents: number;
  /** The books as they are now at the new place. */
  readonly state: State;
  /** The holds that a forced move left open. */
  readonly holds: State["holds"];
};

/** Writers that never pause keep a move from its end. */
const MAX_ROUNDS = 50;
const HOLDS_EVERY_MS = 10_000;
const DAY_MS = 86_400_000;

/** What the rounds before have done. */
type Course = {
  faults: number;
  lines: number;
  documents: number;
  /** Files of earlier hours are known to be the same. */
  since: LedgerHour | undefined;
};

/**
 * Moves books: copies them, compares, keeps writers out of the old place by a write against the very version that was
 * copied, and opens the new place. What was written meanwhile is copied first. Cut short anywhere, the books are whole
 * in one place, and the same move continues. Throws a BudgetError for what can't be moved, and at the end of patience.
 */
export async function moveBooks(asked: Move): Promise<Moved> {
  const { waiting } = asked;
  const move = { ...asked, from: patientRaw(asked.from, waiting), to: patientRaw(asked.to, waiting) };
  const course: Course = { faults: 0, lines: 0, documents: 0, since: undefined };
  try {
    for (let rounds = 0; rounds < MAX_ROUNDS; ) {
      const moved = await tried(move, course);
      if (moved === "again") rounds += 1;
      else if (moved !== "failed") return { ...moved, lines: course.lines, documents: course.documents };
    }
  } finally {
    move.progress(null);
  }
  throw new BudgetError(
    "state-contended",
    `Others kept writing in ${move.from.place.description}. Nothing is lost, and the books are still there; pause runs with token-budget pause, and run the same move again.`,
  );
}

type Done = Omit<Moved, "lines" | "documents">;

async function tried(move: Move, course: Course): Promise<Done | "again" | "failed"> {
  const { waiting } = move;
  try {
    const done = await round(move, course);
    course.faults = 0;
    return done;
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    course.faults += 1;
    if (course.faults >= MAX_FAULTS) throw unreachable(move.from.place, course.faults, error);
    move.tell(`${error.message}: trying again.`);
    await waiting.sleep(waitAfterFault({ faults: course.faults, waitMs: error.waitMs, random: waiting.random() }));
    return "failed";
  }
}

async function round(move: Move, course: Course): Promise<Done | "again"> {
  const { from, to, mode } = move;
  const books = await from.read();
  const source = sourceOf(from, books, move);
  const before = await to.read();
  const target = targetOf(to, before, move);
  if (target === "in use") {
    if (!source.isMarked) throw inUse(to);
    return { isUnchanged: course.lines === 0, state: source.state, holds: [] };
  }
  const holds = mode === "move" && !source.isMarked ? openHoldsIn(source.state, books) : [];
  if (holds.length > 0 && move.holds !== "force") {
    await holdsAwaited(move, holds);
    return "again";
  }
  const end = source.state.last_entry == null ? undefined : await endOf({ raw: from, books }, source.state.last_entry);
  const texts = textsFor(move, { source, books, end });
  const arrival = { from: { raw: from, books }, to: { raw: to, books: before }, end, since: course.since };
  const arrived = await arrive({ ...move, ...arrival, state: texts.arriving }, (written) => {
    course.lines += written.lines;
    course.documents += written.documents;
  });
  if (arrived === undefined) return "again";
  course.since = ledgerHourOf(instantOf(epochOf(books.at) - DAY_MS));
  if (mode === "copy") return { isUnchanged: !arrived.isWritten, state: source.state, holds };
  return opened(move, { source, books, arrived: arrived.books, texts, holds });
}

/** Waits a while for holds to be settled. Throws a BudgetError unless that is asked for. */
async function holdsAwaited({ from, holds: todo, waiting, tell }: Move, holds: State["holds"]): Promise<void> {
  if (todo === "refuse") throw withHolds(holds, from);
  tell(`Waiting for ${holds.length} open ${holds.length === 1 ? "hold" : "holds"} in ${from.place.description}.`);
  await waiting.sleep(HOLDS_EVERY_MS);
}

type Texts = {
  /** The state as long as nobody may write at the new place. */
  readonly arriving: string;
  /** The state for writers at the new place, and the one that keeps them out of the old one. */
  readonly open: string;
  readonly left: string;
};

function textsFor(
  { from, to, mode }: Move,
  { source: { state, isMarked }, books, end }: { source: Source; books: RawBooks; end: End | undefined },
): Texts {
  const placed = placedIn(to, state, end);
  // A state that was never marked is copied byte for byte, whoever laid it out.
  const isWhole = placed === state && !isMarked && mode === "move" && books.state !== null;
  const is = mode === "copy" ? "copy" : "arriving";
  return {
    arriving: movedText(placed, { to: from.name, is }),
    open: isWhole ? (books.state ?? "") : unmovedText(placed),
    left: movedText(state, { to: to.name, at: books.at }),
  };
}

/** The state with its last entry where the new place has it. */
function placedIn(to: RawStore, state: State, end: End | undefined): State {
  const { last_entry: last } = state;
  if (last == null || end === undefined) return state;
  const file = to.form.endsWithLastEntry ? end.newest : end.file;
  return file === last.file ? state : { ...state, last_entry: { ...last, file } };
}

/** Keeps writers out of the old place, and lets them in at the new one. */
async function opened(
  { from, to, mode }: Move,
  known: {
    readonly source: Source;
    readonly books: RawBooks;
    readonly arrived: RawBooks;
    readonly texts: Texts;
    readonly holds: State["holds"];
  },
): Promise<Done | "again"> {
  const { source, books, arrived, texts, holds } = known;
  const nothing = { files: [], documents: [] };
  if (mode === "move" && !source.isMarked) {
    const message = `budget: moved to ${to.name}`;
    if ((await from.write(books, { ...nothing, state: texts.left, message })) === undefined) return "again";
  }
  const message = `budget: moved here from ${from.name}`;
  const version = await to.write(arrived, { ...nothing, state: texts.open, message });
  return version === undefined ? "again" : { isUnchanged: false, state: source.state, holds };
}
