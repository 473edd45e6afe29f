import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withKeyInGemini } from "../../commands/meter/gemini-defaults.ts";

const VARIABLE = "GEMINI_CLI_SYSTEM_DEFAULTS_PATH";

/**
 * Writes Gemini CLI's defaults into a folder, with what was there before, and returns the variable that names them: a
 * base address alone ends it with exit code 41.
 */
export async function geminiDefaults(
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): Promise<Record<string, string>> {
  const before = env[VARIABLE];
  const text = before ? await readFile(before, "utf8").catch(() => undefined) : undefined;
  const path = join(folder, "gemini-defaults.json");
  await writeFile(path, withKeyInGemini(text), { mode: 0o600 });
  return { [VARIABLE]: path };
}
