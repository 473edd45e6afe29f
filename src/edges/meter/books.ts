import type { Priority } from "../../books/part-rule.ts";
import type { Given } from "../../inputs/options.ts";
import type { RuleInputs } from "../../inputs/settings-of.ts";
import type { Context } from "../action/context.ts";

/**
 * What a meter's process needs to reach the books and the channels: it comes through a pipe, for the process's
 * environment is anybody's to read.
 */
export type MeterBooks = {
  readonly edge: "action" | "terminal";
  /** The rules that decided the run. */
  readonly inputs: RuleInputs &
    Pick<Given, "repository" | "branch" | "path" | "books" | "databaseCa" | "jobIndex" | "checkRun">;
  readonly token: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly discordWebhook: string | undefined;
  readonly channels: string | undefined;
  readonly priority: Priority | undefined;
  readonly profile: string;
  readonly hold: string;
  /** What the hold set aside at first, in nano-dollars. */
  readonly amount: number;
  /** What the run may cost at most, in nano-dollars; null if only the budget says so. */
  readonly maxCost: number | null;
  /** Who runs this, in a workflow; the folder of the books, at a terminal. */
  readonly context: Context | null;
  readonly folder: string;
  /** Variables of the tests' channels. */
  readonly variables: Readonly<Record<string, string | undefined>>;
};
