import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Ports } from "../../commands/operation/ports.ts";
import { showValue } from "../../inputs/show-value.ts";
import { BudgetError } from "../../values/errors.ts";
import type { Redact } from "./redact.ts";

/** Writes files below a folder, also over old ones, and the folders on their way. */
export function fileWriter(folder: string, redact: Redact): Ports["writeFile"] {
  return async (path, fill) => {
    let all = "";
    await fill({
      write: async (text) => {
        all += redact(text);
      },
      restart: async () => {
        all = "";
      },
    });
    try {
      const place = resolve(folder, path);
      await mkdir(dirname(place), { recursive: true });
      await writeFile(place, all);
    } catch (error) {
      const { code = "unknown" } = error as NodeJS.ErrnoException;
      const text = `Bad input: output is ${showValue(path)}, where no file can be written: ${code}. Nothing was written.`;
      throw new BudgetError("bad-input", text, { cause: error });
    }
  };
}
