import { alertOverrun } from "../../commands/meter/alert-overrun.ts";
import { extendHold } from "../../commands/meter/extend.ts";
import type { Ports } from "../../commands/operation/ports.ts";
import type { AlertFacts, MeterHooks } from "../../meter/setup.ts";
import { bounded, type NanoUsd } from "../../values/money.ts";
import type { MeterBooks } from "./books.ts";
import { portsFor } from "./ports.ts";

/** GitHub no longer accepts the token: the token of an App lives an hour. */
const EXPIRED = /\(401\b/;
const EXPIRED_TEXT =
  "The token for the books has expired, so nothing more can be set aside. An App's token lives an hour: a longer run needs a larger estimate, or the workflow's own token.";

/** What a meter asks of the books and the channels. The books are reached anew for each question. */
export function hooksFor(books: MeterBooks, ports: () => Promise<Ports> = () => portsFor(books)): MeterHooks {
  let held = bounded(books.amount);
  let hasExpired = false;
  const extend = async (needed: NanoUsd) => {
    if (hasExpired) return { refused: EXPIRED_TEXT };
    const grant = await extendHold(await ports(), books.inputs, { ...books, needed, amount: held });
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
