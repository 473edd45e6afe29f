import type { Ports } from "../../commands/operation/ports.ts";
import type { AllowedBy, Outcome } from "../../commands/outcome/outcome.ts";
import { type RunFrom, run } from "../../commands/run.ts";
import type { InputsOf } from "../../inputs/commands/table.ts";
import { runChild } from "../machine/child.ts";
import { catchInterrupts, type Interrupts } from "./interrupts.ts";
import type { Asked } from "./program.ts";

/** A run at a terminal. */
type AtTerminal = {
  readonly ports: Ports;
  readonly inputs: InputsOf<"run">;
  readonly asked: Asked;
  readonly console: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly folder: string;
    readonly out: NodeJS.WriteStream;
    readonly err: NodeJS.WriteStream;
  };
  readonly show: (outcome: Outcome) => Promise<void>;
};

/** A run without a meter that was let in. */
type Unmetered = { readonly hold: string; readonly run: AllowedBy };

/** `run` at a terminal, whose signals reach its command, and end neither its check nor its booking; the exit code. */
export async function runAt(at: AtTerminal): Promise<number> {
  const { asked, console } = at;
  const print = (text: string) => void (asked.quiet || console.err.write(`${text}\n`));
  const interrupts = catchInterrupts({ self: process, print, now: Date.now });
  try {
    return await run(at.ports, at.inputs, runFrom(at, interrupts));
  } finally {
    interrupts.end();
  }
}

/** How COMMAND is started, metered and shown at a terminal. */
function runFrom({ ports, inputs, asked, console, show }: AtTerminal, interrupts: Interrupts): RunFrom {
  const { child: command, quiet, json } = asked;
  const { env, folder, err, out } = console;
  let unmetered: Unmetered | undefined;
  const watch = async (of: Unmetered, kill: (signal: NodeJS.Signals) => void) => {
    const { watchUsage } = await import("./usage-watch.ts");
    return watchUsage({ ports, env, inputs, ...of, kill, print: (text) => err.write(`${text}\n`) });
  };
  return {
    command,
    show,
    interrupted: interrupts.exitCode,
    start: async (words, variables) => {
      let watching: Promise<() => void> | undefined;
      const onStart = (kill: (signal: NodeJS.Signals) => void) => {
        if (unmetered !== undefined) watching = watch(unmetered, kill);
      };
      interrupts.enter("command");
      const ended = await runChild(words, out, { variables, onStart });
      interrupts.enter("after");
      (await watching)?.();
      return ended;
    },
    meter: async (hold, run) => {
      // What goes on without its meter is watched, too.
      if (run !== undefined) unmetered = { hold, run };
      if (inputs.meter !== true && run?.rules.policy.meter !== true) return undefined;
      const { meterRun } = await import("./metering.ts");
      const mask = (secret: string) => void err.write(`::add-mask::${secret}\n`);
      const screen = quiet || json ? null : err;
      const meter = await meterRun({ env, folder, ports, inputs, command, hold, run, screen, mask });
      unmetered = undefined;
      return meter;
    },
  };
}
