import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// The agents' programs are large and start slowly: one after the other, with time for all their tries.
const MINUTES = 60_000;

export default defineConfig({
  test: {
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["*.test.ts"],
    fileParallelism: false,
    testTimeout: 15 * MINUTES,
  },
});
