import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayOf, epochOf, instantOf } from "../../src/values/month.ts";
import { endOf, isSameKind, periodAfter, periodAt } from "../../src/values/period.ts";

const berlin = { current_month: "2026-03", timezone: "Europe/Berlin" };
const utc = { current_month: "2026-02", timezone: "UTC" };

describe("the period of a sub-budget", () => {
  it.each([
    ["day", "2026-02-14T23:59:59Z", utc, "2026-02-14"],
    ["day", "2026-03-14T23:30:00Z", berlin, "2026-03-15"],
    ["week", "2026-02-15T23:59:59Z", utc, "2026-W07"],
    ["week", "2026-02-16T00:00:00Z", utc, "2026-W08"],
    ["week", "2027-01-01T12:00:00Z", utc, "2026-W53"],
    ["week", "2024-12-30T12:00:00Z", utc, "2025-W01"],
    ["month", "2026-05-14T10:00:00Z", utc, "2026-02"],
    ["none", "2026-02-14T10:00:00Z", utc, "none"],
  ] as const)("%s at %s is that of its time zone", (period, at, calendar, key) => {
    expect(periodAt(period, at, calendar)).toBe(key);
  });

  it("that has dates includes both days and nothing else", () => {
    const span = { from: "2026-02-10", to: "2026-02-24" };
    expect(periodAt(span, "2026-02-09T23:59:59Z", utc)).toBeUndefined();
    expect(periodAt(span, "2026-02-10T00:00:00Z", utc)).toBe("2026-02-10/2026-02-24");
    expect(periodAt(span, "2026-02-24T23:59:59Z", utc)).toBe("2026-02-10/2026-02-24");
    expect(periodAt(span, "2026-02-25T00:00:00Z", utc)).toBeUndefined();
  });

  it.each([
    ["2026-02-14", "UTC", "2026-02-15T00:00:00Z"],
    ["2026-02-28", "UTC", "2026-03-01T00:00:00Z"],
    ["2026-03-29", "Europe/Berlin", "2026-03-29T22:00:00Z"],
    ["2026-03-28", "Europe/Berlin", "2026-03-28T23:00:00Z"],
    ["2026-W13", "Europe/Berlin", "2026-03-29T22:00:00Z"],
    ["2026-W53", "UTC", "2027-01-04T00:00:00Z"],
    ["2026-02", "UTC", "2026-03-01T00:00:00Z"],
    ["2026-02-10/2026-02-24", "UTC", "2026-02-25T00:00:00Z"],
    ["none", "UTC", null],
  ])("%s in %s ends where the next begins, over clock changes too", (key, timezone, end) => {
    expect(endOf(key, timezone)).toBe(end);
  });

  it("never goes back, and goes on in its own kind", () => {
    expect(periodAfter("2026-02-14", "2026-02-13T10:00:00Z", utc)).toBe("2026-02-14");
    expect(periodAfter("2026-02-14", "2026-02-16T10:00:00Z", utc)).toBe("2026-02-16");
    expect(periodAfter("2026-W07", "2026-02-16T10:00:00Z", utc)).toBe("2026-W08");
    expect(periodAfter("2026-02-10/2026-02-24", "2026-05-16T10:00:00Z", utc)).toBe("2026-02-10/2026-02-24");
    expect(isSameKind("2026-02-14", "2026-W07")).toBe(false);
    expect(isSameKind("2026-02-01/2026-02-02", "2026-02-01/2026-02-03")).toBe(false);
  });

  it("contains every instant before its end, and the end is in the next one", () => {
    const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Kiritimati", "Asia/Kathmandu");
    const instants = fc.integer({ min: Date.parse("2018-01-01T00:00:00Z"), max: Date.parse("2032-01-01T00:00:00Z") });
    fc.assert(
      fc.property(zones, instants, fc.constantFrom("day" as const, "week" as const), (timezone, atMs, kind) => {
        const calendar = { current_month: "2026-02", timezone };
        const at = instantOf(atMs);
        const key = periodAt(kind, at, calendar) ?? "";
        const end = endOf(key, timezone) ?? "";
        expect(epochOf(end)).toBeGreaterThan(atMs);
        const next = periodAt(kind, end, calendar) ?? "";
        expect(next > key).toBe(true);
        expect(periodAt(kind, instantOf(epochOf(end) - 1000), calendar)).toBe(key);
        if (kind === "week") expect(new Date(`${dayOf(end, timezone)}T00:00:00Z`).getUTCDay()).toBe(1);
      }),
    );
  });
});
