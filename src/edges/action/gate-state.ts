import type { Connection } from "./connection.ts";
import type { Io } from "./io.ts";
import { type Owner, ownerOf } from "./owner.ts";
import type { KeptAnswer, KeptGate, LeftBehind } from "./recalled-gate.ts";

/** Keeps what the post part needs, before anything is asked of the books. */
export function rememberGate(
  io: Io,
  gate: { readonly memory: KeptGate; readonly connection: Connection; readonly context: Owner },
): void {
  const { memory, connection, context } = gate;
  io.saveState("gate", JSON.stringify({ memory, connection, owner: ownerOf(context) }));
}

/** Keeps how the gate answered. */
export function rememberAnswer(io: Io, answer: KeptAnswer): void {
  io.saveState("answer", answer);
}

/** Keeps which files were there when the main part ended: the job's agent leaves newer ones. */
export function rememberBefore(io: Io, before: LeftBehind): void {
  io.saveState("before", JSON.stringify(before));
}
