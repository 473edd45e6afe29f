import type { RunRef } from "./codecs.ts";

/** Where the reader looks at a run from: its own address identifies the server, which may be an Enterprise one. */
export type SeenFrom = { readonly repository?: string | undefined; readonly runUrl?: string | undefined };

/** A run's page on the reader's server, otherwise on github.com; undefined for one made at a terminal. */
export function runUrlOf({ repository, run_id }: RunRef, { runUrl }: SeenFrom): string | undefined {
  if (run_id === undefined || repository === undefined || !/^[\w.-]+\/[\w.-]+$/.test(repository)) return undefined;
  const server = /^https?:\/\/[^/]+/.exec(runUrl ?? "")?.[0] ?? "https://github.com";
  return `${server}/${repository}/actions/runs/${run_id}`;
}

/** A run in a few words: its job and its page; empty for one made at a terminal. */
export function runText(run: RunRef, from: SeenFrom): string {
  const page = runUrlOf(run, from);
  const job = run.job === undefined ? "" : `job ${run.job}`;
  return [job, page ?? ""].filter((part) => part !== "").join(", ");
}
