import type { CommandOf, InputsOf } from "../../inputs/commands/table.ts";
import type { NamedChannel } from "../../notify/channel.ts";
import type { Webhook } from "../../notify/discord/webhook.ts";
import type { BudgetError } from "../../values/errors.ts";
import type { Begun } from "./begin.ts";
import type { Context } from "./context.ts";
import type { Io } from "./io.ts";

/** How long the main part of a step tries. */
export const PATIENCE_MS = 120_000;

export type Step = { readonly env: NodeJS.ProcessEnv; readonly io: Io; readonly context: Context };

/** Why the step fails, and the command's answer in a few words. */
export type Failure = { readonly text: string; readonly title: string | undefined };

/** The inputs of a command that works on the books. */
export type BooksInputs = InputsOf<Exclude<CommandOf<"action">, "doctor">>;

/** What a step asks for: a command on books that can be reached, an examination, or nothing that can be tried. */
export type Asked =
  | { readonly kind: "refused"; readonly error: BudgetError }
  | { readonly kind: "doctor"; readonly inputs: InputsOf<"doctor"> }
  | {
      readonly kind: "books";
      readonly inputs: BooksInputs;
      readonly webhook: Webhook | null;
      readonly channels: readonly NamedChannel[];
      readonly warnings: readonly string[];
      readonly begun: Begun;
    };
