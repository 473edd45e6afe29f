import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { patient } from "../../support/pace/pace.ts";

/** What a provider answers; without pieces nothing, and with `isCut` it breaks off after them. */
export type Plan = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly pieces: readonly Buffer[];
  readonly trailers?: Readonly<Record<string, string>>;
  readonly isCut?: boolean;
  /** Answers before it has read the request. */
  readonly isEarly?: boolean;
  /** Waits for this before the last piece. */
  readonly before?: Promise<unknown>;
};

/** A request as the provider got it. */
export type Got = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly rawTrailers: readonly string[];
  readonly body: Buffer;
};

export type Provider = {
  readonly host: string;
  readonly origin: string;
  /** Whole requests, in order. */
  readonly got: Got[];
  /** How many requests were begun, and how many of their answers were closed by the other side. */
  readonly seen: { begun: number; closed: number };
  /** Ends every connection. */
  readonly drop: () => void;
  readonly stop: () => Promise<void>;
};

/** A provider on 127.0.0.1 that answers what `planOf` says. */
export async function startProvider(planOf: (request: IncomingMessage) => Plan): Promise<Provider> {
  const got: Got[] = [];
  const seen = { begun: 0, closed: 0 };
  const sockets = new Set<Socket>();
  const server = createServer({ keepAliveTimeout: patient(60_000), maxHeaderSize: 128 * 1024 }, (request, response) => {
    seen.begun += 1;
    response.once("close", () => {
      if (!response.writableFinished) seen.closed += 1;
    });
    serve({ request, response, plan: planOf(request), got }).catch(() => response.destroy());
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    ...{ host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}`, got, seen, drop },
    async stop() {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Serving = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly plan: Plan;
  readonly got: Got[];
};

async function serve({ request, response, plan, got }: Serving): Promise<void> {
  const read = async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url: path = "", headers, rawHeaders, rawTrailers } = request;
    got.push({ method, path, headers, rawHeaders, rawTrailers, body: Buffer.concat(chunks) });
  };
  const reading = read();
  if (plan.isEarly !== true) await reading;
  response.writeHead(plan.status ?? 200, { ...plan.headers });
  // `flushHeaders` would send characters beyond ASCII in another encoding.
  response.write(Buffer.alloc(0));
  const closed = new Promise((resolve) => response.once("close", resolve));
  for (const [at, piece] of plan.pieces.entries()) {
    if (at === plan.pieces.length - 1) await plan.before;
    if (!response.write(piece)) await Promise.race([once(response, "drain"), closed]);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (plan.isCut === true) return void response.destroy();
  if (plan.trailers !== undefined) response.addTrailers(plan.trailers);
  response.end();
}
