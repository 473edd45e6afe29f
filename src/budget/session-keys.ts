import type { PricedLine } from "../pricing/unit-prices.ts";
import { priceStepOf } from "../usage/added-up.ts";
import { plainKey } from "./names.ts";

/** Between a session and what sets a counter of it apart from the model's others; in no such mark. */
const APART = "#";

/** The tool named no model; where somebody else did, it is one name for whatever models there were. */
export function isNameless(line: PricedLine): boolean {
  return line.model === "" || line.assumed === true;
}

/** A line's counter among its session's. */
export function counterOf(line: PricedLine): string {
  return isNameless(line) ? "" : `${marksOf(line)}:${line.model}`;
}

/** The key under which a line's counter is remembered. */
export function keyOfLine(session: string, line: PricedLine): string {
  return isNameless(line) ? keyOf(session) : plainKey(`${session}${marksOf(line)}:${line.model}`);
}

/** The key of a session's counter of no model. */
export function keyOf(session: string): string {
  return plainKey(session);
}

/** Whether a key is of a counter of one of the session's models. */
export function isModelOf(key: string, session: string): boolean {
  return [":", APART].some((mark) => key.startsWith(`${plainKey(session)}${mark}`));
}

/** Whether a key is of one of the counters of a model. */
export function isCounterOf(key: string, session: string, model: string): boolean {
  if (!isModelOf(key, session)) return false;
  const marks = key.slice(plainKey(session).length, key.indexOf(":", plainKey(session).length));
  return key === plainKey(`${session}${marks}:${model}`);
}

/** What sets a line's requests apart from others of its model: their price is another one. */
function marksOf({ tier = "", region = "", smallest_input = 0 }: PricedLine): string {
  const step = priceStepOf(smallest_input);
  const marks = [tier, region, step === 0 ? "" : `>${step}`].filter((mark) => mark !== "");
  return marks.map((mark) => `${APART}${mark}`).join("");
}
