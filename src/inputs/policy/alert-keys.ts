import * as z from "zod/mini";
import { SEVERITIES } from "../../books/notify-keys.ts";
import { arePercents } from "../list-kinds.ts";
import { written } from "../quantities.ts";
import { percentsOf } from "./alert-steps.ts";

const percent = z.int().check(z.gte(1), z.lte(100));
const step = z.union([percent, z.strictObject({ at: percent, severity: z.enum(SEVERITIES) })]);

/** Percentages at which to warn, each of which may say how much it matters. */
export const alertSteps = z.array(step).check(z.refine((steps) => arePercents(percentsOf(steps))));

export const STEPS_WANTED =
  "a list of whole percentages from 1 to 100, ascending and each once, such as [75, 90]; for another severity, { at: 60, severity: critical } (info, warning, critical or emergency)";

const DURATION = /^(\d{1,4}) (min|h|days?)$/;
const MS: Readonly<Record<string, number>> = { min: 60_000, h: 3_600_000, day: 86_400_000, days: 86_400_000 };

/** "30 min", "2 h", "1 day" in milliseconds. */
const duration = written<number>(
  DURATION,
  (text) => {
    const [, number = "", unit = ""] = DURATION.exec(text) ?? [];
    const ms = Number(number) * (MS[unit] ?? 0);
    return ms > 0 ? ms : undefined;
  },
  (ms) => `${ms / 60_000} min`,
);

/** After which time an alert that nobody has acknowledged is announced again. */
export const escalation = z.strictObject({ warning: z.optional(duration), critical: z.optional(duration) });

export const ESCALATE_WANTED =
  "the time after which alerts that nobody has acknowledged are announced again, such as { warning: 2 h, critical: 30 min }";
