import type { Note } from "../books/draft.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import { DEFAULT_TERMS } from "../inputs/settings-of.ts";
import { UsageError } from "../usage/usage-error.ts";
import { BudgetError } from "../values/errors.ts";
import { check } from "./check.ts";
import type { MeterRead } from "./meter/meter-read.ts";
import { attempt } from "./operation/attempt.ts";
import type { Ports } from "./operation/ports.ts";
import { type AllowedBy, type Outcome, withNotes } from "./outcome/outcome.ts";
import { whereOf } from "./outcome/problem.ts";
import { failedOutcome } from "./outcome/unforeseen.ts";
import { bookUsage } from "./record.ts";
import { releaseHold } from "./release.ts";

/** The exit code of a denied run: EX_TEMPFAIL of sysexits.h, try again later. */
export const DENIED_EXIT = 75;

const NOT_FOUND_EXIT = 127;
const BAD_INPUT_EXIT = 2;

/** How a command ended. */
export type Ended = {
  /** Its exit code; 128 + the signal's number if a signal ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly isCancelled: boolean;
};

/** A meter that watches COMMAND while it runs. */
export type RunMeter = {
  /** COMMAND, with what points it at the meter. */
  readonly command: readonly string[];
  /** Variables that point it there. */
  readonly variables: Readonly<Record<string, string>>;
  readonly notes: readonly Note[];
  /** Ends the meter; what it recorded, and how usage is read beside that. */
  readonly end: () => Promise<{ readonly read: MeterRead } & Pick<Ports, "readUsage" | "findSessions">>;
};

/** How COMMAND is run and shown. */
export type RunFrom = {
  readonly command: readonly string[];
  /** Undefined if the command could not be started. */
  readonly start: (
    command: readonly string[],
    variables: Readonly<Record<string, string>>,
  ) => Promise<Ended | undefined>;
  /** Starts a meter if one is wanted. Throws a BudgetError if that can't be done as it was asked. */
  readonly meter?: (hold: string, run: AllowedBy | undefined) => Promise<RunMeter | undefined>;
  readonly show: (outcome: Outcome) => Promise<void>;
};

/**
 * check, run COMMAND, read the usage from what it printed or wrote, record. `show` prints each outcome as it comes; the
 * exit code is COMMAND's, or 75 if the budget said no.
 */
export async function run(ports: Ports, inputs: InputsOf<"run">, from: RunFrom): Promise<number> {
  const holdId = ports.newId();
  const checked = await check(ports, inputs, { holdId, isGate: false, settles: true, onDeny: "continue" });
  await from.show(checked);
  if (checked.gate?.kind !== "held" && checked.gate?.kind !== "unheld") return DENIED_EXIT;
  const { gate } = checked;
  const meter = await attempt(async () => from.meter?.(holdId, gate.run));
  if (meter instanceof BudgetError) return unmetered(ports, inputs, { from, holdId, error: meter });
  const startedMs = ports.now();
  const ended = await from.start(meter?.command ?? from.command, meter?.variables ?? {});
  const { read, ...reading } = (await meter?.end()) ?? {};
  if (ended === undefined) {
    const { onError = DEFAULT_TERMS.onError } = inputs;
    const order = { hold: holdId, reason: "the command could not be started", onError };
    const released = await releaseHold(ports, inputs, order);
    const text = `${from.command[0] ?? ""} could not be started: there is no such command, or it isn't executable.`;
    await from.show({ ...released, notes: [{ level: "warning", text }, ...released.notes] });
    return NOT_FOUND_EXIT;
  }
  const metered = read === undefined ? null : async () => read;
  const own = { ...ports, ...reading };
  const of = { ...own, ...withOutput(own, ended), metered };
  const booked = await book(of, inputs, { holdId, startedMs, ended });
  await from.show(withNotes(booked, meter?.notes ?? []));
  return ended.exitCode;
}

/** The run can't be metered as it was asked: nothing is started. */
async function unmetered(
  ports: Ports,
  inputs: InputsOf<"run">,
  { from, holdId, error }: { readonly from: RunFrom; readonly holdId: string; readonly error: BudgetError },
): Promise<number> {
  const order = { hold: holdId, reason: "the run could not be metered", onError: "allow" as const };
  await attempt(() => releaseHold(ports, inputs, order));
  await from.show(failedOutcome(error, whereOf(ports)));
  return error.code === "bad-input" ? BAD_INPUT_EXIT : DENIED_EXIT;
}

function book(
  ports: Ports,
  inputs: InputsOf<"run">,
  { holdId, startedMs, ended }: { readonly holdId: string; readonly startedMs: number; readonly ended: Ended },
): Promise<Outcome> {
  const result = ended.isCancelled ? "cancelled" : ended.exitCode === 0 ? "success" : "failure";
  return bookUsage(ports, inputs, {
    ...{ id: ports.newId(), isChosenId: false, origin: "record", hold: holdId, mustExist: true, sinceMs: startedMs },
    profile: inputs.profile ?? ports.caller.profile,
    tags: inputs.tags ?? {},
    result,
  });
}

/** Usage files as usual, or the command's output if it reports usage. */
function withOutput(ports: Ports, ended: Ended): Pick<Ports, "findUsage" | "readUsage"> {
  const text = { printed: ended.stdout };
  let read: ReturnType<Ports["readUsage"]> | undefined;
  // Read once: the time for all reading is limited.
  const readUsage: Ports["readUsage"] = (texts) => {
    if (texts.length !== 1 || texts[0] !== text) return ports.readUsage(texts);
    read ??= ports.readUsage(texts);
    return read;
  };
  return {
    readUsage,
    async findUsage(patterns, since) {
      const found = await ports.findUsage(patterns, since);
      if (patterns.length > 0 || !reportsUsage(await readUsage([text]))) return found;
      // Its output belongs to this run; a file that is there may not.
      return { files: [{ path: "the command's output", text }], notes: [] };
    },
  };
}

/** Whether it reports usage, or might: output that makes no sense or is too large still belongs to the run. */
function reportsUsage([report]: Awaited<ReturnType<Ports["readUsage"]>>): boolean {
  return !(report instanceof UsageError) || report.code === "bad-usage" || report.code === "too-much";
}
