import type { PatientComments } from "../../commands/operation/ports.ts";
import { githubClient } from "../../store/github/client.ts";
import { pullComments } from "../../store/github/comments.ts";
import { patiently } from "../../store/patient-store.ts";
import type { Place } from "../../store/port.ts";
import type { Waiting } from "../../store/waiting.ts";
import type { Context } from "./context.ts";

/** A comment isn't worth the end of a job. */
const PATIENCE_MS = 30_000;
const REQUEST_TIMEOUT_MS = 10_000;

/** Comments on the pull requests of the run's own repository, whichever repository has the books. */
export function commentsIn(
  { repository = "", apiUrl, graphqlUrl, serverUrl }: Context,
  token: string,
  books: {
    readonly repository: string;
    readonly place: Place;
    readonly fetch: typeof globalThis.fetch;
    readonly waiting: Waiting;
  },
): PatientComments {
  const { place, fetch, waiting } = books;
  const client = githubClient({ token, apiUrl, graphqlUrl, fetch, timeoutMs: REQUEST_TIMEOUT_MS });
  const comments = pullComments(client, repository, Date.now);
  const at = { place, waiting: { ...waiting, patienceMs: Math.min(waiting.patienceMs, PATIENCE_MS) } };
  const branch = place.description.slice(place.description.indexOf("@") + 1);
  const isOwn = books.repository.toLowerCase() === repository.toLowerCase();
  return {
    // The name of another repository is nothing that every reader of this one may know.
    books: isOwn ? `${serverUrl}/${repository}/tree/${encodeURI(branch)}` : undefined,
    login: patiently(at, comments.login),
    get: patiently(at, comments.get),
    page: patiently(at, comments.page),
    update: patiently(at, comments.update),
    create: comments.create,
  };
}
