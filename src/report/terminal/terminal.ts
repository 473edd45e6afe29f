import type { Colors } from "picocolors/types.js";
import type { Tone } from "../model/view.ts";

/** The output settings of a terminal: picocolors' colors, on or off, and its columns. */
export type Terminal = { readonly colors: Colors; readonly width: number };

/** How a tone is marked at a terminal. */
export const MARKS: Readonly<Record<Tone, string>> = { good: "✔", warn: "!", bad: "✖" };
