import type { NanoUsd } from "../values/money.ts";
import type { Priority } from "./part-rule.ts";

/** Asks for more money for a run that is running: the hold is raised by what is wanted, or by what is needed. */
export type ExtendRequest = {
  readonly kind: "extend";
  readonly id: string;
  readonly hold: string;
  readonly wanted: NanoUsd;
  readonly needed: NanoUsd;
  readonly priority?: Priority | undefined;
};

/** Announces that a run costs much more than its estimate, while it runs. */
export type OverrunRequest = {
  readonly kind: "overrun";
  readonly id: string;
  readonly hold: string;
  /** One sentence and what to do. */
  readonly text: string;
};
