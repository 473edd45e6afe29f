import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { showValue } from "../../inputs/show-value.ts";
import { BudgetError } from "../../values/errors.ts";

/** Writes a file, also over an old one, and the folders that lead to it. Throws a BudgetError where it can't. */
export async function writeTo(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new BudgetError("bad-input", `Bad input: output is ${showValue(path)}, which can't be written (${code}).`, {
      cause: error,
    });
  }
}
