import { describe, expect, it } from "vitest";
import { waitAfterConflict, waitAfterFault } from "../../src/store/backoff.ts";

describe("the wait after a lost race", () => {
  const NOON_MS = Date.parse("2026-02-14T12:00:00Z");

  it.each([
    [{ conflicts: 1, triedMs: 200, openHolds: 0 }, 250],
    [{ conflicts: 3, triedMs: 200, openHolds: 0 }, 1000],
    [{ conflicts: 1, triedMs: 300, openHolds: 10 }, 2000],
    [{ conflicts: 2, triedMs: 300, openHolds: 10 }, 2000],
    [{ conflicts: 5, triedMs: 300, openHolds: 10 }, 4000],
    // Half a doubling more, and the same for all that took about as long.
    [{ conflicts: 1, triedMs: 320, openHolds: 10 }, 2000 * Math.SQRT2],
    [{ conflicts: 1, triedMs: 400, openHolds: 10 }, 2000 * Math.SQRT2],
    [{ conflicts: 40, triedMs: 300, openHolds: 20 }, 9_000],
    // A crowd is given more, and at first nobody knows that it is one.
    [{ conflicts: 2, triedMs: 300, openHolds: 100 }, 9_000],
    [{ conflicts: 3, triedMs: 400, openHolds: 75 }, 9_000],
    [{ conflicts: 3, triedMs: 400, openHolds: 76 }, 18_000],
    [{ conflicts: 30, triedMs: 3_000, openHolds: 500 }, 18_000],
  ])("lies below a window that grows with conflicts and open holds: %o", (race, window) => {
    const chance = { ...race, place: undefined, nowMs: NOON_MS };
    expect(waitAfterConflict({ ...chance, random: 0 })).toBe(0);
    expect(waitAfterConflict({ ...chance, random: 0.5 })).toBeCloseTo(window / 2);
  });

  it.each([
    [3, 700],
    [9, 1900],
    [0, 100],
  ])(
    "for who stands at place %i among ten open holds ends about the middle of its share, whenever it began",
    (place, middle) => {
      const race = { conflicts: 1, triedMs: 300, openHolds: 10, place };
      for (const nowMs of [NOON_MS, NOON_MS + 650, NOON_MS + 1_999]) {
        const ends = [0, 0.5, 0.999].map((random) => (nowMs + waitAfterConflict({ ...race, nowMs, random })) % 2000);
        expect(ends[0]).toBeCloseTo(middle - 10);
        expect(ends[1]).toBeCloseTo(middle);
        expect(ends[2]).toBeCloseTo(middle + 10, 0);
      }
    },
  );

  it("is shorter than the window, and never negative, whatever the clock says", () => {
    for (const nowMs of [0, 0.1, 249.9, NOON_MS + 0.3]) {
      const wait = waitAfterConflict({ conflicts: 1, triedMs: 90_000, openHolds: 1, place: 0, nowMs, random: 0 });
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThan(9_000);
    }
  });
});

describe("the wait after a failure", () => {
  it.each([
    [1, 250],
    [2, 500],
    [6, 8000],
    [60, 9000],
  ])("the %ith lies below %i ms", (faults, window) => {
    expect(waitAfterFault({ faults, waitMs: undefined, random: 0.5 })).toBe(window / 2);
  });

  it("is never shorter than the server asked for", () => {
    expect(waitAfterFault({ faults: 9, waitMs: 30_000, random: 0 })).toBe(30_000);
    expect(waitAfterFault({ faults: 9, waitMs: 30_000, random: 0.5 })).toBe(30_125);
  });
});
