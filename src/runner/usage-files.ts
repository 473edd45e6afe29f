import type { Note } from "../budget/books.ts";
import type { TextSource } from "../usage/text.ts";
import { findUsageFiles, readUsageFile } from "./files.ts";
import type { Environment } from "./inputs.ts";
import type { NotedFile } from "./noted-files.ts";

type Found = {
  readonly files: readonly { readonly path: string; readonly text: TextSource }[];
  readonly notes: readonly Note[];
};

type Since = { readonly sinceMs: number; readonly noted?: readonly NotedFile[] };

/** Finds usage files, which are read when somebody asks for their text; what can't be used is a warning. */
export function usageFinder(env: Environment): (patterns: readonly string[], since: Since) => Promise<Found> {
  return async (patterns, since) => {
    const { files, notices } = await findUsageFiles({ ...since, patterns, env });
    const read = await Promise.all(files.map((path) => readUsageFile(path)));
    const unusable = read.flatMap((file) => (file.kind === "unusable" ? [file.notice] : []));
    return {
      files: read.flatMap((file) => (file.kind === "read" ? [{ path: file.path, text: file.text }] : [])),
      notes: [...notices, ...unusable].map((text) => ({ level: "warning", text })),
    };
  };
}
