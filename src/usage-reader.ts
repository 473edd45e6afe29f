import { answerTo, type Reading } from "./edges/machine/reading.ts";
import type { Message } from "./edges/machine/reading-process.ts";

// Reading may take all of this process's memory, or too long: src/edges/machine/reading-process.ts.
const send = (message: Message) => new Promise((resolve) => process.send?.(message, resolve));

process.once("message", async (readings: readonly Reading[]) => {
  try {
    for (const reading of readings) await send({ answer: await answerTo(reading) });
  } catch (error) {
    await send({ fault: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
// The process that waited for it is gone.
process.once("disconnect", () => process.exit());
