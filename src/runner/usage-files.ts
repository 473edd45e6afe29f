import type { Note } from "../budget/books.ts";
import type { TextSource } from "../usage/text.ts";
import { findUsageFiles, readUsageFile } from "./files.ts";
import type { Environment } from "./inputs.ts";

type Found = {
  readonly files: readonly { readonly path: string; readonly text: TextSource }[];
  readonly notes: readonly Note[];
};

/** Finds usage files, which are read when somebody asks for their text; what can't be used is a warning. */
export function usageFinder(env: Environment): (patterns: readonly string[], sinceMs: number) => Promise<Found> {
  return async (patterns, sinceMs) => {
    const { files, notices } = await findUsageFiles({ patterns, sinceMs, env });
    const read = await Promise.all(files.map((path) => readUsageFile(path)));
    const unusable = read.flatMap((file) => (file.kind === "unusable" ? [file.notice] : []));
    return {
      files: read.flatMap((file) => (file.kind === "read" ? [{ path: file.path, text: file.text }] : [])),
      notes: [...notices, ...unusable].map((text) => ({ level: "warning", text })),
    };
  };
}
