import type { Note } from "../../books/draft.ts";
import type { Settings } from "../../books/settings.ts";
import type { MeterTerms } from "../../inputs/meter-terms.ts";
import type { Terms } from "../../inputs/settings-of.ts";
import type { MeterSetup } from "../../meter/setup.ts";
import type { PriceOverrides } from "../../pricing/unit-prices.ts";
import type { Tags } from "../../values/codecs.ts";
import { BudgetError } from "../../values/errors.ts";
import { meterHost } from "../../values/meter-host.ts";
import type { NanoUsd } from "../../values/money.ts";
import { matches } from "../../values/tags.ts";
import { type Forwarding, forwardingOf, type SetAddress } from "./pointing.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The run that was let in. */
export type AllowedRun = {
  readonly hold: string;
  /** What was set aside for it; null if the books gave no answer. */
  readonly amount: NanoUsd | null;
  /** Whether that is a figure someone gave, and not one that was learned. */
  readonly isFixed: boolean;
  /** The model that the policy's ladder has for it. */
  readonly model: string | undefined;
  readonly tags: Tags;
  /** A subscription pays for it: its dollars are list prices, and nobody's budget. */
  readonly billing: Terms["billing"];
};

/** A meter's setup as far as it follows from the rules, and what is said about it. */
export type MeterPlan = {
  readonly setup: Pick<
    MeterSetup,
    | "hold"
    | "estimate"
    | "cap"
    | "maxCost"
    | "overrun"
    | "alertPercent"
    | "models"
    | "forward"
    | "hosts"
    | "batches"
    | "usage"
    | "prices"
  >;
  readonly forward: Forwarding["forward"];
  readonly notes: readonly Note[];
};

/** What else decides how a run is metered. */
export type PlanSources = {
  readonly terms: MeterTerms;
  readonly prices: PriceOverrides;
  readonly models: Settings["models"];
  readonly env: Environment;
  readonly configured: readonly SetAddress[];
};

/**
 * How a run is metered. Throws a BudgetError "bad-input" where `overrun: stop` has no figure to stop at, and where
 * requests go to a host that the policy doesn't allow, or where no meter forwards to.
 */
export function meterPlan(run: AllowedRun, { terms, prices, models, env, configured }: PlanSources): MeterPlan {
  const { maxCost, hosts } = terms;
  const { forward, refused, unusable, notes } = forwardingOf(env, hosts, configured);
  const [first] = unusable;
  if (first !== undefined) throw new BudgetError("bad-input", `Bad input: ${first.name} ${first.why}.`);
  if (refused.length > 0) throw notAllowed(refused);
  const allowed = terms.models === "enforce" ? allowedModels(models, run) : null;
  const setup = {
    hold: run.hold,
    estimate: run.amount,
    ...limitsFor(run, terms),
    ...{ maxCost, forward, prices },
    alertPercent: terms.alertPercent,
    models: allowed,
    hosts: hosts.flatMap((text) => meterHost(text)?.host ?? []),
    batches: terms.batches,
    usage: terms.usage,
  };
  return { setup, forward, notes: [...terms.notices.map(asNotice), ...notes, ...unenforced(terms, allowed)] };
}

/**
 * What the run may cost before anything else is asked or stopped. What `max-cost` is beyond the hold isn't set aside: it
 * is asked for, whether the run ends at `max-cost` with `stop` or by itself.
 */
function limitsFor(run: AllowedRun, { maxCost, overrun }: MeterTerms): Pick<MeterSetup, "cap" | "overrun"> {
  const { amount, isFixed, billing } = run;
  if (overrun === "stop" && maxCost === null) {
    if (amount !== null && isFixed) return { cap: amount, overrun };
    throw new BudgetError(
      "bad-input",
      "Bad input: overrun is stop, but nothing says where: set max-cost, or an estimate in dollars, in the workflow or in the policy file (.github/token-budget.yml).",
    );
  }
  const cap = billing === "subscription" ? null : amount;
  return { cap, overrun: overrun === "stop" ? "extend" : overrun };
}

/** The ladder's models from the step on at which the run was let in. */
function allowedModels(models: Settings["models"], { model, tags }: AllowedRun): MeterSetup["models"] {
  const steps = models.filter(({ match }) => matches(match, tags)).map(({ use }) => use);
  const from = model === undefined ? -1 : steps.indexOf(model);
  return model === undefined || from < 0 ? null : { allowed: steps.slice(from), useInstead: model };
}

function unenforced({ models }: MeterTerms, allowed: MeterSetup["models"]): Note[] {
  if (models !== "enforce" || allowed !== null) return [];
  const text =
    "meter-models is enforce, but the policy's models key selects no model for this run: any model may be used.";
  return [{ level: "warning", text }];
}

function notAllowed(refused: Forwarding["refused"]): BudgetError {
  const names = refused.map(({ name, host }) => `${name} leads to ${host}`).join("; ");
  const written = (host: string) => (host.includes("://") ? JSON.stringify(host) : host);
  const hosts = [...new Set(refused.map(({ host }) => written(host)))].join(", ");
  const text = `Bad input: ${names}, where the meter may not forward to. If that is your gateway, add this line to the policy file (.github/token-budget.yml):\nmeter-hosts: [${hosts}]`;
  return new BudgetError("bad-input", text);
}

function asNotice(text: string): Note {
  return { level: "notice", text };
}
