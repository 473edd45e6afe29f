import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const FAULTS = "test/faults/**/*.test.ts";

export default defineConfig({
  test: {
    // Most tests wait for the programs they start: a worker for each core, not for all but one.
    maxWorkers: availableParallelism(),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    setupFiles: ["test/support/json-imports.ts"],
    projects: [
      {
        extends: true,
        test: { name: "tests", include: ["test/**/*.test.ts"], exclude: [FAULTS], sequence: { groupOrder: 0 } },
      },
      // These keep every core busy by themselves: they run when the others are done.
      { extends: true, test: { name: "faults", include: [FAULTS], sequence: { groupOrder: 1 } } },
    ],
  },
});
