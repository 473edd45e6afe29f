import type { Ports } from "../../commands/operation/ports.ts";
import type { AllowedBy, Outcome } from "../../commands/outcome/outcome.ts";
import type { RunFrom } from "../../commands/run.ts";
import type { InputsOf } from "../../inputs/commands/table.ts";
import { runChild } from "../machine/child.ts";
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

/** How COMMAND is started, metered and shown at a terminal. */
export function runFrom({ ports, inputs, asked, console, show }: AtTerminal): RunFrom {
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
    start: async (words, variables) => {
      let watching: Promise<() => void> | undefined;
      const onStart = (kill: (signal: NodeJS.Signals) => void) => {
        if (unmetered !== undefined) watching = watch(unmetered, kill);
      };
      const ended = await runChild(words, out, { variables, onStart });
      (await watching)?.();
      return ended;
    },
    meter: async (hold, run) => {
      if (inputs.meter === true || run?.rules.policy.meter === true) {
        const { meterRun } = await import("./metering.ts");
        return meterRun({ env, folder, ports, inputs, command, hold, run, screen: quiet || json ? null : err });
      }
      if (run !== undefined) unmetered = { hold, run };
      return undefined;
    },
  };
}
