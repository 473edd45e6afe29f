import { flat } from "../values/foreign-text.ts";
import { showMany } from "../values/show.ts";
import type { Answer, HttpAnswer } from "./answer.ts";
import { type Deliverable, filesOf, idsOf, type Post, withoutFiles } from "./discord/posts.ts";

/** As much of `fetch` as a post needs. */
export type Fetch = (
  url: string,
  init: {
    readonly method: "POST";
    readonly headers: Record<string, string>;
    readonly body: string | Uint8Array<ArrayBuffer>;
    readonly redirect: "manual";
    readonly signal: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

/** Where posts go, and how its kind of channel takes them. */
export type Target = {
  /** Its name in the middle of a sentence: "Discord", "the channel ops". */
  readonly label: string;
  /** As few posts as take the messages, in their order. */
  readonly pack: (items: readonly Deliverable[]) => Post[];
  readonly requestOf: (
    post: Post,
    nowMs: number,
  ) => {
    readonly url: string;
    readonly headers?: Record<string, string>;
    readonly body: string | Uint8Array<ArrayBuffer>;
  };
  /** What an answer means for its post; `nowMs` is for a `retry-after` that is a date. */
  readonly answerOf: (http: HttpAnswer, nowMs: number) => Answer;
  /** The text without any part of the address that is a secret. */
  readonly redact: (text: string) => string;
  /** What to do if the address is gone. */
  readonly remedy: string;
};

type DeliveryOrder = {
  readonly target: Target;
  readonly posts: readonly Post[];
  readonly fetch: Fetch;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970; only differences and a `retry-after` date count. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
  readonly requestTimeoutMs?: number | undefined;
};

/** How a delivery ended: every id given is in exactly one of the three lists. */
export type Delivery = {
  /** Ids of the messages that arrived. */
  readonly delivered: readonly string[];
  /** Ids of messages that will never be accepted: remove them from the queue as well. */
  readonly refused: readonly string[];
  /** Ids of messages that stay queued. */
  readonly kept: readonly string[];
  /** The webhook was deleted or is wrong: a later run can't succeed either. */
  readonly webhookGone: boolean;
  /** Sentences for people, free of secrets. */
  readonly warnings: readonly string[];
};

type FinalAnswer = Exclude<Answer, { readonly kind: "again" }>;

const USER_AGENT = "token-budget (https://github.com/token-budget/token-budget)";
const TOTAL_MS = 30_000;
const REQUEST_TIMEOUT_MS = 10_000;
const TRIES = 5;
const TRIES_WITH_FILES = 2;
const FIRST_WAIT_MS = 500;

/**
 * Posts one after the other, with a few retries within thirty seconds in total. Never throws: failures are in the
 * answer. Delivery is at least once, because chats can't recognize a repeat.
 */
export async function deliver(order: DeliveryOrder): Promise<Delivery> {
  const deadline = order.now() + TOTAL_MS;
  const delivered: string[] = [];
  const refused: string[] = [];
  const warnings: string[] = [];
  const waiting = [...order.posts];
  for (let post = waiting.shift(); post !== undefined; post = waiting.shift()) {
    const answer = await send(post, order, deadline);
    if (answer.kind === "delivered") {
      delivered.push(...idsOf(post));
    } else if (hasFiles(post) && "isPerhapsOfFiles" in answer) {
      // What wasn't taken with its pictures was not saved: the text is sent once.
      waiting.unshift(withoutFiles(post));
    } else if (answer.kind === "refused" && post.items.length > 1) {
      // Only one of them may be the cause: the others must not be dropped with it.
      waiting.unshift(...post.items.map((item) => ({ items: [item] })));
    } else if (answer.kind === "refused") {
      refused.push(...idsOf(post));
      warnings.push(refusedText(post, answer.why, order.target));
    } else {
      const left = [post, ...waiting];
      warnings.push(
        keptText(
          left.flatMap(({ items }) => items),
          answer,
          order.target,
        ),
      );
      return { delivered, refused, kept: left.flatMap(idsOf), webhookGone: answer.kind === "gone", warnings };
    }
  }
  return { delivered, refused, kept: [], webhookGone: false, warnings };
}

function hasFiles(post: Post): boolean {
  return filesOf(post).length > 0;
}

/** One post, tried until the answer is final, the attempts are used up, or the next wait would take too long. */
async function send(post: Post, order: DeliveryOrder, deadline: number): Promise<FinalAnswer> {
  for (let tries = 1; ; tries++) {
    if (order.signal?.aborted) return { kind: "stopped", why: "the run is being stopped" };
    if (order.now() >= deadline) return { kind: "stopped", why: "its time ran out" };
    // The text matters more than a picture that may be what doesn't get through.
    const sent = tries > TRIES_WITH_FILES ? withoutFiles(post) : post;
    const answer = await request(sent, order, deadline);
    if (answer.kind !== "again") return answer;
    if (tries === TRIES) return { kind: "stopped", why: `${answer.why}, at the last of ${TRIES} attempts` };
    const waitMs = answer.afterMs ?? FIRST_WAIT_MS * 2 ** (tries - 1);
    if (order.now() + waitMs >= deadline) {
      return { kind: "stopped", why: `${answer.why}, and ${Math.ceil(waitMs / 1000)} s is too long to wait` };
    }
    // The check above notices a sleep that was cut short.
    await order.sleep(waitMs, order.signal).catch(() => undefined);
  }
}

async function request(post: Post, order: DeliveryOrder, deadline: number): Promise<Answer> {
  const { target, now, signal } = order;
  const timeoutMs = Math.max(1, Math.min(order.requestTimeoutMs ?? REQUEST_TIMEOUT_MS, deadline - now()));
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const { url, headers, body } = target.requestOf(post, now());
    const response = await order.fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": USER_AGENT, ...headers },
      body,
      // A redirected POST would become a GET, which answers 200 and posts nothing.
      redirect: "manual",
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    return target.answerOf({ status: response.status, headers: response.headers, text: await response.text() }, now());
  } catch (error) {
    if (timeout.aborted) return { kind: "again", why: `it did not answer within ${Math.ceil(timeoutMs / 1000)} s` };
    return { kind: "again", why: `the connection failed${codeOf(error)}` };
  }
}

/** The name of a network error; its message is left out because it may quote the URL. */
function codeOf(error: unknown): string {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const code: unknown = "code" in cause ? cause.code : undefined;
    if (typeof code === "string" && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return ` (${code})`;
  }
  return "";
}

function refusedText(post: Post, why: string, target: Target): string {
  const title = post.items.map(({ embed }) => flat(embed.title, 80)).join(", ");
  const label = target.label.charAt(0).toUpperCase() + target.label.slice(1);
  return said(`${label} refused a message, which was dropped ("${title}"): ${why}`, target);
}

function keptText(
  items: readonly Deliverable[],
  answer: FinalAnswer & { readonly why: string },
  target: Target,
): string {
  const what = `${showMany(items.length, "message")} could not be delivered to ${target.label}`;
  if (answer.kind === "gone")
    return said(`${what}: ${answer.why}. ${target.remedy}. Until then messages stay queued`, target);
  return said(`${what}: ${answer.why}. The messages stay queued for a later run`, target);
}

/** A sentence on one line. Secrets are removed before the line is cut, so that no half of a token is left. */
function said(text: string, target: Target): string {
  return `${flat(target.redact(text), 600)}.`;
}
