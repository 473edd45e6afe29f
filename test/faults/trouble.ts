import { cloudflareLimited, rateLimited } from "../support/discord/faults.ts";
import { type Fault, primaryRateLimit, secondaryRateLimit } from "../support/github/faults.ts";
import type { Dice } from "./dice.ts";

/** A fault as it is drawn: what it is at the moment it is met may depend on the server's clock. */
export type Trouble = Fault | { readonly kind: "used up"; readonly forSeconds: number };

/** The fault a drawn trouble is now. */
export function faultOf(trouble: Trouble, now: Date): Fault {
  if (trouble.kind !== "used up") return trouble;
  return primaryRateLimit(Math.floor(now.getTime() / 1000) + trouble.forSeconds);
}

/** What may be wrong with a request to GitHub. Hanging and long waits are rare: they cost time and little else. */
export const troubleWithGitHub = (dice: Dice): Trouble =>
  dice.weighted<() => Trouble>([
    [6, () => ({ kind: "drop-before" })],
    [9, () => ({ kind: "drop-after" })],
    [5, () => ({ kind: "truncate", bytes: dice.oneOf([0, 0, 9]) })],
    [5, () => ({ kind: "status", status: dice.oneOf([500, 502, 503]), after: false })],
    [7, () => ({ kind: "status", status: dice.oneOf([500, 502, 504]), after: true })],
    [2, () => ({ kind: "html", status: dice.oneOf([502, 503]) })],
    [1.5, () => ({ kind: "hang", after: dice.chance(0.6) })],
    [8, () => ({ kind: "stale", ms: dice.number(1_000, 10_000) })],
    [4, () => ({ kind: "slow", ms: dice.number(1, 20) })],
    [3, () => secondaryRateLimit(dice.number(1, 12), dice.oneOf([403, 429]))],
    [1, () => secondaryRateLimit(undefined, dice.oneOf([403, 429]))],
    [0.5, () => secondaryRateLimit(900)],
    [1, () => ({ kind: "used up", forSeconds: dice.number(3, 80) })],
    [1, () => ({ kind: "ruleset" })],
  ])();

/** What may be wrong with a post to Discord. */
export const troubleWithDiscord = (dice: Dice): Trouble =>
  dice.weighted<() => Trouble>([
    [4, () => ({ kind: "drop-before" })],
    [4, () => ({ kind: "drop-after" })],
    [2, () => ({ kind: "truncate" })],
    [3, () => ({ kind: "status", status: dice.oneOf([500, 502, 503]), after: dice.chance(0.4) })],
    [2, () => rateLimited(dice.number(1, 40) / 10)],
    [1, () => rateLimited(45)],
    [2, () => cloudflareLimited()],
    [1, () => ({ kind: "hang", after: dice.chance(0.5) })],
  ])();
