import type { RunRef } from "./codecs.ts";

const GITHUB = "https://github.com";

/**
 * Where the reader looks at a run from: the page of a run on the same server, which may be an Enterprise one, or the
 * server itself.
 */
export type SeenFrom = { readonly runUrl?: string | undefined; readonly server?: string | undefined };

/**
 * A run's page on the reader's server, otherwise on the one the run names, otherwise on github.com; undefined for one
 * made at a terminal.
 */
export function runUrlOf(run: RunRef, { runUrl, server }: SeenFrom): string | undefined {
  const { repository, run_id } = run;
  if (run_id === undefined || repository === undefined || !/^[\w.-]+\/[\w.-]+$/.test(repository)) return undefined;
  const known = [runUrl, server, run.server].map(serverIn).find((each) => each !== undefined);
  return `${known ?? GITHUB}/${repository}/actions/runs/${run_id}`;
}

/** The server that a run has to name because it isn't github.com. */
export function namedServer(url: string): string | undefined {
  const server = serverIn(url);
  return server === GITHUB ? undefined : server;
}

/** "https://ghe.example" of an address on it; nothing else of the address can be part of a link. */
function serverIn(url: string | undefined): string | undefined {
  return /^https?:\/\/[\w.-]+(?::\d+)?(?=\/|$)/.exec(url ?? "")?.[0];
}

/** A run in a few words: its job and its page; empty for one made at a terminal. */
export function runText(run: RunRef, from: SeenFrom): string {
  const page = runUrlOf(run, from);
  const job = run.job === undefined ? "" : `job ${run.job}`;
  return [job, page ?? ""].filter((part) => part !== "").join(", ");
}
