import { answerTo, type Reading } from "./edges/machine/reading.ts";
import type { Told } from "./edges/machine/reading-process.ts";

// What this process reads may take all of its memory, or longer than anybody waits: src/edges/machine/reading-process.ts.
const tell = (told: Told) => new Promise((resolve) => process.send?.(told, resolve));

process.once("message", async (readings: readonly Reading[]) => {
  try {
    for (const reading of readings) await tell({ answer: await answerTo(reading) });
  } catch (error) {
    await tell({ fault: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
// Whoever waited for it is gone.
process.once("disconnect", () => process.exit());
