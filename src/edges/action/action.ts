import { readOnlyOutcome } from "../../commands/check.ts";
import { type GateMemory, guard, POST_PATIENCE_MS } from "../../commands/guard.ts";
import type { Ports } from "../../commands/operation/ports.ts";
import { type Outcome, withNotes } from "../../commands/outcome/outcome.ts";
import { failedOutcome } from "../../commands/outcome/unforeseen.ts";
import { runCommand } from "../../commands/run-command.ts";
import type { CommandOf, InputsOf } from "../../inputs/commands/table.ts";
import { parseInputs, readInputs } from "../../inputs/parse-inputs.ts";
import { renderSummary } from "../../report/markdown/summary.ts";
import { titleOf } from "../../report/view.ts";
import { BudgetError } from "../../values/errors.ts";
import { DEFAULT_BRANCH, DEFAULT_PATH } from "../machine/books-in-github.ts";
import { channelsIn } from "../machine/channels.ts";
import { noteUsageFiles } from "../machine/noted-files.ts";
import { bookedText } from "./booked-sessions.ts";
import { booksName } from "./caller.ts";
import { channelsFor, webhookOf } from "./channels.ts";
import { connectionIn, type Reconnected, reconnected } from "./connection.ts";
import type { Context } from "./context.ts";
import { readContext } from "./event-file.ts";
import {
  type GateState,
  recallGate,
  rememberAnswer,
  rememberBefore,
  rememberGate,
  rememberNothing,
} from "./gate-state.ts";
import {
  BOOKED_VARIABLE,
  HOLD_VARIABLE,
  type HoldVariable,
  jobHoldText,
  rawInputs,
  SETTLED_VARIABLE,
  TRIED_VARIABLE,
} from "./inputs.ts";
import type { Io } from "./io.ts";
import { afterMeter, exportMetered, withMeter } from "./metered-gate.ts";
import { sendOut } from "./outgoing.ts";
import { actionPorts, withoutSecret } from "./ports.ts";
import { withoutSecrets } from "./secrets.ts";

const PATIENCE_MS = 120_000;

/** Bookings continue without the channel; for gates and maintainers a wrong URL is an error. */
const BOOKINGS: readonly string[] = ["record", "release"];

/** The inputs of a command that works on the books. */
type BooksInputs = InputsOf<Exclude<CommandOf<"action">, "doctor">>;

type Step = { readonly env: NodeJS.ProcessEnv; readonly io: Io; readonly context: Context };

/** Why the step fails, and the command's answer in a few words. */
export type Failure = { readonly text: string; readonly title: string | undefined };

/** Runs the main part or the post part of the step. Returns why the step fails, null if it doesn't. */
export async function runAction(part: "main" | "post", env: NodeJS.ProcessEnv, io: Io): Promise<Failure | null> {
  const given = rawInputs(env);
  const raw = await withoutSecrets(given, io);
  if (part === "main") rememberNothing(io);
  const step = { env, io, context: await readContext(env) };
  if (part === "main") return runMain(step, raw);
  const gate = recallGate(env, step.context);
  if (gate === "foreign") {
    io.warning("Another step of this job changed what this one keeps for the end of the job, so it was ignored.");
    return null;
  }
  return gate === undefined ? null : runPost(step, raw, gate);
}

/** The outcome of a command, and the ports that send its messages: none if it was not tried. */
type Answered = { readonly outcome: Outcome; readonly ports?: Ports };

async function runMain(step: Step, raw: Record<string, string>): Promise<Failure | null> {
  const answered = await answerOf(step, raw);
  await report(step.io, answered);
  const { failure, view } = answered.outcome;
  return failure === null ? null : { text: failure, title: titleOf(view) };
}

async function answerOf(step: Step, raw: Record<string, string>): Promise<Answered> {
  try {
    if (raw["database-url"] === "" && step.context.readOnly !== undefined) throw withoutSecret("database's URL");
    const inputs = parseInputs(raw["command"] ?? "", raw, "action");
    return inputs.command === "doctor" ? { outcome: await examined(step, inputs) } : await done(step, inputs);
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    return { outcome: refused(step, error) };
  }
}

async function done(step: Step, inputs: BooksInputs): Promise<Answered> {
  const { env, io, context } = step;
  const channels = "channels" in inputs || "discordWebhook" in inputs ? inputs : {};
  const { warnings, ...to } = await channelsFor(channels, env, BOOKINGS.includes(inputs.command));
  const ports = await actionPorts({ env, context, inputs, ...to, patienceMs: PATIENCE_MS, io });
  const outcome = await io.group(`token-budget ${inputs.command}`, () => inBooks(step, inputs, ports));
  const notes = warnings.map((text) => ({ level: "warning" as const, text }));
  return { outcome: withNotes(outcome, notes), ports };
}

/** What can't be used, a missing token or a wrong URL, is for doctor to report. */
async function examined({ env, io, context }: Step, inputs: InputsOf<"doctor">): Promise<Outcome> {
  const { doctor } = await import("../../commands/doctor/doctor.ts");
  return io.group("token-budget doctor", () =>
    doctor({
      inputs,
      token: inputs.githubToken,
      access: inputs.databaseUrl === undefined ? "Token" : "Database",
      ports: () => actionPorts({ env, context, inputs, webhook: null, channels: [], patienceMs: PATIENCE_MS, io }),
      webhook: () => webhookOf(inputs, env),
      webhookSource: "the input discord-webhook",
      channels: () => channelsIn(inputs.channels, env),
      channelsSource: "the input channels",
      now: Date.now,
      env,
      place: inputs.repository ?? context.repository ?? "",
      log: io.info,
    }),
  );
}

