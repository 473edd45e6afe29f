import type { MeterRead } from "../../commands/meter/meter-read.ts";
import type { Ports } from "../../commands/operation/ports.ts";
import { readMeter } from "../machine/meter-record.ts";
import { type Environment, METER_FILE_VARIABLE, METERED_VARIABLE } from "./inputs.ts";

/** What is exported: how many bytes of which record are booked in these books. */
export function meteredText(bytes: number, record: string, books: string): string {
  return JSON.stringify([bytes, record, books]);
}

/** How many bytes of a meter's record steps of this job have booked in these books. */
export function meteredInEnvironment(env: Environment, record: string, books: string): number {
  try {
    const [bytes, of, place] = JSON.parse(env[METERED_VARIABLE] ?? "[]") as unknown[];
    return of === record && place === books && Number.isSafeInteger(bytes) ? Math.max(0, bytes as number) : 0;
  } catch {
    return 0;
  }
}

/** The path of the record of the job's meter: it is beside the live file. */
export function recordIn(env: Environment): string {
  return (env[METER_FILE_VARIABLE] ?? "").replace(/\.json$/, ".jsonl");
}

/** What the job's meter recorded since a step booked last; the meter goes on. */
export function recordSoFar(env: Environment, books: string, readUsage: Ports["readUsage"]): Promise<MeterRead> {
  const record = recordIn(env);
  const live = env[METER_FILE_VARIABLE] ?? "";
  return readMeter({ record, live, from: meteredInEnvironment(env, record, books), isOver: false }, readUsage);
}
