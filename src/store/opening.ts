import type { Circumstances, Draft } from "../books/draft.ts";
import type { DecodedState } from "../books/file/decode.ts";
import type { Moved } from "../books/moved-keys.ts";
import { startBooks } from "../books/start.ts";
import { BudgetError } from "../values/errors.ts";
import type { Place, Snapshot } from "./port.ts";

/** The books of a snapshot: as they are, imported from version 1.0, or new. */
export type Opened = {
  readonly draft: Draft;
  /** The books don't exist yet: the next commit makes them. */
  readonly isNew: boolean;
};

/** Opens the books of a snapshot. Throws a BudgetError for books that are damaged; those are never written. */
export function openBooks(snapshot: Snapshot, place: Place, circumstances: Circumstances): Opened {
  const { state, legacy } = snapshot;
  if (state.kind === "lost") throw lost(place);
  if (state.kind === "none") {
    if (legacy === null || legacy.state === null) return { draft: startBooks(null, circumstances), isNew: true };
    const decoded = readable(legacy.state, legacy.path, `branch ${legacy.branch}`);
    if (decoded.kind === "state") throw elsewhere(legacy, place);
    return { draft: startBooks(decoded.legacy, circumstances), isNew: true };
  }
  const decoded = readable(state, place.path, place.description);
  if (decoded.kind === "legacy") return { draft: startBooks(decoded.legacy, circumstances), isNew: false };
  return { draft: { state: decoded.state, entries: [], notes: [], circumstances }, isNew: false };
}

function lost({ path, description }: Place): BudgetError {
  return new BudgetError(
    "state-unreadable",
    `${path} is missing in ${description}, but its ledger is there: the file was deleted. Restore it from the history of the branch.`,
  );
}

/** Books of this version on the default branch aren't imported, and starting new ones must not hide them. */
function elsewhere(found: { readonly path: string; readonly branch: string }, place: Place): BudgetError {
  return new BudgetError(
    "state-unreadable",
    `There are no books in ${place.description}, but ${found.path} on ${found.branch} contains books of version 2.0. To continue with them, set branch: ${found.branch}, or move them to this branch with their ledger; to start over, delete that file.`,
  );
}

/** What people should know about a state file left on the default branch; undefined if there is none. */
export function frozenNote(snapshot: Snapshot, place: Place): string | undefined {
  if (snapshot.legacy === null) return undefined;
  return `${snapshot.legacy.path} on ${snapshot.legacy.branch} is frozen: the books are now in ${place.description}. Delete it, or keep it as a record; nothing reads it.`;
}

function readable(decoded: DecodedState, path: string, where: string): Exclude<DecodedState, { kind: "unreadable" }> {
  if (decoded.kind !== "unreadable") return decoded;
  if (decoded.moved !== undefined) throw new BudgetError("books-moved", movedSentence(decoded.moved, where));
  throw new BudgetError(
    "state-unreadable",
    `${path} in ${where} can't be read: it ${decoded.problem}. Nothing was written. Fix the file, or restore it from the history of the branch.`,
  );
}

/** Where books are that aren't where they were looked for, and what to do. */
function movedSentence({ to, is }: Moved, from: string): string {
  switch (is) {
    case "arriving":
      return `The books are being moved from ${to} to ${from}, which isn't done: run the same token-budget move again. Nothing was written.`;
    case "copy":
      return `${from} has a copy of the books in ${to}: use those. Nothing was written.`;
    default:
      return `The books in ${from} were moved to ${to}: name that place in this workflow or command. Nothing was written.`;
  }
}
