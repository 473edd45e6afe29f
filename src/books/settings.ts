import type { NanoUsd } from "../values/money.ts";
import type { TimeZone } from "../values/month.ts";
import type { Quantity } from "../values/quantity.ts";
import { ALL_KINDS, type LaterKind, type MessageKind, type Severity } from "./notify-keys.ts";
import type { AdmitRule, AlertSeverities, EstimateFormula, ModelStep, PartRule, Reserve } from "./part-rule.ts";

/** What the policy file and inputs say, as far as decisions need it. */
export type Settings = {
  /** The policy's budget, to be kept in the state from now on; undefined leaves what it has. */
  readonly monthlyBudget: NanoUsd | undefined;
  /** What an input sets if the policy doesn't: kept once it admits a run or books one. */
  readonly askedBudget?: NanoUsd | undefined;
  /** A smaller budget for this one decision. */
  readonly budgetCap: NanoUsd | undefined;
  /** Takes effect at the next rollover; undefined leaves what the state has. */
  readonly timezone: TimeZone | undefined;
  /**
   * Milestones and alerts that `spent` crosses are left for the next writer: the policy, which says what is announced
   * and to whom, can't be read.
   */
  readonly defersCrossings?: boolean | undefined;
  readonly milestoneInterval: NanoUsd;
  /** Percentages of budget + top-ups, ascending. */
  readonly alerts: readonly number[];
  readonly severities?: AlertSeverities | undefined;
  /** After how many milliseconds an alert that nobody has acknowledged is announced again, by its severity. */
  readonly escalateAfter: EscalateAfter;
  /** The channel that gets these messages; the channels that get the other ones if undefined. */
  readonly escalateTo?: string | undefined;
  /** A fixed estimate, or the 90th percentile of the profile's recent costs. */
  readonly estimate: NanoUsd | "auto";
  readonly defaultEstimate: NanoUsd;
  /** Kinds of messages that go to the channel; chatter included. */
  readonly notify: readonly (MessageKind | LaterKind | "approval" | "start" | "complete")[];
  /** The budget's name in messages. */
  readonly name: string;
  /** Sub-budgets; undefined if the policy can't be read and the books' own continue. */
  readonly parts: readonly PartRule[] | undefined;
  readonly reserve: Reserve | undefined;
  readonly approvalEnvironment: string | undefined;
  readonly admit: AdmitRule;
  readonly requiredTags: readonly string[];
  /** The size above which a run is large. */
  readonly largeRun: Quantity | undefined;
  readonly models: readonly ModelStep[];
  readonly formula: EstimateFormula | undefined;
  /** What a million tokens of the formula cost at the prices it names; undefined if they are unknown. */
  readonly formulaPrice: NanoUsd | undefined;
};

export type EscalateAfter = Readonly<Record<Extract<Severity, "warning" | "critical">, number>>;

export const DEFAULT_BUDGET = 15_000_000_000 as NanoUsd;
export const DEFAULT_TIMEZONE: TimeZone = "UTC";
export const DEFAULT_NAME = "AI Orchestration";

export const DEFAULT_SETTINGS: Settings = {
  monthlyBudget: undefined,
  budgetCap: undefined,
  timezone: undefined,
  milestoneInterval: 5_000_000_000 as NanoUsd,
  alerts: [75, 90],
  escalateAfter: { warning: 2 * 3_600_000, critical: 30 * 60_000 },
  estimate: "auto",
  defaultEstimate: 55_000_000 as NanoUsd,
  notify: [...ALL_KINDS, "approval"],
  name: DEFAULT_NAME,
  parts: [],
  reserve: undefined,
  approvalEnvironment: undefined,
  admit: {},
  requiredTags: [],
  largeRun: undefined,
  models: [],
  formula: undefined,
  formulaPrice: undefined,
};
