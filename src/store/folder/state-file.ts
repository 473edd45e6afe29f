import { createHash } from "node:crypto";
import { BudgetError } from "../../values/errors.ts";
import { readBytes } from "./disk.ts";

/** The fingerprint of a state file's text; null if there is none. */
export function fingerprintOf(state: string): string;
export function fingerprintOf(state: string | null): string | null;
export function fingerprintOf(state: string | null): string | null {
  return state === null ? null : createHash("sha256").update(state).digest("hex");
}

/** The text of a state file, null if there is none. Throws a BudgetError for what isn't text. */
export async function readStateFile(path: string): Promise<string | null> {
  const bytes = await readBytes(path);
  try {
    return bytes === null ? null : new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new BudgetError(
      "state-unreadable",
      `${path} is not UTF-8 text. Restore it from a copy; nothing was written.`,
      { cause: error },
    );
  }
}
