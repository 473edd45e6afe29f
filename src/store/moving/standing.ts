import { readStateText } from "../../books/file/moved.ts";
import type { State } from "../../books/state.ts";
import { BudgetError } from "../../values/errors.ts";
import { epochOf } from "../../values/month.ts";
import { showMany } from "../../values/show.ts";
import type { RawBooks, RawStore } from "./raw-store.ts";

/** `restore` makes books of a copy again. */
export type MoveMode = "move" | "copy" | "restore";

/** The books that are moved, and how far an earlier try got. */
export type Source = {
  readonly state: State;
  /** Writers are kept out already, by an earlier try: only the last step is missing. */
  readonly isMarked: boolean;
};

/** The books at the place to be left. Throws a BudgetError if they can't be moved from there. */
export function sourceOf(from: RawStore, books: RawBooks, { to, mode }: { to: RawStore; mode: MoveMode }): Source {
  const { description, path } = from.place;
  if (books.state === null) {
    throw new BudgetError(
      "not-allowed",
      `There are no books in ${description}: ${path} is missing. Nothing was written.`,
    );
  }
  const read = readStateText(books.state);
  if (read.kind === "unreadable") {
    throw new BudgetError("state-unreadable", `${path} in ${description} can't be read: it ${read.problem}.`);
  }
  if (read.kind === "legacy") {
    throw new BudgetError(
      "not-allowed",
      `${path} in ${description} has version 1.0: book something there first, which makes books of version 2.0 of it.`,
    );
  }
  const { state, moved } = read;
  if (mode === "restore") {
    if (moved?.is === "copy") return { state, isMarked: false };
    throw new BudgetError("not-allowed", `${description} has no copy that move --copy made: leave --restore out.`);
  }
  if (moved === undefined) return { state, isMarked: false };
  if (mode === "move" && moved.is === undefined && moved.to === to.name) return { state, isMarked: true };
  throw elsewhere(description, moved);
}

function elsewhere(description: string, { to, is }: NonNullable<State["moved"]>): BudgetError {
  if (is === "arriving") {
    const text = `The books are being moved from ${to} to ${description}, which isn't done: run token-budget move --from ${to} again.`;
    return new BudgetError("books-moved", text);
  }
  return new BudgetError(
    "books-moved",
    is === "copy"
      ? `${description} has a copy of the books in ${to}. Move those; if they are lost, make books of the copy with --restore.`
      : `The books in ${description} were moved to ${to}: move them from there.`,
  );
}

/** What is at the place to be written: nothing yet, what may be continued, or the books in use. */
export type Target = "empty" | "continued" | "in use";

/** What is at the place to be written. Throws a BudgetError for anything but a state that names the other place. */
export function targetOf(to: RawStore, books: RawBooks, { from, mode }: { from: RawStore; mode: MoveMode }): Target {
  if (books.state === null) return "empty";
  const { description, path } = to.place;
  const read = readStateText(books.state);
  const moved = read.kind === "state" ? read.moved : undefined;
  if (read.kind === "state" && moved === undefined) return "in use";
  if (moved?.to === from.name && isFor(mode, moved.is)) return "continued";
  const what =
    moved === undefined
      ? `${path} there isn't a state of version 2.0`
      : `${path} there names ${moved.to} as their place`;
  throw new BudgetError(
    "not-allowed",
    `${description} isn't empty, and ${what}, not ${from.name}. Nothing was written: name a place where nothing is.`,
  );
}

function isFor(mode: MoveMode, is: NonNullable<State["moved"]>["is"]): boolean {
  if (mode === "restore") return is === "arriving";
  return mode === "move" || is !== "arriving";
}

/** The error for a place with books in use. */
export function inUse({ place }: RawStore): BudgetError {
  return new BudgetError(
    "not-allowed",
    `${place.description} has books already. Nothing was written: name a place where nothing is.`,
  );
}

/** The holds that keep books from being moved: their time hasn't run out. */
export function openHoldsIn({ holds }: State, { at }: RawBooks): State["holds"] {
  return holds.filter((hold) => epochOf(hold.expires_at) > epochOf(at));
}

/** The error for books with open holds. */
export function withHolds(holds: State["holds"], { place }: RawStore): BudgetError {
  const named = holds.slice(0, 5).map(({ id, profile, expires_at }) => `${id} (${profile}, until ${expires_at})`);
  const rest = holds.length > named.length ? ` and ${holds.length - named.length} more` : "";
  return new BudgetError(
    "not-allowed",
    `${showMany(holds.length, "hold")} ${holds.length === 1 ? "is" : "are"} open in ${place.description}: ${named.join(", ")}${rest}. Their runs would book where the books no longer are. Wait with --wait, which pausing runs first makes shorter, or move with --force: then only a record that names its hold settles it at the new place.`,
  );
}
