import * as z from "zod/mini";
import { type State, stateSchema } from "./state.ts";

/**
 * The state as the text of its file: a line for each hold, model, day and month, so that a diff shows what changed.
 * Throws a RangeError when an amount is beyond what JSON keeps exactly.
 */
export function encodeState(state: State): string {
  const lines = Object.entries(z.encode(stateSchema, state))
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${layOut(value)}`);
  return `{\n${lines.join(",\n")}\n}\n`;
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
