import { Agent, type IncomingHttpHeaders, request } from "node:http";

/** What a client got; `isCut` is an answer that wasn't whole. */
export type Answer = {
  readonly status: number;
  readonly message: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly trailers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly isCut: boolean;
};

export type Asking = {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly pieces?: readonly Buffer[];
  /** What follows the pieces, which are chunks then. */
  readonly trailers?: readonly [name: string, value: string][];
  readonly agent?: Agent;
  /** Leaves after so many bytes of the answer. */
  readonly leavesAfter?: number;
  /** Waits before it reads on. */
  readonly isSlow?: boolean;
};

/** Sends a request with `node:http` and reads its answer as it comes; rejects only where there is none. */
export function ask(asking: Asking): Promise<Answer> {
  const { url, method = "POST", headers = {}, pieces = [], trailers = [], agent, leavesAfter, isSlow = false } = asking;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, ...(agent ? { agent } : { agent: new Agent() }) });
    sent.once("error", reject);
    sent.once("response", (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const finish = (isCut: boolean) => {
        const { statusCode = 0, statusMessage = "", rawHeaders, trailers } = answer;
        const about = { status: statusCode, message: statusMessage, headers: answer.headers, rawHeaders, trailers };
        resolve({ ...about, body: Buffer.concat(chunks), isCut });
      };
      sent.off("error", reject).on("error", () => finish(true));
      answer.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (leavesAfter !== undefined && bytes >= leavesAfter) sent.destroy();
        else if (isSlow) {
          answer.pause();
          setTimeout(() => answer.resume(), 2);
        }
      });
      answer.on("close", () => finish(!answer.complete));
      answer.on("error", () => finish(true));
    });
    for (const piece of pieces) sent.write(piece);
    if (trailers.length > 0) sent.addTrailers(trailers);
    sent.end();
  });
}

/** A POST of JSON. */
export function post(url: string, value: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const body = Buffer.from(JSON.stringify(value));
  const length = { "content-type": "application/json", "content-length": String(body.length) };
  return ask({ url, headers: { ...length, ...headers }, pieces: [body] });
}
