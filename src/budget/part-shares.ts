import type { Draft } from "./books.ts";
import type { ChargeFigure } from "./charge.ts";
import type { PartShares } from "./entry.ts";
import { openParts, partsOf, sharesIn } from "./parts.ts";
import type { RecordRequest } from "./request.ts";
import type { ClosedHold, Hold, State } from "./state.ts";
import { hasTokens, nextTokens, tokensIn } from "./tokens.ts";

/** What a booking counts in parts as, and its books with a line for each of them. */
export type Shared = { readonly draft: Draft; readonly shares: { readonly budgets?: PartShares } };

type Used = { readonly request: RecordRequest; readonly figure: ChargeFigure };

/** A settled hold counts where its tags said when it was let in. */
export function sharesOfHold(state: State, hold: Hold, used: Used): Shared["shares"] {
  const held = hold.budgets ?? {};
  return asShares(sharesIn(state, Object.keys(held), (count, name) => tokensUsed(used, count, held[name] ?? 0)));
}

/** What nobody settled is charged as it was held. */
export function sharesOfExpired(state: State, hold: Hold): Shared["shares"] {
  const held = hold.budgets ?? {};
  return asShares(sharesIn(state, Object.keys(held), (_, name) => held[name] ?? 0));
}

/** The difference to what an expired hold was charged. */
export function sharesOfCorrection(state: State, closed: ClosedHold, used: Used): Shared["shares"] {
  const charged = closed.budgets ?? {};
  return asShares(
    sharesIn(state, Object.keys(charged), (count, name) => {
      const before = charged[name] ?? 0;
      return tokensUsed(used, count, before) - before;
    }),
  );
}

/** Without a hold the booking's own tags say where it counts. */
export function sharesByTags(draft: Draft, used: Used): Shared {
  const { settings, now } = draft.circumstances;
  const { request } = used;
  const parts = partsOf(draft.state, settings.parts ?? [], request.tags, now);
  if (parts.length === 0) return { draft, shares: {} };
  const opened = openParts(draft, parts);
  const { lines } = request.usage;
  const model = lines.length === 1 ? lines[0]?.model || undefined : undefined;
  const expected = nextTokens(draft.state, settings, { ...request, model });
  const names = parts.map(({ name }) => name);
  return {
    draft: opened,
    shares: asShares(sharesIn(opened.state, names, (count) => tokensUsed(used, count, expected[count]))),
  };
}

/** The tokens that were used; on top of those that are known the expected ones, where some aren't. */
function tokensUsed({ request, figure }: Used, count: "net" | "all", expected: number): number {
  const { found, incomplete, isBookedBefore = false } = request.usage;
  const known = tokensIn(figure.usage)[count];
  const isNothing = figure.usage.length === 0 && !isBookedBefore;
  return found && !incomplete && !isNothing && hasTokens(figure.usage) ? known : known + expected;
}

function asShares(budgets: PartShares | undefined): Shared["shares"] {
  return budgets === undefined ? {} : { budgets };
}
