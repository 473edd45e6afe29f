import { type Answer, answerTo, bytesIn, type Reading } from "./reading.ts";

/** What reading usage may take, besides time. */
export type ReadingLimits = {
  /** Megabytes (2^20 bytes) of the heap of the process that reads. */
  readonly heapMb: number;
  /** Up to this many bytes are read in this process: starting another one would take longer. */
  readonly smallBytes: number;
};

const MB = 1024 * 1024;
/** An honest file of 100 MB that is one JSON object takes 600. */
const MAX_HEAP_MB = 768;
const SMALL_BYTES = MB;

export type ReadAll = (readings: readonly Reading[]) => Promise<readonly Answer[]>;

/** Reads what agents left, within this many seconds in total: what isn't read by then is unusable. */
export function boundedReader(seconds: number, limits: Partial<ReadingLimits> = {}): ReadAll {
  const { heapMb = heapOf(process.constrainedMemory()), smallBytes = SMALL_BYTES } = limits;
  let leftMs = seconds * 1000;
  return async (readings) => {
    const bytes = readings.reduce((sum, reading) => sum + bytesIn(reading), 0);
    if (bytes <= smallBytes) return Promise.all(readings.map(answerTo));
    const startedMs = performance.now();
    const { readApart } = await import("./reading-process.ts");
    const answers = await readApart(readings, { heapMb, seconds, signal: timeUp(leftMs) });
    leftMs -= performance.now() - startedMs;
    return answers;
  };
}

/**
 * At most half of the container's memory limit in bytes, if it has one: reaching the limit kills the whole container.
 */
export function heapOf(constrainedBytes: number): number {
  const half = Math.floor(constrainedBytes / 2 / MB);
  return half > 0 ? Math.min(MAX_HEAP_MB, half) : MAX_HEAP_MB;
}

/** Aborted after this many milliseconds, immediately if none are left. */
function timeUp(ms: number): AbortSignal {
  if (ms <= 0) return AbortSignal.abort();
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms).unref();
  return controller.signal;
}
