import { describe, expect, it } from "vitest";
import { waitAfterConflict, waitAfterFault } from "../../src/store/backoff.ts";

describe("the wait after a lost race", () => {
  it.each([
    [{ conflicts: 1, slotMs: 100, openHolds: 0 }, 250],
    [{ conflicts: 3, slotMs: 100, openHolds: 0 }, 1000],
    [{ conflicts: 1, slotMs: 120, openHolds: 10 }, 2000],
    [{ conflicts: 2, slotMs: 120, openHolds: 10 }, 2000],
    [{ conflicts: 3, slotMs: 120, openHolds: 10 }, 3000],
    [{ conflicts: 40, slotMs: 150, openHolds: 500 }, 10_000],
  ])("lies below a window that grows with conflicts and open holds: %o", (race, window) => {
    expect(waitAfterConflict({ ...race, place: undefined, random: 0 })).toBe(0);
    expect(waitAfterConflict({ ...race, place: undefined, random: 0.5 })).toBe(window / 2);
  });

  it.each([0, 3, 9])("lies in the share of the window that place %i among the open holds has", (place) => {
    const race = { conflicts: 1, slotMs: 120, openHolds: 10, place };
    expect(waitAfterConflict({ ...race, random: 0 })).toBe(place * 200);
    expect(waitAfterConflict({ ...race, random: 0.5 })).toBe(place * 200 + 100);
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
