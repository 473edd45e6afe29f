import { isDeepStrictEqual } from "node:util";
import * as z from "zod/mini";
import type { Kind } from "../../inputs/kinds.ts";
import { tagLines } from "../../inputs/list-kinds.ts";
import { booksName, branch, repository, statePath } from "../../inputs/place-kinds.ts";
import { id, text } from "../../inputs/text-kinds.ts";
import { MAX_NOTED } from "../machine/noted-files.ts";
import { type Connection, connection } from "./connection.ts";
import { type Environment, savedState } from "./inputs.ts";
import { type Owner, ownerOf } from "./owner.ts";

const fits = <T>({ parse }: Kind<T>) => z.refine<T>((value) => isDeepStrictEqual(parse(String(value)), value));

const gateMemory = z.object({
  hold: z.string().check(fits(id)),
  repository: z.string().check(fits(repository)),
  branch: z.string().check(fits(branch)),
  path: z.string().check(fits(statePath)),
  books: z.optional(z.string().check(fits(booksName))),
  profile: z.string().check(fits(text(100))),
  tags: z.record(z.string(), z.string()).check(
    z.refine((tags) => {
      const lines = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
      return isDeepStrictEqual(tagLines.parse(lines.join("\n")), tags);
    }),
  ),
  sinceMs: z.number().check(z.nonnegative()),
});

/** What a gate's main part kept for its post part. */
export type KeptGate = z.output<typeof gateMemory>;

/** Which step of which run kept it: the output of `ownerOf`. */
const owner = z.object({
  runId: z.optional(z.number()),
  attempt: z.optional(z.number()),
  job: z.optional(z.string()),
});

const leftBehind = z.object({
  atMs: z.number(),
  files: z
    .array(z.object({ path: z.string(), size: z.number(), modifiedMs: z.number() }))
    .check(z.maxLength(MAX_NOTED)),
});

/** When the main part ended, milliseconds since 1970, and which usage files were there. */
export type LeftBehind = z.output<typeof leftBehind>;

const ANSWERS = ["allowed", "unheld", "denied", "unknown"] as const;
export type KeptAnswer = (typeof ANSWERS)[number];

export type GateState = {
  readonly memory: KeptGate;
  readonly answer: KeptAnswer;
  /** Undefined if the main part was cut short before. */
  readonly before: LeftBehind | undefined;
  /** How the main part connected. */
  readonly connection: Connection;
};

/**
 * What the main part of this step kept for its post part: undefined if it wasn't a gate or was cut short before its
 * first request, and "foreign" if no main part of this step can have kept it. One that was cut short later left no
 * answer: whether its hold was written is unknown.
 */
export function recallGate(env: Environment, context: Owner): GateState | "foreign" | undefined {
  const text = savedState(env, "gate");
  if (text === undefined) return undefined;
  const kept = z.safeParse(z.object({ memory: gateMemory, connection, owner }), parsed(text));
  if (!kept.success || !isDeepStrictEqual(kept.data.owner, ownerOf(context))) return "foreign";
  const { memory, connection: connected } = kept.data;
  const answer = ANSWERS.find((known) => known === savedState(env, "answer")) ?? "unknown";
  const before = z.safeParse(leftBehind, parsed(savedState(env, "before") ?? ""));
  return { memory, answer, before: before.success ? before.data : undefined, connection: connected };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
