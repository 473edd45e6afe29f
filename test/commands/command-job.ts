import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import picocolors from "picocolors";
import type { Note } from "../../src/books/draft.ts";
import { doctor } from "../../src/commands/doctor/doctor.ts";
import { type Gate, guard } from "../../src/commands/guard.ts";
import { guardPost } from "../../src/commands/guard-post.ts";
import { isCommentWanted } from "../../src/commands/operation/asked-pull.ts";
import type { BookedBefore, Ports } from "../../src/commands/operation/ports.ts";
import type { Outcome } from "../../src/commands/outcome/outcome.ts";
import { failedOutcome } from "../../src/commands/outcome/unforeseen.ts";
import { runCommand } from "../../src/commands/run-command.ts";
import { bookedText } from "../../src/edges/action/booked-sessions.ts";
import { booksName, workflowCaller } from "../../src/edges/action/caller.ts";
import { contextIn } from "../../src/edges/action/event-file.ts";
import {
  BOOKED_VARIABLE,
  HOLD_VARIABLE,
  jobHoldText,
  rawInputs,
  SETTLED_VARIABLE,
  TRIED_VARIABLE,
} from "../../src/edges/action/inputs.ts";
import { sendOut } from "../../src/edges/action/outgoing.ts";
import { boundedReader } from "../../src/edges/machine/bounded-reader.ts";
import { channelSecrets } from "../../src/edges/machine/channels.ts";
import { fetchesFor } from "../../src/edges/machine/fetch.ts";
import { noteUsageFiles } from "../../src/edges/machine/noted-files.ts";
import { pngOf } from "../../src/edges/machine/png.ts";
import { redactor } from "../../src/edges/machine/redact.ts";
import { sessionFinder } from "../../src/edges/machine/session-logs.ts";
import { usageFinder, usageReader } from "../../src/edges/machine/usage-files.ts";
import { fileWriter } from "../../src/edges/machine/written-file.ts";
import { folderWriter } from "../../src/edges/machine/written-folder.ts";
import { jsonOf } from "../../src/edges/terminal/json.ts";
import { COMMANDS_OF, type InputsOf } from "../../src/inputs/commands/table.ts";
import type { Given } from "../../src/inputs/options.ts";
import { parseInputs, readInputs } from "../../src/inputs/parse-inputs.ts";
import { parseWebhook } from "../../src/notify/discord/webhook.ts";
import { parseChannels, type TestOrigins } from "../../src/notify/parse-channels.ts";
import { renderSummary } from "../../src/report/markdown/summary.ts";
import { renderScreen } from "../../src/report/terminal/screen.ts";
import { patiently, patientStore } from "../../src/store/patient-store.ts";
import { BudgetError } from "../../src/values/errors.ts";
import { expectJsonAnswer } from "../support/json-answers.ts";
import { emptyFolder, eventOf, type RunContext, runnerEnvironment } from "../support/runner/action.ts";
import { PATIENCE_MS, REPOSITORY, type Scene } from "./command-scene.ts";

const GITHUB = { url: "https://github.com", apiUrl: "https://api.github.com", graphqlUrl: "https://api.github.com" };
const TERMINAL = { colors: picocolors.createColors(false), width: 80 };

type Raw = Readonly<Record<string, string>>;

/** The run that a step belongs to: its numbers and people, its event, and whether it has the webhook. */
export type RunOptions = {
  /** Inputs of all steps of the job. */
  readonly inputs?: Raw;
  readonly run?: RunContext;
  readonly event?: { readonly name: string; readonly payload?: Readonly<Record<string, unknown>> };
  readonly discord?: null;
  /** The input `channels`, and the hosts that stand in for those of its URLs. */
  readonly channels?: { readonly text: string; readonly origins: TestOrigins };
  /** What the runner's clock shows, where it isn't the books' time. */
  readonly clock?: string;
};

type KeptGate = { readonly raw: Raw; readonly gate: Gate };

/** What a step came to, and what people see of it. Notes of the delivery are among its notes. */
export type Result = Pick<Outcome, "outputs" | "view" | "notes" | "failure"> & {
  /** Of a guard: what its post part knows of it, and its inputs. */
  readonly kept?: KeptGate;
  /** The job summary's Markdown, and what a terminal of 80 columns without colors shows. */
  readonly summary: string;
  readonly screen: string;
  /** What a terminal's --json prints; empty for a guard, which no terminal has. */
  readonly json: string;
};

/** Steps of one job: what one leaves for the next is there, as on a runner. */
export type Job = {
  readonly temp: string;
  readonly workspace: string;
  readonly home: string;
  readonly run: (command: string, inputs?: Raw, options?: RunOptions) => Promise<Result>;
  /** The post part of a guard, of the one that ran last unless another is given; null where it has nothing to say. */
  readonly post: (inputs?: Raw, options?: RunOptions & { readonly of?: Result }) => Promise<Result | null>;
  /** Writes a file into the runner's temporary folder, now. */
  readonly leave: (name: string, text: string) => void;
};

