import type { ErrorCode } from "../values/errors.ts";
import type { Decision } from "./decide.ts";
import type { Request } from "./request.ts";
import type { State } from "./state.ts";

/**
 * What an answer without a write rests on:
 * - `proof`: this operation's own mark is in the books, or something that can't be undone; any newer books say the
 *   same.
 * - `state`: what the books looked like when they were read; newer ones may say otherwise.
 * - `absence`: something the request names isn't there; a read that was a little newer might show it.
 */
export type RestsOn = "proof" | "state" | "absence";

/** What an answer without a write rests on; `state`, which is always safe, if nothing more is known. */
export function restsOn(request: Request, { answer, state }: Pick<Decision, "answer" | "state">): RestsOn {
  switch (request.kind) {
    case "check":
      return isKnown(state, request.id) ? "proof" : "state";
    case "record": {
      const { how, hold } = answer.booking ?? {};
      if (how === "repeated" || (how === "booked-already" && isKnown(state, hold))) return "proof";
      return named(state, [request.hold, request.jobHold, request.triedHold]);
    }
    case "release":
      // A closed hold stays closed; only a release that was booked before names the hold it released.
      if (answer.released?.hold !== undefined || isKnown(state, request.hold ?? request.jobHold)) return "proof";
      return named(state, [request.hold, request.jobHold]);
    case "reset":
    case "adjust":
    case "pause":
      // Only its own entry keeps any of them from writing.
      return "proof";
    case "acknowledge":
      // Who was first stays the first, and what is resolved stays resolved.
      return "proof";
    case "recap":
      return answer.recapped?.queued === true ? "proof" : "state";
    case "extend":
      return state.holds.some(({ extended }) => extended?.id === request.id) ? "proof" : "state";
    case "overrun":
    case "resume":
    case "statement":
    case "alerts":
    case "repair":
    case "sent":
    case "commented":
    case "reset-channel":
      return "state";
  }
}

/** What a refusal rests on: the server's own, or one because of an entry in the books, is `proof`. */
export function refusalRestsOn(code: ErrorCode): RestsOn {
  return OF_BOOKS.includes(code) ? "state" : "proof";
}

const OF_BOOKS: readonly ErrorCode[] = ["not-allowed", "bad-input", "bad-policy", "state-unreadable", "books-moved"];

function named(state: State, holds: readonly (string | undefined)[]): RestsOn {
  return holds.some((hold) => hold !== undefined && !isKnown(state, hold)) ? "absence" : "state";
}

function isKnown({ holds, closed_holds }: State, hold: string | undefined): boolean {
  return [...holds, ...closed_holds].some(({ id }) => id === hold);
}
