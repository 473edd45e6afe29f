import type { NanoUsd } from "../values/money.ts";
import type { TimeZone } from "../values/month.ts";
import type { Quantity } from "../values/quantity.ts";
import type { Bounds } from "./bounds.ts";
import { ALL_KINDS, type NotifyKind, type Severity } from "./notify-keys.ts";
import type { AdmitRule, AlertSeverities, EstimateFormula, ModelStep, PartRule, Reserve } from "./part-rule.ts";

/** What the policy file and inputs say, as far as decisions need it. */
export type Settings = {
  /** How much the books may have; that of books in files if left out. */
  readonly bounds?: Bounds | undefined;
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
  /** A fixed estimate, or the 90th percentile of the profile's recent costs. */
  readonly estimate: NanoUsd | "auto";
  readonly defaultEstimate: NanoUsd;
  /** Kinds of messages that go to the default channel, and to every other one without a route; chatter included. */
  readonly notify: readonly NotifyKind[];
  /** What goes to which channel. */
  readonly routes: readonly Route[];
  /** The hosts, beside Discord's and Slack's, that may get messages. */
  readonly hosts: readonly string[];
  /** The digest of a channel's address, by its name: no run with another address can deliver to it. */
  readonly addresses: Readonly<Record<string, string>>;
  /** How long an alert may wait for an acknowledgement, in milliseconds. */
  readonly escalateMs: { readonly warning: number; readonly critical: number };
  /** The channel that gets escalations; undefined if they go where every message goes. */
  readonly escalateTo: string | undefined;
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

/** Which messages a channel gets: those that match everything that is given. */
export type Route = {
  readonly to: string;
  readonly kinds?: readonly NotifyKind[] | undefined;
  readonly severity?: readonly Severity[] | undefined;
  /** Sub-budgets; a message about the month as a whole matches none. */
  readonly budgets?: readonly string[] | undefined;
};

const MINUTE_MS = 60_000;

export const DEFAULT_BUDGET = 15_000_000_000 as NanoUsd;
export const DEFAULT_TIMEZONE: TimeZone = "UTC";
export const DEFAULT_NAME = "AI Orchestration";

export const DEFAULT_SETTINGS: Settings = {
  monthlyBudget: undefined,
  budgetCap: undefined,
  timezone: undefined,
  milestoneInterval: 5_000_000_000 as NanoUsd,
  alerts: [75, 90],
  estimate: "auto",
  defaultEstimate: 55_000_000 as NanoUsd,
  notify: [...ALL_KINDS, "approval"],
  routes: [],
  hosts: [],
  addresses: {},
  escalateMs: { warning: 120 * MINUTE_MS, critical: 30 * MINUTE_MS },
  escalateTo: undefined,
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
