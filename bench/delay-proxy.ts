// A proxy that keeps everything for a while on its way, in both directions, as a distance does. It runs in a worker, so
// that a busy bench doesn't lengthen the distance.
import { connect, createServer, type Socket } from "node:net";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

/** Where to, and how long one way takes. */
type Distance = { readonly host: string; readonly port: number; readonly oneWayMs: number };

export type DelayProxy = { readonly host: string; readonly port: number; readonly stop: () => Promise<unknown> };

/** Starts it on a free port of the loopback. */
export async function startDelay(distance: Distance): Promise<DelayProxy> {
  const worker = new Worker(new URL(import.meta.url), { workerData: distance });
  const port = await new Promise<number>((resolve, reject) => {
    worker.once("message", resolve).once("error", reject);
  });
  worker.unref();
  return { host: "127.0.0.1", port, stop: () => worker.terminate() };
}

function listen({ host, port, oneWayMs }: Distance): void {
  const listener = createServer({ noDelay: true }, (client) => {
    const server = connect({ host, port, noDelay: true });
    carry(client, server, oneWayMs);
    carry(server, client, oneWayMs);
  });
  listener.listen(0, "127.0.0.1", () => {
    parentPort?.postMessage((listener.address() as { readonly port: number }).port);
  });
}

/** Timers of the same length end in the order in which they began, so the bytes stay in order. */
function carry(from: Socket, to: Socket, oneWayMs: number): void {
  from
    .on("data", (bytes) => void setTimeout(() => to.write(bytes), oneWayMs))
    .on("end", () => void setTimeout(() => to.end(), oneWayMs))
    .on("error", () => to.destroy())
    .on("close", () => void setTimeout(() => to.destroy(), 2 * oneWayMs));
}

if (!isMainThread && workerData?.oneWayMs !== undefined) listen(workerData as Distance);