/** A guard whose main part was cut short before it had its answer. */
export function cutShort(guard: Result): Result {
  if (guard.kept === undefined) throw new Error("This was no guard");
  return { ...guard, kept: { ...guard.kept, gate: { ...guard.kept.gate, answer: "unknown" } } };
}

/** A job in which nothing has run yet. */
export function createJob(scene: Scene, common: RunOptions): Job {
  const shared: Shared = { startedMs: scene.nowMs, variables: {} };
  const [temp, workspace, home] = [emptyFolder("temp"), emptyFolder("workspace"), emptyFolder("home")];
  const folders = { RUNNER_TEMP: temp, GITHUB_WORKSPACE: workspace, HOME: home };
  const stepOf = (raw: Raw, options: RunOptions): Step => {
    const merged = { ...common, ...options, run: { ...common.run, ...options.run } };
    return { scene, shared, options: merged, env: { ...environment(merged), ...folders, ...shared.variables }, raw };
  };
  let last: Result | undefined;
  return {
    ...{ temp, workspace, home },
    async run(command, inputs = {}, options = {}) {
      const raw = { command, ...common.inputs, ...inputs };
      const { gate, ...answered } = await answerOf(stepOf(raw, options));
      const result = await shown(answered, command);
      if (gate === undefined) return result;
      last = { ...result, kept: { raw, gate } };
      return last;
    },
    async post(inputs = {}, { of = last, ...options } = {}) {
      if (of?.kept === undefined) throw new Error("No guard ran before this post part");
      return postOf(stepOf({ ...of.kept.raw, ...inputs }, options), of.kept.gate);
    },
    leave(name, text) {
      writeFileSync(join(temp, name), text);
      utimesSync(join(temp, name), scene.nowMs / 1000, scene.nowMs / 1000);
    },
  };
}

/** What the steps of a job share: when it began, and the variables that one sets for the next. */
type Shared = { readonly startedMs: number; readonly variables: Record<string, string> };

type Step = {
  readonly scene: Scene;
  readonly shared: Shared;
  readonly options: RunOptions;
  readonly env: Readonly<Record<string, string>>;
  readonly raw: Raw;
};

type Answered = { readonly outcome: Outcome; readonly ports?: Ports };

function environment({ event, run }: RunOptions): Record<string, string> {
  return runnerEnvironment({
    github: GITHUB,
    repository: REPOSITORY,
    ...(run !== undefined && { run }),
    ...(event !== undefined && { event }),
  });
}

/** The inputs as the runner hands them over, with the defaults of action.yml that are expressions. */
function rawOf({ raw, options: { run = {} } }: Step): Record<string, string> {
  const defaults = {
    result: run.status ?? "success",
    "agent-outcome": "unknown",
    "job-index": String(run.index ?? 0),
    "job-total": String(run.total ?? 1),
    "check-run": String(run.checkRunId ?? 1001),
  };
  const given = Object.entries({ ...defaults, ...raw });
  return rawInputs(Object.fromEntries(given.map(([name, text]) => [`INPUT_${name.toUpperCase()}`, text])));
}

/** What a step's main part comes to, in the order of src/edges/action/answer.ts. */
async function answerOf(step: Step): Promise<Answered & { readonly gate?: Gate }> {
  const { scene } = step;
  try {
    const inputs = parseInputs(step.raw["command"] ?? "", rawOf(step), "action");
    const ports = portsOf(step, inputs);
    if (inputs.command === "doctor") return { outcome: await examined(step, ports, inputs) };
    if (inputs.command === "guard") return await gateOf(step, ports, inputs);
    const outcome = await runCommand(ports, inputs);
    leaveForLater(step, ports, outcome);
    return { outcome, ports };
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    return { outcome: failedOutcome(error, { place: REPOSITORY, now: () => scene.nowMs }) };
  }
}

/** Doctor's answer about the books and the channels; there is no GitHub to examine. */
function examined({ scene }: Step, ports: Ports, inputs: InputsOf<"doctor">): Promise<Outcome> {
  return doctor({
    ...{ inputs, token: undefined, access: "Token", place: REPOSITORY, log: () => {} },
    ports: () => ({ ...ports, webhook: null, channels: [] }),
    webhook: () => ports.webhook,
    env: {},
    webhookSource: "the input discord-webhook",
    channels: async () => ({ channels: ports.channels, error: undefined }),
    channelsSource: "the input channels",
    now: () => scene.nowMs,
  });
}

async function gateOf(
  step: Step,
  ports: Ports,
  inputs: InputsOf<"guard">,
): Promise<Answered & { readonly gate: Gate }> {
  const hold = ports.newId();
  const memory = {
    ...{ hold, repository: REPOSITORY, branch: "token-budget", path: ports.store.place.path },
    profile: inputs.profile ?? ports.caller.profile,
    tags: inputs.tags ?? {},
    sinceMs: step.shared.startedMs,
  };
  const { outcome, answer } = await guard(ports, inputs, hold);
  const files = await noteUsageFiles(inputs.usageFile ?? [], step.env);
  if (answer === "allowed") leaveHold(step, ports, { [HOLD_VARIABLE]: hold });
  return { outcome, ports, gate: { memory, answer, before: { atMs: step.scene.nowMs, files } } };
}

