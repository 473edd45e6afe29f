import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { ClosingReport } from "./test/support/pace/closing-report.ts";
import { LongestFirst } from "./test/support/pace/longest-first.ts";
import { measureMachine } from "./test/support/pace/measure-machine.ts";
import { paceOf } from "./test/support/pace/pace.ts";

const CONTEXT = fileURLToPath(new URL("scripts/stand-ins/github-context.ts", import.meta.url));
const FAULTS = "test/faults/**/*.test.ts";
// Real agents, which only npm run test:agents installs.
const AGENTS = "test/agents/**";

export default defineConfig(async ({ mode }) => {
  // Every process of the tests finds them in its environment.
  if (mode === "long") process.env["TEST_COUNTS"] ||= "long";
  process.env["TEST_FACTOR"] ||= String(await measureMachine());
  const { patient } = paceOf(process.env);
  return {
    // The package doesn't export its context alone; the paths of tsconfig.json say the same to the compiler and the bundler.
    resolve: { alias: { "@actions/github/lib/context": CONTEXT } },
    test: {
      // Most tests wait for the programs they start: one more than there are cores keeps them busy.
      maxWorkers: availableParallelism() + 1,
      // A process for each file would take longer than most files do: files share processes, and clean up after themselves.
      isolate: false,
      // Nothing should take a tenth of it: only what hangs meets it.
      testTimeout: patient(120_000),
      hookTimeout: patient(120_000),
      teardownTimeout: patient(60_000),
      setupFiles: ["test/support/json-imports.ts", "test/support/pace/properties.ts"],
      sequence: { sequencer: LongestFirst },
      reporters: ["default", ...(process.env["GITHUB_ACTIONS"] ? ["github-actions"] : []), new ClosingReport()],
      projects: [
        {
          extends: true,
          test: {
            name: "tests",
            include: ["test/**/*.test.ts"],
            exclude: [FAULTS, AGENTS],
            sequence: { groupOrder: 0 },
          },
        },
        // These keep every core busy by themselves: they run when the others are done.
        { extends: true, test: { name: "faults", include: [FAULTS], sequence: { groupOrder: 1 } } },
      ],
    },
  };
});
