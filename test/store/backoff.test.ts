import { describe, expect, it } from "vitest";
import { patienceAfterConflict, waitAfterConflict, waitAfterFault } from "../../src/store/backoff.ts";

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
    // What such a crowd needs, once it was met for the fifth time.
    [{ conflicts: 5, triedMs: 400, openHolds: 76 }, 32_000],
    // Slow tries have windows of whole doublings, for sixteen of them at once,
    [{ conflicts: 1, triedMs: 6_000, openHolds: 20 }, 128_000],
    [{ conflicts: 1, triedMs: 5_000, openHolds: 20 }, 128_000],
    [{ conflicts: 1, triedMs: 6_000, openHolds: 500 }, 128_000],
    // and never of more than half the patience.
    [{ conflicts: 30, triedMs: 6_000, openHolds: 500 }, 300_000],
    [{ conflicts: 1, triedMs: 90_000, openHolds: 20 }, 300_000],
    // Nobody else in sight: four tries.
    [{ conflicts: 1, triedMs: 6_250, openHolds: 0 }, 32_000],
  ])("lies below a window that grows with conflicts, open holds and what a try takes: %o", (race, window) => {
    const chance = { ...race, place: undefined, nowMs: NOON_MS, mostPatienceMs: 600_000 };
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
      const race = { conflicts: 1, triedMs: 300, openHolds: 10, place, mostPatienceMs: 600_000 };
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
      const race = { conflicts: 1, triedMs: 90_000, openHolds: 1, place: 0, mostPatienceMs: 120_000 };
      const wait = waitAfterConflict({ ...race, nowMs, random: 0 });
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThan(60_000);
    }
  });
});

describe("patience after a lost race", () => {
  it.each([
    ["tries are quick", { conflicts: 1, triedMs: 200, openHolds: 8 }, 60_000],
    ["tries are quick and many were lost", { conflicts: 12, triedMs: 200, openHolds: 8 }, 60_000],
    ["a crowd was met often", { conflicts: 3, triedMs: 400, openHolds: 100 }, 108_000],
    ["the first try alone is slow", { conflicts: 1, triedMs: 2_000, openHolds: 8 }, 60_000],
    ["tries are slow", { conflicts: 2, triedMs: 2_000, openHolds: 8 }, 96_000],
    ["tries are slow and writers many", { conflicts: 1, triedMs: 6_000, openHolds: 20 }, 600_000],
  ])("is as long as the windows ask for: %s", (_, race, patienceMs) => {
    const given = { ...race, patienceMs: 60_000, mostPatienceMs: 600_000 };
    expect(patienceAfterConflict(given)).toBe(patienceMs);
    expect(patienceAfterConflict({ ...given, mostPatienceMs: 60_000 })).toBe(60_000);
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
