import { createHash } from "node:crypto";
import type { Note } from "../../books/draft.ts";
import type { DuePull } from "../../books/pulls.ts";
import type { CommentedRequest } from "../../books/request.ts";
import { renderPullComment } from "../../report/markdown/pull-comment.ts";
import { waitAfterFault } from "../../store/backoff.ts";
import { PAGE_SIZE, type PullComment } from "../../store/github/comments.ts";
import { StoreFault } from "../../store/port.ts";
import { BudgetError } from "../../values/errors.ts";
import { attempt } from "./attempt.ts";
import { type Operated, operate } from "./operate.ts";
import type { PatientComments, Ports } from "./ports.ts";
import { type CommentOrder, commentsOf } from "./pull-comments.ts";
import { redacted } from "./redacted.ts";

/** A comment found among more than 1,000 is one that the books remember. */
const MAX_PAGES = 10;
/** How often a run writes the same comments again because others have booked meanwhile. */
const MAX_ROUNDS = 5;
const MAX_TRIES = 4;
/** The longest wait for GitHub before a comment is left to a later run. */
const MAX_WAIT_MS = 30_000;

type Commented = CommentedRequest["comments"][number];

/** What became of one comment: what the books should note, or nothing if it stays due. */
type Written = { readonly commented?: Commented; readonly note?: Note; readonly isStopped?: boolean };

/**
 * Writes comments until they show what the books say: figures that moved meanwhile are written once more. The books are
 * already written: every problem is a note.
 */
export async function writeComments(ports: Ports, order: CommentOrder): Promise<readonly Note[]> {
  if (ports.comments === null) return [];
  const comments = await ports.comments();
  const notes: Note[] = [];
  let left: CommentOrder | null = order;
  for (let round = 1; left !== null && round <= MAX_ROUNDS; round++) {
    const written = await writeAll(ports, comments, left);
    notes.push(...written.flatMap(({ note }) => note ?? []));
    const done = written.flatMap(({ commented }) => commented ?? []);
    if (done.length === 0) return notes;
    const noted = await noteInBooks(ports, left, { comments: done, isLast: round === MAX_ROUNDS });
    if ("text" in noted) return [...notes, noted];
    const isStopped = written.some((one) => one.isStopped === true);
    left = isStopped ? null : again(commentsOf({ ...noted, operation: order.operation }, order.inputs), done);
  }
  return notes;
}

/** Only what was just written is written again. */
function again(order: CommentOrder | null, done: readonly Commented[]): CommentOrder | null {
  const pulls = (order?.pulls ?? []).filter(({ of }) => done.some((one) => one.of === of));
  return order === null || pulls.length === 0 ? null : { ...order, pulls };
}

async function writeAll(ports: Ports, comments: PatientComments, order: CommentOrder): Promise<Written[]> {
  const written: Written[] = [];
  for (const pull of order.pulls) {
    const one = await writeOne(ports, comments, { order, pull });
    written.push(one);
    // What keeps one comment from being written keeps all of them.
    if (one.isStopped === true) break;
  }
  return written;
}

type Job = { readonly order: CommentOrder; readonly pull: DuePull };

async function writeOne(ports: Ports, comments: PatientComments, { order, pull }: Job): Promise<Written> {
  const { of, due } = pull;
  const mark = markOf(ports);
  const { name, figures, timezone } = order;
  const page = { server: ports.caller.fullRun.url, books: comments.books };
  const shown = redacted({ pull, name, figures, timezone, page }, ports.redact);
  const body = `${mark}\n${renderPullComment(shown)}`;
  const number = Number(of.slice(of.lastIndexOf("#") + 1));
  const at: Place = { number, remembered: pull.comment, mark, body };
  const found = await attempt(() => createOrEdit(ports, comments, at));
  if (found instanceof BudgetError) return failed(found, pull);
  if (found === null) {
    const text = `GitHub shows this token no pull request ${of}: no comment was written. Check pr, and that the job has pull-requests: write.`;
    return { commented: { of, shown: due.id }, note: { level: "notice", text } };
  }
  ports.log(`The comment on ${of} shows what was booked.`);
  return { commented: { of, shown: due.id, comment: found.id } };
}