async function inBooks({ env, io, context }: Step, inputs: BooksInputs, ports: Ports): Promise<Outcome> {
  io.info(`Books: ${ports.store.place.description}, ${ports.store.place.path}`);
  if (inputs.command !== "guard") {
    const outcome = await runCommand(ports, inputs);
    // Later steps of this job settle the hold that this one made.
    const { gate, closedHold } = outcome;
    if (gate?.kind === "held") exportHold({ io, ports }, HOLD_VARIABLE, gate.hold);
    if (gate?.kind === "unheld") exportHold({ io, ports }, TRIED_VARIABLE, gate.hold);
    if (inputs.command === "record" && closedHold) exportHold({ io, ports }, SETTLED_VARIABLE, closedHold);
    exportBooked(io, ports, outcome);
    await exportMetered({ env, io, context }, ports, outcome);
    return outcome;
  }
  const hold = ports.newId();
  rememberGate(io, { memory: memoryOf(ports, inputs, hold), connection: await connectionIn(env), context });
  const { outcome, answer } = await guard(ports, inputs, hold);
  rememberAnswer(io, answer);
  rememberBefore(io, { atMs: Date.now(), files: await noteUsageFiles(inputs.usageFile ?? [], env) });
  if (answer === "allowed") exportHold({ io, ports }, HOLD_VARIABLE, hold);
  return withMeter({ env, io, context }, { ports, inputs, hold }, outcome);
}

type Exporting = { readonly io: Io; readonly ports: Ports };

function exportHold({ io, ports }: Exporting, variable: HoldVariable, hold: string): void {
  io.exportVariable(variable, jobHoldText(hold, booksName(ports.store.place)));
}

/** Later steps of this job don't book again what was booked. */
function exportBooked(io: Io, ports: Ports, { booked }: Outcome): void {
  if (booked !== undefined) io.exportVariable(BOOKED_VARIABLE, bookedText(booked, booksName(ports.store.place)));
}

function memoryOf(ports: Ports, inputs: InputsOf<"guard">, hold: string): GateMemory {
  const { repository: run = "" } = ports.caller.run;
  return {
    hold,
    repository: inputs.repository ?? run,
    branch: inputs.branch ?? DEFAULT_BRANCH,
    path: inputs.path ?? DEFAULT_PATH,
    ...(inputs.databaseUrl !== undefined && { books: inputs.books ?? inputs.repository ?? run }),
    profile: inputs.profile ?? ports.caller.profile,
    tags: inputs.tags ?? {},
    sinceMs: ports.caller.startedMs,
  };
}

const NO_URL = "The input database-url is missing at the end of the job.";

/** The post part never fails the job: what it can't do is a warning. */
async function runPost(step: Step, raw: Record<string, string>, gate: GateState): Promise<null> {
  const { env, io, context } = step;
  const { memory } = gate;
  try {
    const { isTrustBare } = await reconnect(step, gate);
    const { inputs, problems } = readInputs("guard", raw);
    for (const { input, text } of problems) io.warning(`The input ${input} ${text}. It was ignored.`);
    const { repository, branch, path, books } = memory;
    if (books !== undefined && inputs.databaseUrl === undefined) throw new BudgetError("bad-input", NO_URL);
    const place = books === undefined ? { repository, branch, path, databaseUrl: undefined } : { books };
    const { warnings, ...to } = await channelsFor(inputs, env, true);
    for (const warning of warnings) io.warning(warning);
    const own = { env, context, inputs: { ...inputs, ...place }, ...to };
    const ports = await afterMeter(step, await actionPorts({ ...own, patienceMs: POST_PATIENCE_MS, io, isTrustBare }));
    // The main part doesn't need this code.
    const { guardPost } = await import("../../commands/guard-post.ts");
    const outcome = await io.group("token-budget guard, at the end of the job", () => {
      io.info(`Books: ${ports.store.place.description}, ${ports.store.place.path}`);
      return guardPost(ports, inputs, gate);
    });
    if (outcome === null) return null;
    exportBooked(io, ports, outcome);
    await report(io, { outcome, ports });
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    io.warning(`What the job used could not be booked; its hold expires as a charge. ${error.message}`);
  }
  return null;
}

/** Connects the post part like the main part: steps in between may have changed the environment. */
async function reconnect({ env, io }: Step, { connection }: GateState): Promise<Reconnected> {
  const found = await reconnected(env, connection);
  for (const [name, value] of Object.entries(found.variables)) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  for (const text of found.warnings) io.warning(text);
  return found;
}

/**
 * The outcome if the command could not be tried at all; a fork's pull request without the token's secret is no failure.
 */
function refused({ context }: Step, error: BudgetError): Outcome {
  const from = { place: context.repository ?? "", now: Date.now };
  return error.code === "missing-permission" && context.readOnly !== undefined
    ? readOnlyOutcome(from, error)
    : failedOutcome(error, from);
}

/** Outputs first, then the summary, then the channel: whatever fails later, the workflow has its answer. */
async function report(io: Io, { outcome, ports }: Answered): Promise<void> {
  const { outputs, view, notes } = outcome;
  for (const [name, value] of Object.entries(outputs)) io.output(name as keyof typeof outputs, value);
  await io.summary(await renderSummary(view));
  io.info(view.sentence);
  say(io, notes, titleOf(view));
  const sayMore = (found: Outcome["notes"]) => say(io, found, titleOf(view));
  if (ports !== undefined) await sendOut(outcome, { ports, io, say: sayMore });
}

function say(io: Io, notes: Outcome["notes"], title: string | undefined): void {
  for (const level of ["warning", "notice"] as const) {
    for (const note of notes) if (note.level === level) io[level](note.text, title);
  }
}
