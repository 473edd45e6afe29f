import type { Note } from "../books/draft.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import { DEFAULT_TERMS } from "../inputs/settings-of.ts";
import { UsageError } from "../usage/usage-error.ts";
import { BudgetError } from "../values/errors.ts";
import { check } from "./check.ts";
import type { MeterRead } from "./meter/meter-read.ts";
import { releaseUnmetered, withoutMeterNote } from "./meter/not-started.ts";
import { unmeteredNotes } from "./meter/unmetered.ts";
import type { Ports } from "./operation/ports.ts";
import { type AllowedBy, type GateOutcome, type Outcome, withNotes } from "./outcome/outcome.ts";
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
  /** Removes its files, once they are booked. */
  readonly close: () => Promise<void>;
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
  /** The exit code of a run that a signal ended before COMMAND began; undefined if none did. */
  readonly interrupted?: () => number | undefined;
  readonly show: (outcome: Outcome) => Promise<void>;
};

type Allowed = Extract<GateOutcome, { readonly hold: string }>;

/** A run that was let in. */
type LetIn = {
  readonly ports: Ports;
  readonly inputs: InputsOf<"run">;
  readonly from: RunFrom;
  readonly gate: Allowed;
};

/**
 * check, run COMMAND, read the usage from what it printed or wrote, record. `show` prints each outcome as it comes; the
 * exit code is COMMAND's, or 75 if the budget said no.
 */
export async function run(ports: Ports, inputs: InputsOf<"run">, from: RunFrom): Promise<number> {
  const checked = await check(ports, inputs, {
    ...{ holdId: ports.newId(), isGate: false, settles: true, onDeny: "continue" },
  });
  const { gate } = checked;
  if (gate?.kind !== "held" && gate?.kind !== "unheld") {
    await from.show(checked);
    return DENIED_EXIT;
  }
  const of = { ports, inputs, from, gate };
  const metering = await startMeter(of);
  if (metering instanceof BudgetError) return unmetered(of, metering);
  const { meter, notes } = metering;
  try {
    await from.show(withNotes(checked, notes));
    return await carriedOut(of, meter);
  } finally {
    await meter?.close();
  }
}

async function carriedOut(of: LetIn, meter: RunMeter | undefined): Promise<number> {
  const { ports, inputs, from, gate } = of;
  const interrupted = from.interrupted?.();
  if (interrupted !== undefined) {
    await meter?.end();
    await from.show(await unstarted(of, "The run was interrupted before its command began."));
    return interrupted;
  }
  const startedMs = ports.now();
  const ended = await from.start(meter?.command ?? from.command, meter?.variables ?? {});
  const { read, ...reading } = (await meter?.end()) ?? {};
  if (ended === undefined) {
    const text = `${from.command[0] ?? ""} could not be started: there is no such command, or it isn't executable.`;
    await from.show(await unstarted(of, text, "the command could not be started"));
    return NOT_FOUND_EXIT;
  }
  if (read?.hasInner === true && read.lines.length === 0) {
    await from.show(await unstarted(of, INNER, "an inner meter has its requests"));
    return ended.exitCode;
  }
  const metered = read === undefined ? null : async () => read;
  const own = { ...ports, ...reading };
  const found = read?.hasInner === true ? NOTHING_ELSE : withOutput(own, ended);
  await from.show(await book({ ...own, ...found, metered }, inputs, { holdId: gate.hold, startedMs, ended }));
  return ended.exitCode;
}

const INNER =
  "All requests of this run went by another meter, which its command has started: they are booked by the run in there, and nothing here.";

/** What files show may be what an inner run has booked. */
const NOTHING_ELSE: Pick<Ports, "findUsage" | "findSessions"> = {
  findUsage: async () => ({ files: [], notes: [] }),
  findSessions: async () => [],
};

/** Releases the hold of a run that has nothing to book, and says why. */
async function unstarted({ ports, inputs, gate }: LetIn, text: string, reason = "the run was interrupted") {
  const { onError = DEFAULT_TERMS.onError } = inputs;
  const released = await releaseHold(ports, inputs, { hold: gate.hold, reason, onError });
  return withNotes(released, [{ level: "warning", text }]);
}

type Metering = { readonly meter: RunMeter | undefined; readonly notes: readonly Note[] };

/**
 * The meter of a run that wants one. If it can't be started, `on-error: allow` goes on without it; otherwise the answer
 * is the BudgetError.
 */
async function startMeter(of: LetIn): Promise<Metering | BudgetError> {
  const { from, gate, inputs, ports } = of;
  try {
    const meter = await from.meter?.(gate.hold, gate.run);
    return { meter, notes: meter?.notes ?? unmeteredNotes(inputs, gate.run?.rules.policy, "terminal") };
  } catch (error) {
    if (!(error instanceof BudgetError)) {
      await releaseUnmetered(ports, inputs, gate);
      throw error;
    }
    const onError = gate.run?.rules.terms.onError ?? inputs.onError ?? DEFAULT_TERMS.onError;
    if (error.code !== "meter-unavailable" || onError !== "allow") return error;
    return { meter: undefined, notes: [withoutMeterNote(error)] };
  }
}

/** The run can't be metered as it was asked: nothing is started. */
async function unmetered({ ports, inputs, from, gate }: LetIn, error: BudgetError): Promise<number> {
  const { note, delivery } = await releaseUnmetered(ports, inputs, gate);
  await from.show({ ...failedOutcome(error, whereOf(ports)), notes: [note], delivery });
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