/** A comment that GitHub will never take is given up; any other failure leaves it for a later run. */
function failed({ code, message, cause }: BudgetError, { of, due }: DuePull): Written {
  if (code === "not-allowed") {
    const text = `No comment was written on ${of}. ${message}`;
    return { commented: { of, shown: due.id }, note: { level: "notice", text } };
  }
  if (code === "missing-permission") {
    return { note: { level: "notice", text: `No comment was written on ${of}. ${message}` }, isStopped: true };
  }
  const why = cause instanceof StoreFault ? `: ${cause.message}` : `. ${message}`;
  const text = `The comment on ${of} could not be written now${why} A later run that comments writes it.`;
  return { note: { level: "notice", text }, isStopped: true };
}

/** These books' mark: invisible, and without the name of a repository that others may not know. */
function markOf({ store: { place } }: Ports): string {
  const name = `${place.description}:${place.path}`;
  return `<!-- token-budget:${createHash("sha256").update(name).digest("hex").slice(0, 16)} -->`;
}

type Place = {
  readonly number: number;
  readonly remembered: number | undefined;
  readonly mark: string;
  readonly body: string;
};

/** Edits the comment of these books, or creates it; null if the token sees no such pull request. */
async function createOrEdit(ports: Ports, comments: PatientComments, at: Place): Promise<PullComment | null> {
  const { number, mark, body } = at;
  const login = await comments.login();
  const isOwn = (one: PullComment) => one.author === login && one.body.startsWith(mark);
  let remembered = at.remembered;
  for (let tries = 1; ; tries++) {
    const known = remembered === undefined ? null : await comments.get(remembered);
    const own = known !== null && known.pull === number && isOwn(known) ? known : await find(comments, number, isOwn);
    if (own === "hidden") return null;
    const edited = own === undefined ? null : await comments.update(own.id, body);
    if (edited !== null) return edited;
    remembered = undefined;
    const created = await createdOr(comments, at);
    if (!(created instanceof StoreFault)) return created;
    const waitMs = waitAfterFault({ faults: tries, waitMs: created.waitMs, random: ports.waiting.random() });
    if (tries === MAX_TRIES || waitMs > MAX_WAIT_MS) {
      throw new BudgetError("state-unreachable", created.message, { cause: created });
    }
    // It may have been created all the same: it is looked for before it is created again.
    await ports.waiting.sleep(waitMs);
  }
}

async function createdOr(comments: PatientComments, { number, body }: Place): Promise<PullComment | null | StoreFault> {
  try {
    return await comments.create(number, body);
  } catch (error) {
    if (error instanceof StoreFault) return error;
    throw error;
  }
}

/** The oldest comment of these books among the first 1,000. */
async function find(
  comments: PatientComments,
  number: number,
  isOwn: (comment: PullComment) => boolean,
): Promise<PullComment | "hidden" | undefined> {
  for (let page = 1; page <= MAX_PAGES; page++) {
    const listed = await comments.page(number, page);
    if (listed === null) return "hidden";
    const own = listed.find(isOwn);
    if (own !== undefined) return own;
    if (listed.length < PAGE_SIZE) return undefined;
  }
  return undefined;
}

/** Takes off what was written; figures that have changed meanwhile stay due. */
async function noteInBooks(
  ports: Ports,
  { inputs, operation, from }: CommentOrder,
  done: Pick<CommentedRequest, "comments" | "isLast">,
): Promise<Operated | Note> {
  const request = { kind: "commented", id: ports.newId(), by: operation, ...done } as const;
  const operated = await operate(ports, inputs, {
    ...{ strictness: "lenient", mustExist: true, isDelivering: false, from },
    request: async () => ({ request }),
  });
  if (operated.ok) return operated;
  const text = `The comment was written, but the books could not note it: a later run writes it again. ${operated.error.message}`;
  return { level: "notice", text };
}
