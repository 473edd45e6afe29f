import type { InputsOf } from "../inputs/commands/table.ts";
import { DEFAULT_TERMS } from "../inputs/settings-of.ts";
import { UsageError } from "../usage/usage-error.ts";
import { check } from "./check.ts";
import type { Ports } from "./operation/ports.ts";
import type { Outcome } from "./outcome/outcome.ts";
import { bookUsage } from "./record.ts";
import { releaseHold } from "./release.ts";

/** The exit code of a denied run: EX_TEMPFAIL of sysexits.h, try again later. */
export const DENIED_EXIT = 75;

const NOT_FOUND_EXIT = 127;

/** How a command ended. */
export type Ended = {
  /** Its exit code; 128 + the signal's number if a signal ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly isCancelled: boolean;
};

/**
 * check, run COMMAND, read the usage from what it printed or wrote, record. `show` prints each outcome as it comes; the
 * exit code is COMMAND's, or 75 if the budget said no.
 */
export async function run(
  ports: Ports,
  inputs: InputsOf<"run">,
  from: {
    readonly command: readonly string[];
    /** Undefined if the command could not be started. */
    readonly start: (command: readonly string[]) => Promise<Ended | undefined>;
    readonly show: (outcome: Outcome) => Promise<void>;
  },
): Promise<number> {
  const holdId = ports.newId();
  const checked = await check(ports, inputs, { holdId, isGate: false, settles: true, onDeny: "continue" });
  await from.show(checked);
  if (checked.gate?.kind !== "held" && checked.gate?.kind !== "unheld") return DENIED_EXIT;
  const startedMs = ports.now();
  const ended = await from.start(from.command);
  if (ended === undefined) {
    const { onError = DEFAULT_TERMS.onError } = inputs;
    const order = { hold: holdId, reason: "the command could not be started", onError };
    const released = await releaseHold(ports, inputs, order);
    const text = `${from.command[0] ?? ""} could not be started: there is no such command, or it isn't executable.`;
    await from.show({ ...released, notes: [{ level: "warning", text }, ...released.notes] });
    return NOT_FOUND_EXIT;
  }
  await from.show(await book({ ...ports, ...withOutput(ports, ended) }, inputs, { holdId, startedMs, ended }));
  return ended.exitCode;
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