async function postOf(step: Step, gate: Gate): Promise<Result | null> {
  const inputs = readInputs("guard", rawOf(step)).inputs;
  const ports = portsOf(step, inputs);
  const outcome = await guardPost(ports, inputs, gate);
  if (outcome === null) return null;
  if (outcome.booked !== undefined) leaveBooked(step, ports, outcome.booked);
  return shown({ outcome, ports });
}

/** Sets the variables by which later steps of the job know what this one held, settled and booked. */
function leaveForLater(step: Step, ports: Ports, { gate, closedHold, booked }: Outcome): void {
  if (gate?.kind === "held") leaveHold(step, ports, { [HOLD_VARIABLE]: gate.hold });
  if (gate?.kind === "unheld") leaveHold(step, ports, { [TRIED_VARIABLE]: gate.hold });
  if (step.raw["command"] === "record" && closedHold) leaveHold(step, ports, { [SETTLED_VARIABLE]: closedHold });
  if (booked !== undefined) leaveBooked(step, ports, booked);
}

function leaveBooked({ shared }: Step, { store }: Ports, booked: BookedBefore): void {
  shared.variables[BOOKED_VARIABLE] = bookedText(booked, booksName(store.place));
}

function leaveHold({ shared }: Step, { store }: Ports, holds: Readonly<Record<string, string>>): void {
  for (const [name, hold] of Object.entries(holds)) shared.variables[name] = jobHoldText(hold, booksName(store.place));
}

/** The ports as the Action's, with books in memory and a time that the test moves. */
function portsOf(
  { scene, shared, options, env, raw }: Step,
  inputs: Pick<Given, "jobIndex" | "checkRun" | "comment">,
): Ports {
  const { store, waiting, discord, roles, approvers } = scene;
  const { place } = store;
  const { channels } = options;
  const address = options.discord === null ? undefined : (raw["discord-webhook"] ?? discord.webhookUrl());
  const context = contextIn(env, eventOf({ github: GITHUB, repository: REPOSITORY, ...ofEvent(options) }));
  const readAll = boundedReader(PATIENCE_MS / 2000);
  const redact = redactor([discord.webhookUrl(), ...channelSecrets(channels?.text ?? "")]);
  return {
    ...{ waiting, redact, edge: "action" },
    store: patientStore(store, waiting),
    caller: { ...workflowCaller(env, context, { inputs, place }), startedMs: shared.startedMs },
    newId: () => scene.newId(),
    now: () => (options.clock === undefined ? scene.nowMs : Date.parse(options.clock)),
    fetch: fetchesFor({}).others,
    webhook: address === undefined ? null : parseWebhook(address, { testOrigin: discord.origin }),
    channels: channels === undefined ? [] : parseChannels(channels.text, channels.origins).channels,
    log: () => {},
    progress: () => {},
    writeFile: fileWriter(env["GITHUB_WORKSPACE"] ?? "", redact),
    writeFolder: folderWriter(env["GITHUB_WORKSPACE"] ?? "", redact),
    print: null,
    findUsage: usageFinder(env),
    readUsage: usageReader(readAll),
    metered: null,
    findSessions: sessionFinder(env, readAll),
    png: pngOf,
    roleOf: patiently({ place, waiting }, async (user: string) => roles.get(user) ?? "none"),
    factsOf: null,
    approversOf: patiently({ place, waiting }, async ({ environment }) => approvers.get(environment) ?? []),
    comments: isCommentWanted(inputs) ? async () => scene.comments.port({ place, waiting }) : null,
  };
}

function ofEvent({ event }: RunOptions): Pick<RunOptions, "event"> {
  return event === undefined ? {} : { event };
}

/** Outputs first, then what people read, then the channel. */
async function shown({ outcome, ports }: Answered, command = "guard"): Promise<Result> {
  const { outputs, view, notes, failure } = outcome;
  const summary = await renderSummary(view);
  const screen = renderScreen(view, TERMINAL);
  const json = jsonAnswer(outcome, command);
  const sent: Note[] = [];
  const io = { group: <T>(_: string, work: () => Promise<T>) => work() };
  if (ports !== undefined) await sendOut(outcome, { ports, io, say: (found) => sent.push(...found) });
  return { outputs, view, failure, summary, screen, json, notes: [...notes, ...sent] };
}

function jsonAnswer(outcome: Outcome, command: string): string {
  const known = COMMANDS_OF.terminal.find((name) => name === command);
  if (known === undefined) return "";
  const text = jsonOf(known, outcome);
  expectJsonAnswer(text);
  return text;
}
