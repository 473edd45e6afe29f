import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withKeyInGemini } from "../../commands/meter/gemini-defaults.ts";
import { BudgetError } from "../../values/errors.ts";

const VARIABLE = "GEMINI_CLI_SYSTEM_DEFAULTS_PATH";

/**
 * Writes Gemini CLI's defaults into a folder, with what was there before, and returns the variable that names them: a
 * base address alone ends it with exit code 41. Throws a BudgetError "meter-unavailable" where the folder can't be
 * written.
 */
export async function geminiDefaults(
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): Promise<Record<string, string>> {
  const before = env[VARIABLE];
  const text = before ? await readFile(before, "utf8").catch(() => undefined) : undefined;
  const path = join(folder, "gemini-defaults.json");
  await madeOrUnavailable(async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(path, withKeyInGemini(text), { mode: 0o600 });
  });
  return { [VARIABLE]: path };
}

/** What `make` makes of a meter's files. Throws a BudgetError "meter-unavailable" where the machine has no room for it. */
export async function madeOrUnavailable<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    const { code = "an unknown error" } = error as NodeJS.ErrnoException;
    throw new BudgetError(
      "meter-unavailable",
      `The meter could not be started. Its files can't be written (${code}).`,
      { cause: error },
    );
  }
}
