// Preloaded into a program under test: shifts the machine's clock by TEST_CLOCK_SHIFT_MS, as on a runner whose clock is wrong.
const shiftMs = Number(process.env["TEST_CLOCK_SHIFT_MS"] ?? "0");
const RealDate = Date;

class ShiftedDate extends RealDate {
  constructor(...parts: [] | [number | string | Date]) {
    if (parts.length === 0) super(RealDate.now() + shiftMs);
    else super(...parts);
  }

  static override now(): number {
    return RealDate.now() + shiftMs;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
