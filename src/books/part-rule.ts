import type { NanoUsd } from "../values/money.ts";
import type { PartPeriod } from "../values/period.ts";
import type { Quantity } from "../values/quantity.ts";
import type { TagPatterns } from "../values/tags.ts";
import type { Severity } from "./notify-keys.ts";

export const ON_EXCEED = ["deny", "approve", "warn"] as const;

/** Which tokens a limit counts: input and output minus cache reads, or all of them. */
export const COUNTS = ["net", "all"] as const;
export type TokenCount = (typeof COUNTS)[number];

/** How much percentages matter for which the policy says it. */
export type AlertSeverities = Readonly<Record<number, Severity>>;

/** A sub-budget as the policy defines it; its tags say what it is. */
export type PartRule = {
  readonly name: string;
  readonly match: TagPatterns;
  /** One sub-budget for each combination of these tags' values; empty for a single one. */
  readonly forEach: readonly string[];
  /** How many values of them get their own sub-budget; as many as in books in files if left out. */
  readonly mostValues?: number | undefined;
  readonly limit: Quantity;
  readonly period: PartPeriod;
  /** Percentages of the limit, ascending. */
  readonly alerts: readonly number[];
  readonly severities?: AlertSeverities;
  /** Percent of the limit that may be used beyond it, with a warning. */
  readonly overage: number;
  readonly onExceed: (typeof ON_EXCEED)[number];
  readonly count: TokenCount;
  /** What an execution, a pull request (`pr`) or an outcome is meant to cost. */
  readonly target: Readonly<Record<string, Quantity>>;
};

/** What no run may use: dollars, or percent of budget + top-ups. */
export type Reserve = { readonly percent: number } | { readonly amount: NanoUsd };

export const PRIORITIES = ["high", "normal", "low"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** The percent of the month's money from which a priority is no longer admitted. */
export type AdmitRule = { readonly [priority in Exclude<Priority, "high">]?: number | undefined };

/** One step of the model ladder: the first whose `until` isn't reached, among those whose tags match. */
export type ModelStep = {
  readonly use: string;
  /** Percent used plus held; without it the step applies until the end. */
  readonly until: number | undefined;
  readonly match: TagPatterns;
};

/** Tokens by the tag `agent`, times a factor by the tag `phase`, times one by the tag `complexity`. */
export type EstimateFormula = {
  readonly base: Readonly<Record<string, number>>;
  readonly phase: Readonly<Record<string, number>>;
  readonly complexity: Readonly<Record<string, number>>;
  /** The model whose prices convert tokens to dollars. */
  readonly priceAs: string;
};
