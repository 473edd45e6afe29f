import type * as actionsCore from "@actions/core";
import { type Redact, redactor } from "../machine/redact.ts";
import type { Io } from "./io.ts";
import { plainText } from "./plain-text.ts";
import { fittingSummary } from "./summary-size.ts";

/** The part of @actions/core that is used. */
export type Core = Pick<
  typeof actionsCore,
  | "info"
  | "notice"
  | "warning"
  | "error"
  | "startGroup"
  | "endGroup"
  | "setOutput"
  | "saveState"
  | "setSecret"
  | "exportVariable"
  | "summary"
>;

/** GitHub shows ten annotations of each type per step and drops the others, so those go only to the log. */
const MAX_ANNOTATIONS = 10;

/** The title of an annotation that has none. */
const TITLE = "token-budget";

/** Talks to the runner of GitHub Actions. */
export function actionsIo(core: Core): Io {
  const secrets: string[] = [];
  let redact: Redact = redactor([]);
  let summaryBytes = 0;
  const harmless = (text: string) => plainText(redact(text));
  const info = (text: string) => core.info(harmless(text));
  const annotate = annotator({ core, harmless });

  return {
    info,
    notice: (text, title) => annotate("notice", text, title),
    warning: (text, title) => annotate("warning", text, title),
    error: (text, title) => annotate("error", text, title),
    async group(name, work) {
      core.startGroup(harmless(name).replaceAll("\n", " "));
      try {
        return await work();
      } finally {
        core.endGroup();
      }
    },
    output: (name, value) => core.setOutput(name, redact(value)),
    async summary(markdown) {
      const text = fittingSummary(redact(markdown), summaryBytes);
      try {
        await core.summary.addRaw(text, true).write();
        summaryBytes += Buffer.byteLength(text) + 2;
      } catch (error) {
        core.summary.emptyBuffer();
        annotate("warning", `The job summary couldn't be written: ${(error as Error).message}`);
      }
    },
    saveState: (name, value) => core.saveState(name, redact(value)),
    mask(secret) {
      if (secret.trim() === "") return;
      for (const line of secret.split(/\r?\n/)) if (line.trim() !== "") core.setSecret(line);
      secrets.push(secret);
      redact = redactor(secrets);
    },
    exportVariable: (name, value) => core.exportVariable(name, redact(value)),
    redact: (text) => redact(text),
  };
}

type Level = "notice" | "warning" | "error";

function annotator({ core, harmless }: { core: Core; harmless: (text: string) => string }) {
  const printed: Record<Level, number> = { notice: 0, warning: 0, error: 0 };
  return (level: Level, text: string, title: string = TITLE): void => {
    printed[level] += 1;
    if (printed[level] <= MAX_ANNOTATIONS)
      core[level](harmless(text), { title: harmless(title).replaceAll("\n", " ") });
    else core.info(harmless(`${level.charAt(0).toUpperCase()}${level.slice(1)}: ${text}`));
  };
}
