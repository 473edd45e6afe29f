import { alertOverrun } from "../../commands/meter/alert-overrun.ts";
import { extendHold, type Grant } from "../../commands/meter/extend.ts";
import type { Ports } from "../../commands/operation/ports.ts";
import type { AlertFacts, MeterHooks } from "../../meter/setup.ts";
import { BudgetError } from "../../values/errors.ts";
import { bounded, type NanoUsd } from "../../values/money.ts";
import type { MeterBooks } from "./books.ts";
import { portsFor } from "./ports.ts";

/** GitHub no longer accepts the token: the token of an App lives an hour. */
const EXPIRED = /\(401\b/;
const EXPIRED_TEXT =
  "The token for the books has expired, so nothing more can be set aside. An App's token lives an hour: a longer run needs a larger estimate, or the workflow's own token.";

/**
 * What a meter asks of the books and the channels; `granted` is what an earlier process of the same meter was granted.
 * Each question opens the books again.
 */
export function hooksFor(
  books: MeterBooks,
  granted: NanoUsd,
  ports: () => Promise<Ports> = () => portsFor(books),
): MeterHooks {
  let held = bounded(books.amount + granted);
  let hasExpired = false;
  const extend = async (needed: NanoUsd) => {
    if (hasExpired) return { refused: EXPIRED_TEXT };
    const grant = await refusedAtWorst(async () =>
      extendHold(await ports(), books.inputs, { ...books, needed, amount: held }),
    );
    if ("granted" in grant) {
      held = grant.amount;
      return { granted: grant.granted };
    }
    hasExpired = EXPIRED.test(grant.refused);
    return hasExpired ? { refused: EXPIRED_TEXT } : grant;
  };
  const alert = async (facts: AlertFacts) =>
    alertOverrun(await ports(), books.inputs, { ...facts, profile: books.profile });
  return { extend, alert };
}

/** Books that can't be read refuse as well, with their reason. */
async function refusedAtWorst(ask: () => Promise<Grant>): Promise<Grant> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof BudgetError) return { refused: error.message };
    throw error;
  }
}
