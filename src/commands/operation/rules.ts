import type { Note } from "../../books/draft.ts";
import type { Settings } from "../../books/settings.ts";
import type { Policy } from "../../inputs/policy/policy.ts";
import type { BrokenKeys } from "../../inputs/policy/usable.ts";
import { type RuleInputs, settingsOf, type Terms, termsOf } from "../../inputs/settings-of.ts";
import type { PriceOverrides } from "../../pricing/unit-prices.ts";
import type { PolicyFile, Snapshot } from "../../store/port.ts";
import type { Ports } from "./ports.ts";

/** The rules from inputs and policy file together. */
export type Rules = {
  /** The inputs alone, for a later operation. */
  readonly inputs: RuleInputs;
  readonly settings: Settings;
  readonly terms: Terms;
  readonly prices: PriceOverrides;
  /** What the policy file says, and which keys of it can't be used. */
  readonly policy: Policy;
  readonly broken: BrokenKeys;
  /** The Discord role that an exhausted message mentions, by its id: the policy file alone names it. */
  readonly mention: string | undefined;
  /** Whether messages carry pictures; the policy file alone says so if it does. */
  readonly pictures: "all" | "none";
  readonly notes: readonly Note[];
};

/** A policy that can't be read stops checks but never a booking. */
export type Strictness = "strict" | "lenient";

/** A command's inputs, and whether they may change the rules of other runs. */
type CommandRules = { readonly inputs: RuleInputs; readonly maySetBudget: boolean };

/** Reads the rules of a snapshot; the same policy text is read once. Strict: throws a BudgetError `bad-policy`. */
export function rulesReader(
  { caller: { maySetBudget } }: Pick<Ports, "caller">,
  inputs: RuleInputs,
  strictness: Strictness,
): (snapshot: Snapshot) => Promise<Rules> {
  const command = { inputs, maySetBudget };
  let known: { readonly policy: PolicyFile | null; readonly rules: Rules } | undefined;
  return async ({ policy, at }) => {
    if (known === undefined || known.policy?.text !== policy?.text || known.policy?.problem !== policy?.problem) {
      const rules = policy === null ? rulesOf(command, {}) : await readRules(command, policy, strictness);
      known = { policy, rules: await withFormulaPrice(rules, at) };
    }
    return known.rules;
  };
}

/** The policy's schema loads only when there is a policy file: building it takes longer than a decision. */
async function readRules(command: CommandRules, policy: PolicyFile, strictness: Strictness): Promise<Rules> {
  if (strictness === "strict") {
    if (policy.problem !== undefined) throw policy.problem;
    const { decodePolicy } = await import("../../inputs/policy/decode.ts");
    return rulesOf(command, await decodePolicy(policy.text, policy.path));
  }
  const { decodePolicyLeniently } = await import("../../inputs/policy/usable.ts");
  const {
    policy: usable,
    broken,
    problem,
  } = policy.problem === undefined
    ? await decodePolicyLeniently(policy.text, policy.path)
    : { policy: {}, broken: "all" as const, problem: policy.problem };
  const rules = rulesOf(command, usable, broken);
  if (problem === undefined) return rules;
  const rest = broken === "all" ? "the figures of the books" : "the rest of it";
  const text = `${problem.message} Bookings use ${rest}; checks are denied until it is fixed.`;
  return { ...rules, notes: [{ level: "warning", text }, ...rules.notes] };
}

function rulesOf(command: CommandRules, policy: Policy, broken: BrokenKeys = new Set()): Rules {
  const { settings, notices } = settingsOf({ ...command, policy, broken });
  return {
    inputs: command.inputs,
    settings,
    terms: termsOf({ ...command, policy }),
    prices: (policy.prices ?? {}) as PriceOverrides,
    ...{ policy, broken },
    mention: policy.notify?.mention,
    pictures: policy.notify?.pictures ?? command.inputs.pictures ?? "all",
    notes: notices.map((text) => ({ level: "notice", text })),
  };
}

/** The price table is large: it is loaded only for a policy with a formula. */
async function withFormulaPrice(rules: Rules, at: string): Promise<Rules> {
  const { formula, estimate } = rules.settings;
  if (formula === undefined || estimate !== "auto") return rules;
  const { formulaPrice } = await import("./formula-price.ts");
  const found = await formulaPrice(formula.priceAs, at, rules.prices);
  return "price" in found
    ? { ...rules, settings: { ...rules.settings, formulaPrice: found.price } }
    : { ...rules, notes: [...rules.notes, { level: "warning", text: found.warning }] };
}
