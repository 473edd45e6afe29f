import { encoded } from "../../values/encoded.ts";
import { type State, stateSchema } from "../state.ts";

/**
 * The state as the text of its file: a line for each hold, model, day and month, so that a diff shows what changed.
 * Throws a BudgetError for a state that could not be read again.
 */
export function encodeState(state: State): string {
  const lines = Object.entries(encoded("state", stateSchema, state))
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${layOut(value)}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

/** Whether two states are the same to the byte, except for the file of the last entry, which the store names. */
export function isSameState(a: State, b: State): boolean {
  if (a.last_entry?.id !== b.last_entry?.id || a.last_entry?.at !== b.last_entry?.at) return false;
  return encodeState({ ...a, last_entry: null }) === encodeState({ ...b, last_entry: null });
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
