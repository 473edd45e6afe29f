import { parseInputs } from "../../inputs/parse-inputs.ts";
import { BudgetError } from "../../values/errors.ts";
import { begin, beginReading, withoutSecret } from "./begin.ts";
import { channelsFor } from "./channels.ts";
import type { Context } from "./context.ts";
import { readContext } from "./event-file.ts";
import { rawInputs, rememberNothing } from "./inputs.ts";
import type { Io } from "./io.ts";
import { withoutSecrets } from "./secrets.ts";
import { type Asked, type BooksInputs, type Failure, PATIENCE_MS, type Step } from "./step.ts";

/** Bookings continue without the channel; for gates and maintainers a wrong URL is an error. */
const BOOKINGS: readonly string[] = ["record", "release"];

/** The commands that first read the books, to change them. */
const OPERATIONS: readonly string[] = ["check", "guard", ...BOOKINGS];

/**
 * Runs the main part or the post part of the step. Returns why the step fails, null if it doesn't. The code that
 * answers is run for the first time while GitHub answers the first read.
 */
export async function runAction(part: "main" | "post", env: NodeJS.ProcessEnv, io: Io): Promise<Failure | null> {
  const raw = await withoutSecrets(rawInputs(env), io);
  if (part === "main") rememberNothing(io);
  const step = { env, io, context: await readContext(env) };
  if (part === "post") return (await import("./post.ts")).runPost(step, raw);
  const asked = await askedBy(step, raw);
  if (asked.kind === "books") await asked.begun.sent;
  return (await import(/* webpackMode: "eager" */ "./answer.ts")).answer(step, asked);
}

async function askedBy(step: Step, raw: Record<string, string>): Promise<Asked> {
  try {
    if (raw["database-url"] === "" && step.context.readOnly !== undefined) throw withoutSecret("database's URL");
    const inputs = parseInputs(raw["command"] ?? "", raw, "action");
    return inputs.command === "doctor" ? { kind: "doctor", inputs } : await ofBooks(step, inputs);
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    return { kind: "refused", error };
  }
}

async function ofBooks({ env, io, context }: Step, inputs: BooksInputs): Promise<Asked> {
  const given = "channels" in inputs || "discordWebhook" in inputs ? inputs : {};
  const { warnings, ...to } = await channelsFor(given, env, BOOKINGS.includes(inputs.command));
  const opened = begin({ env, context, inputs, ...to, patienceMs: PATIENCE_MS, io });
  const begun = isReadFirst(inputs, context) ? beginReading(opened) : opened;
  return { kind: "books", inputs, ...to, warnings, begun };
}

/** Whether the first request of a step is a read of the books: a fork's gate and one with an approval ask before. */
function isReadFirst(inputs: BooksInputs, { readOnly }: Context): boolean {
  const isAsking = "approval" in inputs && inputs.approval !== undefined;
  return OPERATIONS.includes(inputs.command) && readOnly === undefined && !isAsking;
}
