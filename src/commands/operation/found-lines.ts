import type { Request } from "../../books/request.ts";
import { unknownHolds } from "../../books/settle/recall.ts";
import type { Snapshot } from "../../store/port.ts";
import type { Ports } from "./ports.ts";

/** The ledger lines of holds that a request names and the state no longer knows, where the store can look them up. */
export async function foundLines(
  { store: { find } }: Pick<Ports, "store">,
  request: Request,
  snapshot: Snapshot,
): Promise<readonly string[]> {
  const { state } = snapshot;
  if (find === null || state.kind !== "state" || !(request.kind === "record" || request.kind === "release")) return [];
  const holds = unknownHolds(state.state, request);
  return holds.length === 0 ? [] : find(snapshot, holds);
}
