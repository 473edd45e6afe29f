import type { Acknowledged } from "./alerts/acknowledge.ts";
import type { Admission } from "./answer.ts";
import type { Draft } from "./draft.ts";
import type { Extended } from "./gate/extend.ts";
import type { Recapped } from "./recap.ts";
import type { Released } from "./release.ts";
import type { Settled } from "./settle/settled.ts";

/** What an operation did to the books, and what it answers in addition to their figures. */
export type Done = {
  readonly draft: Draft;
  readonly admission?: Admission;
  readonly extended?: Extended;
  readonly settled?: Settled;
  readonly released?: Released;
  readonly recapped?: Recapped;
  readonly acknowledged?: Acknowledged | undefined;
};
