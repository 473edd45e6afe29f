import type { Place, Snapshot } from "../../store/port.ts";

/** Whether there are no books at all, not even those of version 1.0 that the first booking would import. */
export function hasNoBooks({ state, legacy }: Pick<Snapshot, "state" | "legacy">): boolean {
  return state.kind === "none" && (legacy === null || legacy.state === null);
}

/** What is said where there are none. */
export function noBooksText({ description }: Pick<Place, "description">): string {
  return `No books yet in ${description}: the first check or record creates them.`;
}
