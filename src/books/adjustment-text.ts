import { showQuantity, UNIT_NAMES } from "../values/quantity.ts";
import type { Entry } from "./entry.ts";
import { amountKey } from "./unit-keys.ts";

/** What a maintainer's entry did, in a few words: "transfer of $1.00 from qa to infrastructure until 2026-02-15". */
export function adjustmentText(entry: Entry): string {
  const { from, to, until } = entry;
  const amount = amountText(entry);
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

/** A correction in dollars has its amount as its cost. */
function amountText(entry: Entry): string {
  const unit = UNIT_NAMES.findLast((one) => entry[amountKey("amount", one)] !== undefined) ?? "USD";
  return showQuantity(unit, entry[amountKey("amount", unit)] ?? entry.cost);
}
