import type { Note } from "../../books/draft.ts";
import type { MeteredAnswers } from "../../commands/operation/ports.ts";
import type { FileRef, TextRef } from "../../usage/text.ts";
import type { UsageReport } from "../../usage/usage.ts";
import { UsageError } from "../../usage/usage-error.ts";
import type { Environment } from "../action/inputs.ts";
import type { ReadAll } from "./bounded-reader.ts";
import { findUsageFiles, readUsageFile } from "./files.ts";
import type { NotedFile } from "./noted-files.ts";
import { shownPath } from "./shown-path.ts";

type Found = {
  /** Their paths are for people. */
  readonly files: readonly { readonly path: string; readonly text: FileRef }[];
  readonly notes: readonly Note[];
};

type Since = { readonly sinceMs: number; readonly noted?: readonly NotedFile[] };

/** Finds usage files, which are read when their text is requested; a file that can't be used is a warning. */
export function usageFinder(env: Environment): (patterns: readonly string[], since: Since) => Promise<Found> {
  return async (patterns, since) => {
    const { files, notices } = await findUsageFiles({ ...since, patterns, env });
    const read = await Promise.all(files.map((path) => readUsageFile(path)));
    const unusable = read.flatMap((file) => (file.kind === "unusable" ? [file.notice] : []));
    return {
      files: read.flatMap((file) =>
        file.kind === "read" ? [{ path: shownPath(file.path, process.cwd()), text: file.text }] : [],
      ),
      notes: [...notices, ...unusable].map((text) => ({ level: "warning", text })),
    };
  };
}

/** Reads usage texts one after the other: what each reports, or why it can't be used. */
export function usageReader(
  readAll: ReadAll,
): (texts: readonly TextRef[], metered?: MeteredAnswers) => Promise<readonly (UsageReport | UsageError)[]> {
  return async (texts, metered) => {
    const answers = await readAll(texts.map((text) => ({ kind: "usage", text, metered })));
    return answers.map((answer) => {
      if (answer.kind === "sessions") throw new Error("a usage text was answered with sessions");
      return answer.kind === "report" ? answer.report : new UsageError(answer.code, answer.message);
    });
  };
}
