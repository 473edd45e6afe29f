import type * as z from "zod/mini";
import { encoded } from "../../values/encoded.ts";
import { usdOf } from "../../values/money.ts";
import type { Quickly } from "../../values/quick.ts";
import { type ClosedHold, type State, stateSchema } from "../state.ts";

/**
 * The state as the text of its file: a line for each hold, model, day and month, so that a diff shows what changed.
 * Throws a BudgetError for a state that could not be read again. `quickly` is for full books.
 */
export function encodeState(state: State, quickly?: Quickly): string {
  const json = quickly?.(stateSchema, state, "encode")?.value ?? checkedJson(state);
  const lines = Object.entries(json)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${layOut(value)}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

function checkedJson(state: State): object {
  // There are hundreds of them, nearly all unchanged: checking each again would be most of the time to write a state.
  const closed = state.closed_holds.map(encodeClosedHold);
  return { ...encoded("state", stateSchema, { ...state, closed_holds: [] }), closed_holds: closed };
}

/** Whether two states are the same to the byte, except for the file of the last entry, which the store names. */
export function isSameState(a: State, b: State): boolean {
  if (a.last_entry?.id !== b.last_entry?.id || a.last_entry?.at !== b.last_entry?.at) return false;
  return encodeState({ ...a, last_entry: null }) === encodeState({ ...b, last_entry: null });
}

/** The amounts in it; everything else is the same in JSON. */
function encodeClosedHold(closed: ClosedHold): z.input<typeof stateSchema>["closed_holds"][number] {
  const { charged, lesson } = closed;
  return { ...closed, charged: usdOf(charged), ...(lesson !== undefined && { lesson: usdOf(lesson) }) };
}

function layOut(value: unknown): string {
  if (Array.isArray(value)) {
    if (!value.some(isObject)) return JSON.stringify(value);
    return `[\n${value.map((item) => `    ${JSON.stringify(item)}`).join(",\n")}\n  ]`;
  }
  if (isObject(value) && Object.values(value).some(isObject)) {
    const lines = Object.entries(value).map(([key, item]) => `    ${JSON.stringify(key)}: ${JSON.stringify(item)}`);
    return `{\n${lines.join(",\n")}\n  }`;
  }
  return JSON.stringify(value);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
