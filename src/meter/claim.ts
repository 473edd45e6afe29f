import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { type MeterSetup, meterFile } from "./setup.ts";

/** Why a meter can't be started, in a sentence without any secret. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** Makes the record, which no other meter has. Throws a StartError if there is one, or it can't be made. */
export function claim(setup: MeterSetup): void {
  try {
    if (!existsSync(setup.folder)) mkdirSync(setup.folder, { recursive: true, mode: 0o700 });
    closeSync(openSync(meterFile(setup, "jsonl"), "wx", 0o600));
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === "EEXIST";
    throw new StartError(
      isTaken
        ? "This hold has a meter already."
        : "The meter's record can't be written to the folder for temporary files.",
    );
  }
}
