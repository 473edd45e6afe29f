import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Some programs pass on a signal that this one got from the terminal already: they count as one. */
const SAME_MS = 1_000;

/** Where a run is: before its command, while that has the signals for itself, or after it, when it is booked. */
type Part = "before" | "command" | "after";

const TEXTS = {
  before: "token-budget: interrupted. The command is not started, and what was set aside for it is released.",
  after:
    "token-budget: this run is being booked. Interrupt again to leave it unbooked: what was set aside for it is then charged.",
} as const;

/** Signals that arrive while a run is let in or booked. */
export type Interrupts = {
  readonly enter: (part: Part) => void;
  /** The exit code of the signal that came before the command began; undefined if none did. */
  readonly exitCode: () => number | undefined;
  readonly end: () => void;
};

type Surroundings = {
  readonly self: Pick<NodeJS.Process, "on" | "off" | "exit">;
  readonly print: (text: string) => void;
  readonly now: () => number;
};

/**
 * Keeps signals from ending this process between a run's hold and its booking, which would charge the estimate in place
 * of what the run cost. A second one ends it all the same.
 */
export function catchInterrupts({ self, print, now }: Surroundings): Interrupts {
  let part: Part = "before";
  let firstMs: number | undefined;
  let exitCode: number | undefined;
  const onSignal = (signal: (typeof SIGNALS)[number]) => {
    if (part === "command") return;
    const code = 128 + constants.signals[signal];
    if (firstMs === undefined) {
      firstMs = now();
      if (part === "before") exitCode = code;
      print(TEXTS[part]);
    } else if (now() - firstMs >= SAME_MS) self.exit(code);
  };
  for (const signal of SIGNALS) self.on(signal, onSignal);
  return {
    enter(next) {
      part = next;
      firstMs = undefined;
    },
    exitCode: () => exitCode,
    end() {
      for (const signal of SIGNALS) self.off(signal, onSignal);
    },
  };
}
