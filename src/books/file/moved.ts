import { MOVED_CAPABILITY, type Moved } from "../moved-keys.ts";
import type { State } from "../state.ts";
import { CAPABILITIES, decodeState } from "./decode.ts";
import { encodeState } from "./encode.ts";

/** A state's text as `move` reads it: whether writers may continue it, and where the books are if they may not. */
export type StateText =
  | { readonly kind: "state"; readonly state: State; readonly moved: Moved | undefined }
  | { readonly kind: "legacy" }
  /** As a phrase: "has conflict markers at line 12". */
  | { readonly kind: "unreadable"; readonly problem: string };

/** The state of a text, also one that no writer may continue. */
export function readStateText(text: string): StateText {
  const decoded = decodeState(text, [...CAPABILITIES, MOVED_CAPABILITY]);
  if (decoded.kind !== "state") return decoded.kind === "legacy" ? { kind: "legacy" } : decoded;
  const { state } = decoded;
  if (!state.requires.includes(MOVED_CAPABILITY)) return { kind: "state", state, moved: undefined };
  const { moved } = state;
  return moved === undefined
    ? { kind: "unreadable", problem: "requires moved and doesn't say where the books are" }
    : { kind: "state", state, moved };
}

/** The text of a state that no writer may continue, of this release or an older one, with where the books are. */
export function movedText(state: State, moved: Moved): string {
  const { moved: _, ...plain } = state;
  return encodeState({ ...plain, requires: [...withoutMoved(plain.requires), MOVED_CAPABILITY], moved });
}

/** The text of the same state for writers. */
export function unmovedText(state: State): string {
  const { moved: _, ...plain } = state;
  return encodeState({ ...plain, requires: withoutMoved(plain.requires) });
}

function withoutMoved(requires: readonly string[]): string[] {
  return requires.filter((name) => name !== MOVED_CAPABILITY);
}
