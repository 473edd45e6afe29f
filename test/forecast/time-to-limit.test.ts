import fc from "fast-check";
import { expect, it } from "vitest";
import { timeToLimit } from "../../src/forecast/time-to-limit.ts";

const day = { begins: "2026-02-14T00:00:00Z", ends: "2026-02-15T00:00:00Z" };

it("a day of 18,000 tokens at 13,650 with 800 an hour is critical in 3.2 hours", () => {
  // 13,650 tokens at 800 an hour: 17 hours, 3 minutes and 45 seconds have gone. Critical from 90 %.
  const now = "2026-02-14T17:03:45Z";
  const outlook = timeToLimit({ ...day, threshold: 16_200, spent: 13_650, held: 0, now });
  expect(outlook).toEqual({ hours: 3.1875, at: "2026-02-14T20:15:00Z", projected: 19_200 });
});

it.each([
  ["counts open holds as spent", { threshold: 100, spent: 30, held: 40 }, 6, "2026-02-14T12:00:00Z", 120],
  ["is 0 hours where it is reached", { threshold: 100, spent: 60, held: 40 }, 0, "2026-02-14T06:00:00Z", 240],
  ["has no instant where the day ends first", { threshold: 100, spent: 6, held: 0 }, 94, null, 24],
  ["is never where nothing is spent", { threshold: 100, spent: 0, held: 5 }, null, null, 0],
  ["is never where corrections were made", { threshold: 100, spent: -6, held: 0 }, null, null, -6],
])("the time to a threshold %s", (_, amounts, hours, at, projected) => {
  const outlook = timeToLimit({ ...day, ...amounts, now: "2026-02-14T06:00:00Z" });
  expect(outlook).toEqual({ hours, at, projected });
});

it("takes the first hour as a whole one", () => {
  const outlook = timeToLimit({ ...day, threshold: 100, spent: 10, held: 0, now: "2026-02-14T00:06:00Z" });
  expect(outlook).toMatchObject({ hours: 9, at: "2026-02-14T09:06:00Z" });
});

it("is finite or null for any amounts", () => {
  const amount = fc.integer({ min: -8e15, max: 8e15 });
  fc.assert(
    fc.property(amount, amount, fc.nat(8e15), fc.nat(30), (threshold, spent, held, hour) => {
      const now = new Date(Date.parse(day.begins) + hour * 3_600_000).toISOString();
      const { hours, projected } = timeToLimit({ ...day, threshold, spent, held, now });
      expect(hours === null || (Number.isFinite(hours) && hours >= 0)).toBe(true);
      expect(projected).toBeGreaterThanOrEqual(spent);
    }),
  );
});
