import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Note } from "../../books/draft.ts";
import { releaseUnmetered, withoutMeterNote } from "../../commands/meter/not-started.ts";
import type { MeterPlan } from "../../commands/meter/plan.ts";
import { type MeterAddress, pointedVariables, responsesBase } from "../../commands/meter/pointing.ts";
import { attempt } from "../../commands/operation/attempt.ts";
import type { Ports } from "../../commands/operation/ports.ts";
import { type AllowedBy, type Outcome, withNotes } from "../../commands/outcome/outcome.ts";
import { whereOf } from "../../commands/outcome/problem.ts";
import { failedOutcome } from "../../commands/outcome/unforeseen.ts";
import type { InputsOf } from "../../inputs/commands/table.ts";
import { meterTermsOf } from "../../inputs/meter-terms.ts";
import { startMeter, stopMeter } from "../../meter/client.ts";
import { type MeterSetup, meterFile } from "../../meter/setup.ts";
import { BudgetError } from "../../values/errors.ts";
import { bounded, showUsd } from "../../values/money.ts";
import { type CodexFile, codexFile, pointCodex } from "../machine/codex-file.ts";
import { geminiDefaults } from "../machine/gemini-file.ts";
import { markInner } from "../machine/inner-meter.ts";
import type { MeterBooks } from "../meter/books.ts";
import { meterCommand } from "../meter/program.ts";
import { allowedByInputs, endsAtMs, newKeys, planFor, variablesForBooks } from "../meter/run.ts";
import type { Context } from "./context.ts";
import { rememberAnswer } from "./gate-state.ts";
import type { Environment } from "./inputs.ts";
import type { Io } from "./io.ts";
import { rememberMeter } from "./meter-state.ts";

/** The room of the meter's files below the runner's folder for temporary ones. */
const FOLDER = "token-budget";

/** The run that was let in, and where. */
export type Metering = {
  readonly env: Environment;
  readonly io: Io;
  readonly context: Context;
  readonly ports: Ports;
  readonly inputs: InputsOf<"guard">;
  readonly hold: string;
  readonly run: AllowedBy;
};

type Keys = Pick<MeterSetup, "secret" | "control" | "folder">;

/** What of it a meter's setup follows from. */
type Run = Omit<Metering, "io" | "ports"> & { readonly ports: { readonly caller: Pick<Ports["caller"], "profile"> } };

/** Whether the run that a gate let in has rules: without an answer of the books there are only the inputs. */
type Asked = Omit<Metering, "run"> & { readonly run: AllowedBy | undefined };

/**
 * Meters the run that a gate let in. If that can't be done as it was asked the run is denied and its hold released; if
 * the meter can't be started, `on-error: allow` continues without it.
 */
export async function meterGate(asked: Asked, outcome: Outcome): Promise<Outcome> {
  const { inputs, io, ports, hold } = asked;
  const metering = { ...asked, run: asked.run ?? allowedByInputs(inputs) };
  const error = await attempt(() => startMetering(metering));
  if (!(error instanceof BudgetError)) return withNotes(outcome, error);
  const { onError, onDeny } = metering.run.rules.terms;
  const isOut = error.code === "meter-unavailable";
  if (isOut && onError === "allow") return withNotes(outcome, [withoutMeterNote(error)]);
  rememberAnswer(io, "denied");
  const { note, delivery } = await releaseUnmetered(ports, inputs, { hold, kind: outcome.gate?.kind ?? "held" });
  const failed = failedOutcome(error, whereOf(ports));
  return {
    ...failed,
    notes: [...failed.notes, note],
    failure: isOut && onDeny === "continue" ? null : failed.failure,
    isDenied: true,
    delivery,
  };
}

/**
 * Starts a meter and points the job's later steps at it. Throws a BudgetError if the run can't be metered as it was
 * asked, or the meter can't be started.
 */
