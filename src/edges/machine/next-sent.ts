import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { TLSSocket } from "node:tls";

/** Node's own channel: https://nodejs.org/api/diagnostics_channel.html#http */
const CHANNEL = "http.client.request.start";

/** Resolves when the next request of `node:http` or `node:https` is on its way to the server, never if none is made. */
export function nextSent(): Promise<void> {
  return new Promise((resolve) => {
    const onRequest = (message: unknown) => {
      unsubscribe(CHANNEL, onRequest);
      const { socket } = (message as { readonly request: ClientRequest }).request;
      if (!socket?.connecting) return resolve();
      // What is written before waits in the socket.
      socket.once(socket instanceof TLSSocket ? "secureConnect" : "connect", resolve);
    };
    subscribe(CHANNEL, onRequest);
  });
}
