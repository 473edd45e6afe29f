import * as z from "zod/mini";
import { SEVERITIES } from "../../books/notify-keys.ts";
import { arePercents } from "../list-kinds.ts";
import { percentsOf } from "./alert-steps.ts";

const percent = z.int().check(z.gte(1), z.lte(100));
const step = z.union([percent, z.strictObject({ at: percent, severity: z.enum(SEVERITIES) })]);

/** Percentages at which to warn, each of which may say how much it matters. */
export const alertSteps = z.array(step).check(z.refine((steps) => arePercents(percentsOf(steps))));

export const STEPS_WANTED =
  "a list of whole percentages from 1 to 100, ascending and each once, such as [75, 90]; for another severity, { at: 60, severity: critical } (info, warning, critical or emergency)";
