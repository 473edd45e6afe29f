// The meter's program as a process of the tests: outer without an argument, inner with one.
import type { MeterSetup } from "../../../src/meter/setup.ts";
import { nanoUsd } from "../../../src/values/money.ts";

/** What the books of these tests grant: as much as the setup says. */
type Books = { readonly grant?: number; readonly refused?: string };

const self = process;
if (process.argv[2] === "inner") {
  // The outer process does without all of it.
  const { meterAgent } = await import("../../../src/edges/machine/meter-agent.ts");
  const { runInner } = await import("../../../src/meter/inner.ts");
  runInner({
    self,
    outside: () => meterAgent(process.env),
    hooks: (setup: MeterSetup) => ({
      extend: async (needed) => {
        const { grant = 0, refused = "The month's budget is used up." } = (setup.books ?? {}) as Books;
        return grant >= needed ? { granted: nanoUsd(grant) } : { refused };
      },
      alert: async () => {},
    }),
  });
} else {
  const { runOuter } = await import("../../../src/meter/outer.ts");
  await runOuter({ command: [process.execPath, import.meta.filename], self });
}
