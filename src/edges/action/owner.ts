import type { Context } from "./context.ts";

/** Which step of which run keeps something for its post part. */
export type Owner = Pick<Context, "runId" | "attempt" | "job">;

/** The owner as it is kept: without what the runner doesn't say. */
export function ownerOf({ runId, attempt, job }: Owner): Partial<Owner> {
  return {
    ...(runId !== undefined && { runId }),
    ...(attempt !== undefined && { attempt }),
    ...(job !== undefined && { job }),
  };
}
