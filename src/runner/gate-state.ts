import * as z from "zod/mini";
import { type Environment, savedState } from "./inputs.ts";
import type { Io } from "./io.ts";
import { MOST_NOTED } from "./noted-files.ts";

const gateMemory = z.object({
  hold: z.string(),
  repository: z.string(),
  branch: z.string(),
  path: z.string(),
  profile: z.string(),
  tags: z.record(z.string(), z.string()),
  sinceMs: z.number(),
});

/** What a gate's main part kept for its post part. */
export type KeptGate = z.output<typeof gateMemory>;

const leftBehind = z.object({
  atMs: z.number(),
  files: z
    .array(z.object({ path: z.string(), size: z.number(), modifiedMs: z.number() }))
    .check(z.maxLength(MOST_NOTED)),
});

/** When the main part ended, milliseconds since 1970, and which usage files were there by then. */
export type LeftBehind = z.output<typeof leftBehind>;

const ANSWERS = ["allowed", "unheld", "denied", "unknown"] as const;
export type KeptAnswer = (typeof ANSWERS)[number];

export type GateState = {
  readonly memory: KeptGate;
  readonly answer: KeptAnswer;
  /** Undefined where the main part was cut short before it knew. */
  readonly before: LeftBehind | undefined;
};

/** Keeps what the post part needs, before anything is asked of the books. */
export function rememberGate(io: Io, memory: KeptGate): void {
  io.saveState("gate", JSON.stringify(memory));
}

/** Keeps how the gate answered. */
export function rememberAnswer(io: Io, answer: KeptAnswer): void {
  io.saveState("answer", answer);
}

/** Keeps what was there when the main part ended: what the job's agent leaves is newer. */
export function rememberBefore(io: Io, before: LeftBehind): void {
  io.saveState("before", JSON.stringify(before));
}

/**
 * What the main part of this step kept for its post part: undefined where it wasn't a gate, or was cut short before it
 * asked anything. One that was cut short later left no answer: nobody knows whether its hold was written.
 */
export function recallGate(env: Environment): GateState | undefined {
  const kept = savedState(env, "gate");
  if (kept === undefined) return undefined;
  const answer = ANSWERS.find((known) => known === savedState(env, "answer"));
  return { memory: z.parse(gateMemory, JSON.parse(kept)), answer: answer ?? "unknown", before: recallBefore(env) };
}

function recallBefore(env: Environment): LeftBehind | undefined {
  try {
    const read = z.safeParse(leftBehind, JSON.parse(savedState(env, "before") ?? "null"));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
