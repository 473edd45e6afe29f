import * as z from "zod/mini";
import { isTimeZone, type Month } from "../../values/month.ts";
import { UNIT_NAMES } from "../../values/quantity.ts";
import type { Quickly } from "../../values/quick.ts";
import { MOVED_CAPABILITY, type Moved } from "../moved-keys.ts";
import { PAUSED_CAPABILITY } from "../outlook-keys.ts";
import { type State, stateSchema } from "../state.ts";
import { BY_RUN_CAPABILITY, capabilitiesFor } from "../unit-keys.ts";
import { type LegacyState, legacySchema } from "./version-1.ts";

/**
 * What this release can maintain in a state; a state that `requires` more is unreadable to it, so it is never written.
 */
export const CAPABILITIES: readonly string[] = [...capabilitiesFor(UNIT_NAMES), BY_RUN_CAPABILITY, PAUSED_CAPABILITY];

/** No books are older. */
const FIRST_MONTH: Month = "2000-01";

export type DecodedState =
  | { readonly kind: "state"; readonly state: State }
  | { readonly kind: "legacy"; readonly legacy: LegacyState }
  /** What is wrong and where in the file, as a phrase: "has conflict markers at line 12". */
  | {
      readonly kind: "unreadable";
      readonly problem: string;
      /** Nothing is wrong with the text: the books are elsewhere. */
      readonly moved?: Moved;
      /** What a copy has, for those who only read. */
      readonly copy?: () => DecodedState;
    };

/**
 * The state of a file's text, version 1.0 or 2.0, that requires no more than is known. Never throws: what can't be read
 * is a value. `quickly` is for full books.
 */
export function decodeState(text: string, known: readonly string[] = CAPABILITIES, quickly?: Quickly): DecodedState {
  const marker = text.search(/^(<{7}|={7}|>{7})/m);
  if (marker >= 0) return unreadable(`has merge conflict markers at line ${lineAt(text, marker)}`);
  if (text.trim() === "") return unreadable("is empty");
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    return unreadable(`isn't JSON: ${(error as Error).message.replace(/\s+/g, " ").slice(0, 200)}`);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) return unreadable("isn't a JSON object");
  const { version } = json as { version?: unknown };
  if (version === "1.0") {
    return decoded(legacySchema, json, (legacy) =>
      isPossibleMonth(legacy.current_month) ? { kind: "legacy", legacy } : impossibleMonth(legacy.current_month),
    );
  }
  if (version !== "2.0") return unreadable(versionProblem(version));
  const requires = (json as { requires?: unknown }).requires;
  const lacking = Array.isArray(requires) ? requires.filter((name) => !known.includes(name)) : [];
  if (lacking.length > 0) {
    const { moved } = json as { moved?: Moved };
    if (lacking.includes(MOVED_CAPABILITY) && typeof moved?.to === "string") {
      const copy = () => decodeState(text, [...known, MOVED_CAPABILITY], quickly);
      return { kind: "unreadable", problem: "was moved", moved, ...(moved.is === "copy" && { copy }) };
    }
    return unreadable(
      `requires ${lacking.map(String).join(", ")}, which this release doesn't support: use a newer release of token-budget`,
    );
  }
  const quick = quickly?.(stateSchema, json, "decode");
  return quick === undefined ? decoded(stateSchema, json, possible) : possible(quick.value as State);
}

function possible(state: State): DecodedState {
  if (!isTimeZone(state.timezone)) {
    return unreadable(`has an unknown time zone at timezone: ${JSON.stringify(state.timezone).slice(0, 80)}`);
  }
  return isPossibleMonth(state.current_month) ? { kind: "state", state } : impossibleMonth(state.current_month);
}

/** Each month since the books' own becomes a line of history: a mistyped year must not make thousands of them. */
function isPossibleMonth(month: Month): boolean {
  return month >= FIRST_MONTH;
}

function impossibleMonth(month: Month): DecodedState {
  return unreadable(`is invalid at current_month: ${JSON.stringify(month)} is before ${FIRST_MONTH}`);
}

function decoded<Schema extends z.ZodMiniType>(
  schema: Schema,
  json: unknown,
  then: (value: z.output<Schema>) => DecodedState,
): DecodedState {
  const result = z.safeDecode(schema, json as z.input<Schema>);
  if (result.success) return then(result.data);
  const [issue] = result.error.issues;
  if (issue === undefined) return unreadable("is invalid");
  const more = result.error.issues.length - 1;
  const place = issue.path.length === 0 ? "the top level" : z.core.toDotPath(issue.path);
  const others = more > 0 ? ` (and ${more} more ${more === 1 ? "place" : "places"})` : "";
  return unreadable(`is invalid at ${place}: ${wrongText(issue, json)}${others}`);
}

/** What is wrong in a place and what it should be: "\"5\" is not a number", "is missing". */
function wrongText(issue: z.core.$ZodIssue, json: unknown): string {
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | null)?.[key], json);
  if (value === undefined) return "is missing";
  const shown = JSON.stringify(value).slice(0, 60);
  if (issue.code === "invalid_type") {
    return `${shown} is not ${/^[aeiou]/.test(issue.expected) ? "an" : "a"} ${issue.expected}`;
  }
  return issue.message === "Invalid input" ? `${shown} can't be used` : `${shown} is ${issue.message}`;
}

function versionProblem(version: unknown): string {
  if (version === undefined) return "has no version; this release reads 1.0 and 2.0";
  const shown = JSON.stringify(version).slice(0, 40);
  return `is version ${shown}; this release reads "1.0" and "2.0": use a release of token-budget that reads it`;
}

function unreadable(problem: string): DecodedState {
  return { kind: "unreadable", problem };
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}
