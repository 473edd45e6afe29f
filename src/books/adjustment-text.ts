import { ZERO } from "../values/money.ts";
import { showQuantity } from "../values/quantity.ts";
import type { Entry } from "./entry.ts";

/** What a maintainer's entry did, in a few words: "transfer of $1.00 from qa to infrastructure until 2026-02-15". */
export function adjustmentText(entry: Entry): string {
  const { amount_tokens: tokens, from, to, until } = entry;
  const amount =
    tokens === undefined ? showQuantity("USD", entry.amount ?? entry.cost ?? ZERO) : showQuantity("tokens", tokens);
  switch (entry.adjustment) {
    case "top-up":
      return `top-up of ${amount}`;
    case "grant":
      return `grant of ${amount} from the reserve${to === undefined ? "" : ` to ${to}`}`;
    case "transfer":
      return `transfer of ${amount} from ${from} to ${to}${until === undefined ? "" : ` until ${until}`}`;
    case "correct":
      return `correction of ${amount}`;
    default:
      return "";
  }
}