async function startMetering(metering: Metering): Promise<readonly Note[]> {
  const { env, io } = metering;
  const codex = await codexFile(env);
  const plan = planFor(metering, codex);
  const keys = { ...newKeys(), folder: join(env["RUNNER_TEMP"] || tmpdir(), FOLDER) };
  const gemini = await geminiDefaults(env, keys.folder);
  const { port, pid } = await startMeter(meterCommand(), setupOf(metering, plan, keys), env);
  await markInner(env);
  const address = { origin: `http://127.0.0.1:${port}/${keys.secret}` };
  const pointing = point(metering, plan, { codex, gemini, keys, address });
  const pointed = await pointing.catch(async (error) => {
    // The post part doesn't know of it yet.
    await stopMeter({ port, control: keys.control });
    throw error;
  });
  rememberMeter(io, { hold: metering.hold, pid, port, ...keys, ...pointed.state });
  for (const key of [keys.secret, keys.control]) io.mask(key);
  io.info(startText(plan));
  return [...plan.notes, ...pointed.notes];
}

/** What its meter is started with. */
export function setupOf(metering: Run, plan: Pick<MeterPlan, "setup">, keys: Keys): MeterSetup {
  return { ...plan.setup, ...keys, endsAtMs: endsAtMs(metering.run), books: booksOf(metering) };
}

function booksOf({ env, context, ports, inputs, hold, run }: Run): MeterBooks {
  const { githubToken: token, discordWebhook, channels, priority, databaseUrl } = inputs;
  const { repository, branch, path, books, databaseCa, jobIndex, checkRun } = inputs;
  return {
    edge: "action",
    inputs: { ...run.rules.inputs, repository, branch, path, books, databaseCa, jobIndex, checkRun },
    ...{ token, databaseUrl, discordWebhook, channels, priority, hold, context },
    profile: inputs.profile ?? ports.caller.profile,
    amount: run.amount ?? 0,
    maxCost: meterTermsOf(inputs, run.rules.policy).maxCost,
    folder: "",
    variables: variablesForBooks(env),
  };
}

type Pointing = {
  readonly codex: CodexFile | undefined;
  /** Variables that point Gemini CLI at its defaults. */
  readonly gemini: Readonly<Record<string, string>>;
  readonly keys: Keys;
  readonly address: MeterAddress;
};

/** Sets variables, outputs and files for the steps that follow. They are written before their secret is masked. */
async function point({ env, io, hold }: Metering, { forward }: MeterPlan, { codex, gemini, keys, address }: Pointing) {
  const liveFile = meterFile({ folder: keys.folder, hold }, "json");
  const variables = pointedVariables(env, address, { forward, liveFile });
  for (const [name, value] of Object.entries({ ...variables, ...gemini })) io.exportVariable(name, value);
  const responses = responsesBase(address, forward);
  io.output("openai-responses-endpoint", `${responses}/responses`);
  const notes: Note[] = [];
  if (codex === undefined) return { notes, state: {} };
  if (codex.isShared) return { notes: [sharedCodex(codex)], state: {} };
  try {
    await pointCodex(codex, responses);
    return { notes, state: { codex: { path: codex.path, isNew: codex.text === undefined } } };
  } catch (error) {
    const text = `Codex could not be pointed at the meter: ${codex.path} can't be written (${(error as Error).message}).`;
    return { notes: [...notes, { level: "warning" as const, text }], state: {} };
  }
}

function sharedCodex({ path }: CodexFile): Note {
  const text = `Codex is not pointed at the meter: all jobs of this self-hosted runner share ${path}. Give the job its own CODEX_HOME, or start Codex with -c openai_base_url="$OPENAI_BASE_URL".`;
  return { level: "notice", text };
}

function startText({ setup }: MeterPlan): string {
  const { cap, maxCost, overrun } = setup;
  const amount = cap === null ? undefined : showUsd(bounded(cap));
  const most = maxCost === null ? "" : ` Whatever is left, it may cost ${showUsd(bounded(maxCost))} at most.`;
  const limit = {
    extend: amount === undefined ? "" : ` From ${amount} on, more is set aside as long as the budget has room.`,
    stop: amount === undefined ? "" : ` It stops at ${amount}.`,
    warn: " Nothing but max-cost stops it.",
  }[overrun];
  return `This job is metered.${limit}${most} An action that is a Docker container can't reach the meter: set its base address variables to '' there.`;
}
