import { describe, expect, it } from "vitest";
import { waitAfterConflict, waitAfterFault } from "../../src/store/backoff.ts";

describe("the wait after a lost race", () => {
  it.each([
    [{ conflicts: 1, triedMs: 200, openHolds: 0 }, 250],
    [{ conflicts: 3, triedMs: 200, openHolds: 0 }, 1000],
    [{ conflicts: 1, triedMs: 240, openHolds: 10 }, 2000],
    [{ conflicts: 2, triedMs: 240, openHolds: 10 }, 2000],
    [{ conflicts: 5, triedMs: 240, openHolds: 10 }, 4000],
    [{ conflicts: 40, triedMs: 300, openHolds: 20 }, 8_000],
    // A crowd is given more, and at first nobody knows that it is one.
    [{ conflicts: 2, triedMs: 300, openHolds: 100 }, 8_000],
    [{ conflicts: 3, triedMs: 300, openHolds: 100 }, 12_000],
    [{ conflicts: 3, triedMs: 300, openHolds: 500 }, 20_000],
  ])("lies below a window that grows with conflicts and open holds: %o", (race, window) => {
    expect(waitAfterConflict({ ...race, place: undefined, random: 0 })).toBe(0);
    expect(waitAfterConflict({ ...race, place: undefined, random: 0.5 })).toBe(window / 2);
  });

  it.each([
    [3, 700 - 240],
    [9, 1900 - 240],
    // Its moment was over when the answer came.
    [0, 100 - 240 + 2000],
  ])(
    "for who stands at place %i among the open holds lies about the middle of its share, counted from the try's begin",
    (place, middle) => {
      const race = { conflicts: 1, triedMs: 240, openHolds: 10, place };
      expect(waitAfterConflict({ ...race, random: 0 })).toBeCloseTo(middle - 30);
      expect(waitAfterConflict({ ...race, random: 0.5 })).toBeCloseTo(middle);
      expect(waitAfterConflict({ ...race, random: 0.999 })).toBeCloseTo(middle + 30, 0);
    },
  );

  it("is never negative, however long a try took", () => {
    const wait = waitAfterConflict({ conflicts: 1, triedMs: 90_000, openHolds: 1, place: 0, random: 0 });
    expect(wait).toBeGreaterThanOrEqual(0);
    expect(wait).toBeLessThan(10_000);
  });
});

describe("the wait after a failure", () => {
  it.each([
    [1, 250],
    [2, 500],
    [6, 8000],
    [60, 8000],
  ])("the %ith lies below %i ms", (faults, window) => {
    expect(waitAfterFault({ faults, waitMs: undefined, random: 0.5 })).toBe(window / 2);
  });

  it("is never shorter than the server asked for", () => {
    expect(waitAfterFault({ faults: 9, waitMs: 30_000, random: 0 })).toBe(30_000);
    expect(waitAfterFault({ faults: 9, waitMs: 30_000, random: 0.5 })).toBe(30_125);
  });
});
