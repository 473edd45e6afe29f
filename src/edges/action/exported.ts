import type { Ports } from "../../commands/operation/ports.ts";
import type { Outcome } from "../../commands/outcome/outcome.ts";
import { bookedText } from "./booked-sessions.ts";
import { booksName } from "./caller.ts";
import { BOOKED_VARIABLE, type HoldVariable, jobHoldText } from "./inputs.ts";
import type { Io } from "./io.ts";

type Exporting = { readonly io: Io; readonly ports: Ports };

/** Tells the later steps of this job of a hold. */
export function exportHold({ io, ports }: Exporting, variable: HoldVariable, hold: string): void {
  io.exportVariable(variable, jobHoldText(hold, booksName(ports.store.place)));
}

/** Later steps of this job don't book again what was booked. */
export function exportBooked(io: Io, ports: Ports, { booked }: Outcome): void {
  if (booked !== undefined) io.exportVariable(BOOKED_VARIABLE, bookedText(booked, booksName(ports.store.place)));
}
