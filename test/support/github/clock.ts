/** The server's own clock: what its `Date` header says, and what its commits are dated. */
export type Clock = {
  readonly now: () => Date;
  /** Sets the time; from then on the clock stands still, unless told to go on "ticking". */
  readonly set: (instant: string, going?: "frozen" | "ticking") => void;
  readonly advance: (ms: number) => void;
};

/** A clock that shows real time until it is set. */
export function createClock(): Clock {
  let base = 0;
  let ticking = true;
  const nowMs = (): number => (ticking ? base + Date.now() : base);
  return {
    now: () => new Date(nowMs()),
    set(instant, going = "frozen") {
      const at = Date.parse(instant);
      if (Number.isNaN(at)) throw new Error(`Not an instant: ${instant}`);
      ticking = going === "ticking";
      base = ticking ? at - Date.now() : at;
    },
    advance(ms) {
      base += ms;
    },
  };
}
