import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createFaults, type Fault, type Faults } from "./github/faults.ts";
import { patient } from "./pace/pace.ts";

export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
};
export type Call = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly sent: string };

/** A host on 127.0.0.1 that takes POSTs and can be made to fail. */
export type LoopbackHost = {
  readonly origin: string;
  readonly faults: Faults;
  /** What was asked, in order. */
  readonly calls: readonly Call[];
  /** What broke the host's limits; emptied by tests that do so on purpose. */
  readonly violations: string[];
  readonly clear: () => void;
  /** Stops the server; throws when a post broke a limit. */
  readonly stop: () => Promise<void>;
};

/** Starts a host whose answers `work` makes; it notes what breaks its limits in `violations`. */
export async function startHost(work: (call: Call, violations: string[]) => Reply): Promise<LoopbackHost> {
  const faults = createFaults();
  const calls: Call[] = [];
  const violations: string[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = { path: request.url ?? "/", headers: request.headers, sent: Buffer.concat(chunks).toString() };
    calls.push(call);
    const fault = faults.meet({ method: request.method ?? "", path: call.path, write: true });
    const reply = replyOf(fault, () =>
      request.method === "POST" ? work(call, violations) : { status: 405, body: "method" },
    );
    if (reply === undefined) response.destroy();
    else response.writeHead(reply.status, reply.headers).end(reply.body);
  };
  const server = createServer({ keepAliveTimeout: patient(60_000) }, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ faults, calls, violations },
    clear() {
      calls.length = 0;
      faults.clear();
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (violations.length > 0) throw new Error(`The host's limits were broken:\n${violations.join("\n")}`);
    },
  };
}

function replyOf(fault: Fault | undefined, work: () => Reply): Reply | undefined {
  if (fault === undefined) return work();
  if (fault.kind === "drop-before") return undefined;
  if (fault.kind === "drop-after") {
    work();
    return undefined;
  }
  if (fault.kind !== "status") throw new Error(`This host has no fault "${fault.kind}"`);
  return { status: fault.status, headers: fault.headers ?? {}, body: String(fault.body ?? "") };
}
