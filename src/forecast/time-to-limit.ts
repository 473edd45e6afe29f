import { epochOf, type Instant, instantOf } from "../values/month.ts";

const HOUR_MS = 3_600_000;

/** When a day's or week's figures reach a threshold at their own pace; amounts are nano-dollars or tokens. */
export type TimeToLimit = {
  /** Hours from now on; 0 where it is reached, null where nothing is spent. */
  readonly hours: number | null;
  /** The instant; null where the period ends first. */
  readonly at: Instant | null;
  /** What the period comes to at its end. */
  readonly projected: number;
};

/** Looks ahead in a period by its own pace: spent ÷ the hours gone, at least one. Open holds count as spent. */
export function timeToLimit(from: {
  readonly threshold: number;
  readonly spent: number;
  readonly held: number;
  readonly begins: Instant;
  readonly ends: Instant;
  readonly now: Instant;
}): TimeToLimit {
  const [begins, ends, now] = [epochOf(from.begins), epochOf(from.ends), epochOf(from.now)];
  const pace = Math.max(0, from.spent) / Math.max(1, (now - begins) / HOUR_MS);
  const room = from.threshold - from.spent - from.held;
  const hours = room <= 0 ? 0 : pace > 0 ? room / pace : null;
  const at = hours === null ? Number.POSITIVE_INFINITY : now + hours * HOUR_MS;
  const left = Math.max(0, ends - now) / HOUR_MS;
  return { hours, at: at <= ends ? instantOf(Math.round(at)) : null, projected: Math.round(from.spent + pace * left) };
}
