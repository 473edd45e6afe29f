import * as z from "zod/mini";
import { id } from "../../inputs/text-kinds.ts";
import { type Environment, savedState } from "./inputs.ts";
import type { Io } from "./io.ts";

/** The name under which a gate's main part keeps its meter. */
const METER_KEY = "meter";

const meterState = z.object({
  hold: z.string().check(z.refine((text) => id.parse(text) === text)),
  folder: z.string().check(z.minLength(1), z.maxLength(4_096)),
  pid: z.int().check(z.gte(1)),
  port: z.int().check(z.gte(1), z.lte(65_535)),
  secret: z.string().check(z.regex(/^[\w-]{20,100}$/)),
  control: z.string().check(z.regex(/^[\w-]{20,100}$/)),
  /** Codex's configuration, if a line was added to it, and whether there was one before. */
  codex: z.optional(z.object({ path: z.string(), isNew: z.boolean() })),
});

/** A meter that a gate's main part started, for its post part. */
export type MeterState = z.output<typeof meterState>;

export function rememberMeter(io: Io, meter: MeterState): void {
  io.saveState(METER_KEY, JSON.stringify(meter));
}

/** The meter that this step's main part started; undefined if it started none. */
export function recallMeter(env: Environment): MeterState | undefined {
  try {
    const kept = z.safeParse(meterState, JSON.parse(savedState(env, METER_KEY) ?? "null"));
    return kept.success ? kept.data : undefined;
  } catch {
    return undefined;
  }
}
