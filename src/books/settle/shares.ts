import { addCounts } from "../../values/counts.ts";
import { matchedTags } from "../../values/tags.ts";
import { hasTokens, type Tokens, tokensIn } from "../counted-tokens.ts";
import type { Draft } from "../draft.ts";
import type { PartShares } from "../entry.ts";
import { nextTokens } from "../estimate/tokens.ts";
import { tagsNoted } from "../limits/noted.ts";
import { openParts, partsOf, ruleOf, sharesIn } from "../limits/parts.ts";
import type { PartRule } from "../part-rule.ts";
import type { RecordRequest } from "../request.ts";
import type { ClosedHold, Hold, State } from "../state.ts";
import { type ChargeFigure, withOpenRequest } from "./charge.ts";
import { asShares, type EntryShares } from "./shares-of-expired.ts";

/** How a booking counts in sub-budgets, and its books with a line for each of them. */
export type Shared = { readonly draft: Draft; readonly shares: EntryShares };

type Used = {
  readonly request: RecordRequest;
  readonly figure: ChargeFigure;
  readonly rules: readonly PartRule[];
};

/** A settled hold counts where its tags said when it was admitted. */
export function sharesOfHold(state: State, hold: Hold, used: Used): EntryShares {
  const held = hold.budgets ?? {};
  const shares = sharesIn(state, Object.keys(held), (count, name) => tokensUsed(used, count, held[name] ?? 0));
  return asShares(withOutcomes(shares, used));
}

/** What an expired hold is charged in its sub-budgets, and the difference from what it was charged before. */
export function sharesOfCorrection(
  state: State,
  closed: ClosedHold,
  used: Used,
): { readonly whole: EntryShares; readonly difference: EntryShares } {
  const charged = closed.budgets ?? {};
  const names = Object.keys(charged);
  const whole = sharesIn(state, names, (count, name) => tokensUsed(used, count, charged[name] ?? 0));
  const difference = sharesIn(state, names, (_, name) => (whole?.[name]?.tokens ?? 0) - (charged[name] ?? 0));
  return { whole: asShares(whole), difference: asShares(withOutcomes(difference, used)) };
}

/** A further charge of a closed hold counts where the hold did. */
export function sharesOfClosed(draft: Draft, budgets: Readonly<Record<string, number>>, used: Used): Shared {
  const expected = expectedTokens(draft, used);
  const shares = sharesIn(draft.state, Object.keys(budgets), (count) => tokensUsed(used, count, expected[count]));
  return { draft, shares: asShares(withOutcomes(shares, used)) };
}

/** Without a hold the booking's own tags and its run say where it counts. */
export function sharesByTags(draft: Draft, used: Used): Shared {
  const { request, rules } = used;
  const noted = tagsNoted(draft, request);
  const tags = matchedTags(request.tags, request.run);
  const parts = partsOf(draft.state, rules, { tags, now: draft.circumstances.now });
  if (parts.length === 0) return { draft: noted, shares: {} };
  const opened = openParts(noted, parts);
  const expected = expectedTokens(draft, used);
  const names = parts.map(({ name }) => name);
  const shares = sharesIn(opened.state, names, (count) => tokensUsed(used, count, expected[count]));
  return { draft: opened, shares: asShares(withOutcomes(shares, used)) };
}

/** The expected usage of a run whose tokens are unknown. */
function expectedTokens({ state, circumstances }: Draft, { request }: Used): Tokens {
  const { lines } = request.usage;
  const model = lines.length === 1 ? lines[0]?.model || undefined : undefined;
  return nextTokens(state, circumstances.settings, { ...request, model });
}

/** Each sub-budget counts those of a run's outcomes that the policy has a target for. */
function withOutcomes(shares: PartShares | undefined, { request, rules }: Used): PartShares | undefined {
  const brought = Object.entries(request.outcomes);
  if (shares === undefined || brought.length === 0) return shares;
  return Object.fromEntries(
    Object.entries(shares).map(([name, share]) => {
      const target = ruleOf(name, rules)?.target ?? {};
      const wanted = brought.filter(([outcome]) => Object.hasOwn(target, outcome));
      return [name, wanted.length === 0 ? share : { ...share, outcomes: Object.fromEntries(wanted) }];
    }),
  );
}

/** The tokens that were used; if some are unknown, they are estimated like the dollars. */
function tokensUsed({ request, figure }: Used, count: "net" | "all", expected: number): number {
  const { found, incomplete, cutShort = false, isBookedBefore = false } = request.usage;
  const known = tokensIn(figure.usage)[count];
  if (request.usage.isUnused === true) return known;
  const isNothing = figure.usage.length === 0 && !isBookedBefore;
  if (!found || incomplete || isNothing || !hasTokens(figure.usage)) return addCounts(known, expected);
  return cutShort ? addCounts(withOpenRequest(known, figure.usage, expected)) : known;
}
