import type { PatientComments } from "../../commands/operation/ports.ts";
import { githubClient } from "../../store/github/client.ts";
import type { PullComments } from "../../store/github/comments.ts";
import { patiently } from "../../store/patient-store.ts";
import type { Place } from "../../store/port.ts";
import type { Waiting } from "../../store/waiting.ts";

/** A comment isn't worth the end of a job. */
const PATIENCE_MS = 30_000;
const REQUEST_TIMEOUT_MS = 10_000;

export type CommentsInGitHub = {
  /** The repository whose pull requests are commented on, `owner/name`. */
  readonly repository: string;
  readonly token: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly fetch: typeof globalThis.fetch;
  readonly waiting: Waiting;
  readonly place: Place;
  /** The page of the books, if everyone who reads the comment may know it. */
  readonly books: string | undefined;
};

/** Comments on the pull requests of one repository; nothing is loaded before the first request. */
export function commentsInGitHub({ waiting, place, books, ...asking }: CommentsInGitHub): PatientComments {
  let made: Promise<PullComments> | undefined;
  const comments = () => {
    made ??= import("../../store/github/comments.ts").then(({ pullComments }) =>
      pullComments(githubClient({ ...asking, timeoutMs: REQUEST_TIMEOUT_MS }), asking.repository, Date.now),
    );
    return made;
  };
  const patienceMs = Math.min(waiting.patienceMs, PATIENCE_MS);
  const at = { place, waiting: { ...waiting, patienceMs } };
  return {
    books,
    login: patiently(at, async () => (await comments()).login()),
    get: patiently(at, async (id) => (await comments()).get(id)),
    page: patiently(at, async (pull, page) => (await comments()).page(pull, page)),
    update: patiently(at, async (id, body) => (await comments()).update(id, body)),
    create: async (pull, body) => (await comments()).create(pull, body),
  };
}
