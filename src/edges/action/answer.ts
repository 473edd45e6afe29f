import { readOnlyOutcome } from "../../commands/check.ts";
import { type GateMemory, guard } from "../../commands/guard.ts";
import type { Ports } from "../../commands/operation/ports.ts";
import { type Outcome, withNotes } from "../../commands/outcome/outcome.ts";
import { failedOutcome } from "../../commands/outcome/unforeseen.ts";
import { runCommand } from "../../commands/run-command.ts";
import type { InputsOf } from "../../inputs/commands/table.ts";
import { titleOf } from "../../report/view.ts";
import { BudgetError } from "../../values/errors.ts";
import { channelsIn } from "../machine/channels.ts";
import { DEFAULT_BRANCH, DEFAULT_PATH } from "../machine/github-books.ts";
import { noteUsageFiles } from "../machine/noted-files.ts";
import { webhookOf } from "./channels.ts";
import { connectionIn } from "./connection.ts";
import { exportBooked, exportHold } from "./exported.ts";
import { rememberAnswer, rememberBefore, rememberGate } from "./gate-state.ts";
import { HOLD_VARIABLE, SETTLED_VARIABLE, TRIED_VARIABLE } from "./inputs.ts";
import { exportMetered, withMeter } from "./metered-gate.ts";
import { actionPorts } from "./ports.ts";
import { type Answered, report } from "./report.ts";
import { type Asked, type BooksInputs, type Failure, PATIENCE_MS, type Step } from "./step.ts";

/** Does what the main part of a step asks for, and reports it. Returns why the step fails, null if it doesn't. */
export async function answer(step: Step, asked: Asked): Promise<Failure | null> {
  const answered = await answerTo(step, asked);
  await report(step.io, answered);
  const { failure, view } = answered.outcome;
  return failure === null ? null : { text: failure, title: titleOf(view) };
}

async function answerTo(step: Step, asked: Asked): Promise<Answered> {
  try {
    if (asked.kind === "refused") throw asked.error;
    return asked.kind === "doctor" ? { outcome: await examined(step, asked.inputs) } : await done(step, asked);
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    return { outcome: refused(step, error) };
  }
}

async function done(step: Step, asked: Extract<Asked, { readonly kind: "books" }>): Promise<Answered> {
  const { io } = step;
  const { inputs, begun, warnings, ...to } = asked;
  const ports = await actionPorts({ ...step, inputs, ...to, patienceMs: PATIENCE_MS }, begun);
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

/**
 * The outcome if the command could not be tried at all; a fork's pull request without the token's secret is no failure.
 */
function refused({ context }: Step, error: BudgetError): Outcome {
  const from = { place: context.repository ?? "", now: Date.now };
  return error.code === "missing-permission" && context.readOnly !== undefined
    ? readOnlyOutcome(from, error)
    : failedOutcome(error, from);
}
