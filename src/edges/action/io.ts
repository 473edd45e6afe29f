import type { OutputName } from "../../inputs/outputs.ts";
import type { Redact } from "../machine/redact.ts";

/** What commands print and return, wherever they run. Everything is redacted and sanitized on its way. */
export type Io = {
  info(text: string): void;
  /** Printed in the log and shown with the run, under its title if it has one. So are warnings and errors. */
  notice(text: string, title?: string): void;
  warning(text: string, title?: string): void;
  error(text: string, title?: string): void;
  /** Folds everything printed during `work` under the name. */
  group<T>(name: string, work: () => Promise<T>): Promise<T>;
  output(name: OutputName, value: string): void;
  /** Adds to the job's summary; a summary that can't be written is a warning. */
  summary(markdown: string): Promise<void>;
  /** Keeps something for the step's post part. */
  saveState(name: string, value: string): void;
  /** From now on the text is a secret. */
  mask(secret: string): void;
  /** Sets an environment variable for the later steps of the job. */
  exportVariable(name: string, value: string): void;
  /** Takes every secret out of a text that goes elsewhere: a commit, a message, an error. */
  readonly redact: Redact;
};
