import { type Agent, type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { type RawHeaders, trailersOf } from "./headers.ts";

/** A request whose body may be followed by trailers, as it goes to its provider. */
export type Trailing = {
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  /** Without what says how the body is framed. */
  readonly headers: RawHeaders;
  readonly body: Buffer | Readable;
  /** The client's request: it has its trailers once its body is over. */
  readonly client: IncomingMessage;
  readonly agent: Agent;
};

const MAX_HEADERS = 64 * 1024;

/**
 * Sends a request with what follows its body, which undici doesn't, and hands the answer on as undici does. The body
 * goes in chunks, as it came.
 */
export function sendTrailing(sent: Trailing, handler: Dispatcher.DispatchHandler): void {
  const { origin, path, method, headers, body, client, agent } = sent;
  const url = new URL(origin);
  const outgoing = (url.protocol === "https:" ? secureRequest : plainRequest)({
    ...{ agent, method, path, protocol: url.protocol, hostname: url.hostname, port: url.port },
    ...{ headers: [...headers, "Transfer-Encoding", "chunked"], maxHeaderSize: MAX_HEADERS },
  });
  outgoing.setNoDelay(true);
  const course = courseOf(outgoing, handler);
  outgoing.on("response", (answer) => course.begin(answer));
  outgoing.on("error", (error) => course.fail(error));
  const finish = () => {
    const trailers = trailersOf(client.rawTrailers);
    if (trailers.length > 0) outgoing.addTrailers(trailers);
    outgoing.end();
  };
  if (Buffer.isBuffer(body)) {
    outgoing.write(body);
    finish();
    return;
  }
  body.on("error", (error) => outgoing.destroy(error));
  outgoing.on("close", () => body.destroy());
  body.on("end", finish);
  body.pipe(outgoing, { end: false });
}

/** What becomes of a request's answer, in undici's words: one end or one error, and nothing after it. */
function courseOf(outgoing: ReturnType<typeof plainRequest>, handler: Dispatcher.DispatchHandler) {
  let answer: IncomingMessage | undefined;
  let isOver = false;
  const controller = {
    get rawHeaders() {
      return answer?.rawHeaders ?? [];
    },
    get rawTrailers() {
      return answer?.rawTrailers ?? [];
    },
    get aborted() {
      return outgoing.destroyed;
    },
    get paused() {
      return answer?.isPaused() ?? false;
    },
    reason: null,
    pause: () => void answer?.pause(),
    resume: () => void answer?.resume(),
    abort: (reason: Error) => void outgoing.destroy(reason),
  } as unknown as Dispatcher.DispatchController;
  const fail = (error: Error) => {
    if (isOver) return;
    isOver = true;
    handler.onResponseError?.(controller, error);
  };
  const begin = (begun: IncomingMessage) => {
    answer = begun;
    begun.on("data", (chunk: Buffer) => handler.onResponseData?.(controller, chunk));
    begun.on("error", fail);
    begun.on("close", () => {
      if (!begun.complete) fail(new Error("The provider broke off"));
    });
    begun.on("end", () => {
      if (isOver || !begun.complete) return;
      isOver = true;
      handler.onResponseEnd?.(controller, {});
    });
    handler.onResponseStart?.(controller, begun.statusCode ?? 0, {}, begun.statusMessage);
  };
  // As with undici, what never reaches a provider doesn't start.
  const start = () => handler.onRequestStart?.(controller, undefined);
  outgoing.once("socket", (socket) => (socket.connecting ? socket.once("connect", start) : start()));
  return { begin, fail };
}
