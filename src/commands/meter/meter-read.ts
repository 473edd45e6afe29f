import type { MeterFigures } from "../../meter/figures.ts";
import type { UsageLine } from "../../usage/usage.ts";

/** What a meter says at the end of its run, or so far. */
export type MeterRead = {
  /** What it recorded in all. */
  readonly whole: readonly UsageLine[];
  /** What it recorded since an earlier step of the job booked from it. */
  readonly lines: readonly UsageLine[];
  /** How many bytes of its record were read. */
  readonly bytes: number;
  /** It ended before it was asked to, so a request that was open then may be missing. */
  readonly isCutShort: boolean;
  /** Its own figures; undefined if nothing is left of them. */
  readonly figures: MeterFigures | undefined;
};
