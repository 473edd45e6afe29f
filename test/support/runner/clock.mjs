// Preloaded into a program under test: shifts the machine's clock by TEST_CLOCK_SHIFT_MS, as on a runner whose clock is wrong.
const shiftMs = Number(process.env["TEST_CLOCK_SHIFT_MS"] ?? "0");
const realNow = Date.now;

Date.now = () => realNow() + shiftMs;

// A proxy and not a class of its own: libraries that look at Date's prototype find its methods there.
globalThis.Date = new Proxy(Date, {
  construct: (target, parts, made) => Reflect.construct(target, parts.length === 0 ? [Date.now()] : parts, made),
});
