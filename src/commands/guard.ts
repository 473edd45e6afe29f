import type { InputsOf } from "../inputs/commands/table.ts";
import { check } from "./check.ts";
import type { NotedFile, Ports } from "./operation/ports.ts";
import type { Outcome } from "./outcome/outcome.ts";

/** What a gate's main part keeps for its post part, as text: the runner evaluates the inputs again before post. */
export type GateMemory = {
  readonly hold: string;
  readonly repository: string;
  readonly branch: string;
  readonly path: string;
  /** The name of books in a database. */
  readonly books?: string | undefined;
  readonly profile: string;
  readonly tags: Readonly<Record<string, string>>;
  /** When the main part began, milliseconds since 1970. */
  readonly sinceMs: number;
};

/**
 * The answer to the main part: `unheld` if it was allowed although the books gave no answer, `unknown` if it wasn't
 * allowed and doesn't know whether its hold was written.
 */
export type GateAnswer = "allowed" | "unheld" | "denied" | "unknown";

/** What the post part knows of the main part. */
export type Gate = {
  readonly memory: GateMemory;
  readonly answer: GateAnswer;
  /**
   * When the main part ended, milliseconds since 1970, and the usage files at that time; undefined if it was cut short.
   */
  readonly before?: { readonly atMs: number; readonly files: readonly NotedFile[] } | undefined;
};

/** The main part: a check. `answer` is what the post part needs to know about it. */
export async function guard(
  ports: Ports,
  inputs: InputsOf<"guard">,
  holdId: string,
): Promise<{ readonly outcome: Outcome; readonly answer: GateAnswer }> {
  const outcome = await check(ports, inputs, { holdId, isGate: true });
  const { kind } = outcome.gate ?? { kind: "denied" };
  return { outcome, answer: kind === "held" ? "allowed" : kind };
}

/** How long the post part tries: a job that ends must not hang on its books. */
export const POST_PATIENCE_MS = 60_000;
