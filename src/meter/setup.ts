import type { PriceOverrides } from "../pricing/unit-prices.ts";
import type { NanoUsd } from "../values/money.ts";
import type { Word } from "./reading/route.ts";

/**
 * What a meter is started with. It is JSON and reaches the process by a pipe, never by its environment, arguments or a
 * file: `secret`, `control` and `books` grant access.
 */
export type MeterSetup = {
  /** The hold the run was let in with; part of the names of the meter's files. */
  readonly hold: string;
  /** Where its files are; only this user may read it. */
  readonly folder: string;
  /** The first part of every path an agent asks for. */
  readonly secret: string;
  /** The first part of the paths that control the meter; the ids of answers are hashed with it. */
  readonly control: string;
  /** What the run was expected to cost, in nano-dollars. */
  readonly estimate: number | null;
  /** What the run may cost now, in nano-dollars; without it, and with `overrun: warn`, only `maxCost` stops it. */
  readonly cap: number | null;
  /** What the run may cost at most, in nano-dollars, whatever the books would grant. */
  readonly maxCost: number | null;
  readonly overrun: "extend" | "warn" | "stop";
  /** The percentage of the estimate at which there is an alert. */
  readonly alertPercent: number;
  /** The models that may be asked for, and which one a refusal names; null for all. */
  readonly models: null | { readonly allowed: readonly string[]; readonly useInstead: string };
  /** Base addresses in place of the providers' own. */
  readonly forward: { readonly [word in Word]?: string };
  /** Hosts beyond the providers' own that the policy allows: "gateway.example.com", "localhost:4000". */
  readonly hosts: readonly string[];
  /** Whether batches may be sent under a cap. */
  readonly batches: boolean;
  /**
   * Whether a Chat Completions stream is asked for its usage where the client didn't: only at hosts that are known to
   * understand that, at any host, or at none.
   */
  readonly usage: "known" | "exact" | "passive";
  /** The policy's prices. */
  readonly prices: PriceOverrides;
  /** The instant at which it ends by itself, in milliseconds. */
  readonly endsAtMs: number;
  /** The process that it must not outlive, where no runner sees to that. */
  readonly owner?: number;
  /** What the hooks need to reach the books and the channels; the meter doesn't look at it. */
  readonly books: unknown;
};

/** What the alert is about, in nano-dollars. */
export type AlertFacts = {
  readonly hold: string;
  readonly spent: NanoUsd;
  readonly estimate: NanoUsd;
  readonly percent: number;
  readonly cap: NanoUsd | null;
};

/** What the meter asks of the outside; neither answer may contain a secret. */
export type MeterHooks = {
  /** Sets aside this much more for the run, or says in a sentence why not. */
  extend(needed: NanoUsd): Promise<{ readonly granted: NanoUsd } | { readonly refused: string }>;
  /** Reports once that the run costs more than expected. */
  alert(facts: AlertFacts): Promise<void>;
};

const HOLD = /^[\w.-]{1,128}$/;

/** The path of one of the meter's files. Throws a RangeError for a hold that can't be part of a file's name. */
export function meterFile({ folder, hold }: Pick<MeterSetup, "folder" | "hold">, kind: "jsonl" | "json"): string {
  if (!HOLD.test(hold)) throw new RangeError("The hold of a meter has letters, digits, dots, hyphens and underscores");
  return `${folder.replace(/[\\/]+$/, "")}/meter-${hold}.${kind}`;
}
