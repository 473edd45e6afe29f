import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dayOf,
  daysIn,
  epochOf,
  instantOf,
  isTimeZone,
  later,
  ledgerHourOf,
  monthBefore,
  monthOf,
  monthStart,
  nextMonth,
  timeOf,
} from "../../src/values/month.ts";

describe("the month an instant falls in", () => {
  it.each([
    ["2026-02-28T23:59:59Z", "UTC", "2026-02"],
    ["2026-03-01T00:00:00Z", "UTC", "2026-03"],
    ["2026-02-28T22:59:59Z", "Europe/Berlin", "2026-02"],
    ["2026-02-28T23:00:00Z", "Europe/Berlin", "2026-03"],
    ["2026-03-31T21:59:59Z", "Europe/Berlin", "2026-03"],
    ["2026-03-31T22:00:00Z", "Europe/Berlin", "2026-04"],
    ["2026-03-01T02:59:59Z", "America/Sao_Paulo", "2026-02"],
    ["2026-03-01T03:00:00Z", "America/Sao_Paulo", "2026-03"],
    ["2026-02-28T10:00:00Z", "Pacific/Kiritimati", "2026-03"],
    ["2026-02-28T09:59:59Z", "Pacific/Kiritimati", "2026-02"],
    ["2025-12-31T23:59:59.999Z", "UTC", "2025-12"],
  ])("%s in %s is %s", (instant, zone, month) => {
    expect(monthOf(instant, zone)).toBe(month);
  });
});

describe("the instant a month begins", () => {
  it.each([
    ["2026-03", "UTC", "2026-03-01T00:00:00Z"],
    ["2026-04", "Europe/Berlin", "2026-03-31T22:00:00Z"],
    ["2026-11", "Europe/Berlin", "2026-10-31T23:00:00Z"],
    ["2026-01", "Pacific/Kiritimati", "2025-12-31T10:00:00Z"],
    ["2026-03", "America/Sao_Paulo", "2026-03-01T03:00:00Z"],
    // Midnight comes twice in Havana on that day, and not at all in Asunción.
    ["2026-11", "America/Havana", "2026-11-01T04:00:00Z"],
    ["2023-10", "America/Asuncion", "2023-10-01T04:00:00Z"],
  ])("%s in %s is %s", (month, zone, instant) => {
    expect(monthStart(month, zone)).toBe(instant);
  });

  it("is the first that falls in it, in any zone", () => {
    const zones = Intl.supportedValuesOf("timeZone");
    const months = fc.record({
      zone: fc.constantFrom(...zones),
      year: fc.integer({ min: 2024, max: 2040 }),
      month: fc.integer({ min: 1, max: 12 }),
    });
    fc.assert(
      fc.property(months, ({ zone, year, month }) => {
        const text = `${year}-${String(month).padStart(2, "0")}`;
        const start = monthStart(text, zone);
        expect(monthOf(start, zone)).toBe(text);
        expect(monthOf(later(start, -1), zone) < text).toBe(true);
      }),
    );
  });
});

describe("calendars", () => {
  it.each([
    ["2026-01", "2026-02", 31],
    ["2026-12", "2027-01", 31],
    ["2024-02", "2024-03", 29],
    ["2026-02", "2026-03", 28],
  ])("%s is followed by %s and has %d days", (month, next, days) => {
    expect(nextMonth(month)).toBe(next);
    expect(daysIn(month)).toBe(days);
  });

  it.each([
    ["2026-03", "2026-02"],
    ["2026-01", "2025-12"],
    ["2026-11", "2026-10"],
  ])("%s comes after %s", (month, before) => {
    expect(monthBefore(month)).toBe(before);
  });

  it("a day is that of the zone", () => {
    expect(dayOf("2026-02-14T23:30:00Z", "Europe/Berlin")).toBe("2026-02-15");
    expect(dayOf("2026-02-15T02:30:00Z", "America/Sao_Paulo")).toBe("2026-02-14");
  });

  it("UTC, which is worked out without zone data, is what the zone data says of Etc/UTC", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.parse("2100-01-01T00:00:00Z") }), (ms) => {
        const instant = instantOf(ms);
        expect(dayOf(instant, "UTC")).toBe(dayOf(instant, "Etc/UTC"));
        expect(timeOf(instant, "UTC")).toBe(timeOf(instant, "Etc/UTC"));
        const month = monthOf(instant, "UTC");
        expect(monthStart(month, "UTC")).toBe(monthStart(month, "Etc/UTC"));
      }),
    );
  });

  it("a time of day is that of the zone", () => {
    expect(timeOf("2026-03-29T00:59:59Z", "Europe/Berlin")).toBe("01:59");
    expect(timeOf("2026-03-29T01:00:00Z", "Europe/Berlin")).toBe("03:00");
  });

  it("a ledger hour is that of UTC", () => {
    expect(ledgerHourOf("2026-02-14T10:59:59.999Z")).toBe("2026-02/14T10");
    expect(ledgerHourOf("2026-02-28T23:30:00-01:00")).toBe("2026-03/01T00");
  });

  it("an instant has milliseconds where there are any", () => {
    expect(instantOf(epochOf("2026-02-14T10:07:31Z"))).toBe("2026-02-14T10:07:31Z");
    expect(later("2026-02-14T10:07:31Z", 1)).toBe("2026-02-14T10:07:31.001Z");
    expect(() => epochOf("soon")).toThrow(RangeError);
    expect(() => instantOf(Number.NaN)).toThrow(RangeError);
  });

  it.each([
    ["Europe/Berlin", true],
    ["UTC", true],
    ["Mars/Olympus", false],
    ["", false],
  ])("%s is a time zone: %s", (zone, is) => {
    expect(isTimeZone(zone)).toBe(is);
  });
});
