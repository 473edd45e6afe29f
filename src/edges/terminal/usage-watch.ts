import { alertOverrun } from "../../commands/meter/alert-overrun.ts";
import { watchedCost } from "../../commands/meter/watched-cost.ts";
import type { Ports } from "../../commands/operation/ports.ts";
import type { AllowedBy } from "../../commands/outcome/outcome.ts";
import type { InputsOf } from "../../inputs/commands/table.ts";
import { meterTermsOf } from "../../inputs/meter-terms.ts";
import { bounded, type NanoUsd, percentOf, showUsd } from "../../values/money.ts";
import { boundedReader } from "../machine/bounded-reader.ts";
import { sessionFinder } from "../machine/session-logs.ts";
import { usageReader } from "../machine/usage-files.ts";

/** Tools write at the end of each answer: looking more often shows nothing more. */
const LOOK_MS = 5_000;
/** A look that takes longer is given up. */
const LOOK_SECONDS = 30;
/** An agent that doesn't end by itself is ended after so long. */
const GRACE_MS = 10_000;

/** A run that no meter watches, and what ends it. */
export type Watched = {
  readonly ports: Ports;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly inputs: InputsOf<"run">;
  readonly hold: string;
  readonly run: AllowedBy;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly print: (text: string) => void;
};

/**
 * Watches what a command's tools write while it runs, for agents that can't be pointed at a meter: a run that costs
 * much more than expected is announced once, and at `max-cost` the command is interrupted, and ended ten seconds later.
 * Returns what ends the watch.
 */
export function watchUsage(watched: Watched): () => void {
  const { ports, env, inputs, run } = watched;
  const { maxCost, alertPercent } = meterTermsOf(inputs, run.rules.policy);
  const sinceMs = ports.now();
  let isOver = false;
  let isAnnounced = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const readAll = boundedReader(LOOK_SECONDS);
    const of = { ...ports, readUsage: usageReader(readAll), findSessions: sessionFinder(env, readAll) };
    const asked = { usageFile: inputs.usageFile, sinceMs };
    // What can't be read now is read at the next look, and booked at the end.
    const spent = await watchedCost(of, asked, run.rules.prices).catch(() => bounded(0));
    if (isOver) return;
    const isCapReached = maxCost !== null && spent >= maxCost;
    if (isCapReached) timer = stop(watched, spent, maxCost);
    if (!isAnnounced && isOverrun(spent, run.amount, alertPercent)) {
      isAnnounced = true;
      await announce(watched, spent, maxCost).catch(() => {});
    }
    if (!isOver && !isCapReached) timer = setTimeout(look, LOOK_MS);
  };
  timer = setTimeout(look, LOOK_MS);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

function isOverrun(spent: NanoUsd, estimate: NanoUsd | null, percent: number): boolean {
  return estimate !== null && estimate > 0 && percentOf(spent, estimate) >= percent;
}

function announce({ ports, inputs, hold, run }: Watched, spent: NanoUsd, cap: NanoUsd | null): Promise<void> {
  const estimate = run.amount ?? bounded(0);
  const percent = Math.floor(percentOf(spent, estimate));
  const profile = inputs.profile ?? ports.caller.profile;
  return alertOverrun(ports, inputs, { hold, profile, spent, estimate, percent, cap });
}

/** Interrupts the command, as a person would; returns the timer that ends it. */
function stop({ kill, print }: Watched, spent: NanoUsd, maxCost: NanoUsd): NodeJS.Timeout {
  print(
    `token-budget ends this run: its files show ${showUsd(spent)}, and it may cost ${showUsd(maxCost)}. Raise max-cost to let it continue.`,
  );
  kill("SIGINT");
  return setTimeout(() => kill("SIGTERM"), GRACE_MS);
}
