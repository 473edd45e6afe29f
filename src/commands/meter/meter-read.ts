import type { MeterFigures } from "../../meter/figures.ts";
import type { UsageLine } from "../../usage/usage.ts";

/** What is known of the ids of the answers that a meter recorded. */
export type AnswersRead = {
  /** Those whose answers gave no id, such as ones that broke off. */
  readonly nameless: readonly Pick<UsageLine, "provider" | "model" | "asked">[];
  /** There are more than are kept in mind, so none is compared. */
  readonly areTooMany: boolean;
};

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
  /** It has ended: its figures are of all that it saw, and its record may have less, but no more. */
  readonly isFinal?: boolean;
  /** Which of its answers files may be joined with by their ids; left out where that is done by models alone. */
  readonly answers?: AnswersRead;
  /** A meter was started inside of this one, which has the requests since then. */
  readonly hasInner?: boolean;
  /** Its own figures; undefined if nothing is left of them. */
  readonly figures: MeterFigures | undefined;
};
