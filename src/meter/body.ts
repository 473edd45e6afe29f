import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/** The beginning of a request's body, and whether it is all of it. */
export type Beginning = { readonly bytes: Buffer; readonly isWhole: boolean };

/** Reads a body until it ends or has this many bytes. Rejects if the client goes before. */
export function readBeginning(request: IncomingMessage, limit: number, before?: Beginning): Promise<Beginning> {
  const chunks: Buffer[] = before === undefined ? [] : [before.bytes];
  let length = before?.bytes.length ?? 0;
  return new Promise((resolve, reject) => {
    const done = (isWhole: boolean) => {
      request.pause();
      request.off("data", take).off("end", end).off("close", close).off("error", close);
      resolve({ bytes: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks), isWhole });
    };
    const take = (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= limit) done(false);
    };
    const end = () => done(true);
    const close = () => reject(new Error("The client has gone"));
    if (request.readableEnded) return done(true);
    if (request.destroyed) return close();
    request.on("data", take).on("end", end).on("close", close).on("error", close);
    request.resume();
  });
}

/**
 * A body to send on: what was read of it, then the rest as it comes. Giving it up leaves the client's connection as it
 * is: the provider may answer before it has all of it.
 */
export function bodyFrom(request: IncomingMessage, beginning: Buffer): Readable {
  const body = new Readable({
    read: () => {
      request.resume();
    },
    destroy: (error, callback) => {
      request.resume();
      callback(error);
    },
  });
  if (beginning.length > 0) body.push(beginning);
  if (request.readableEnded) body.push(null);
  request.on("data", (chunk: Buffer) => {
    if (!body.destroyed && !body.push(chunk)) request.pause();
  });
  request.on("end", () => body.destroyed || body.push(null));
  request.on("close", () => request.complete || body.destroy(new Error("The client has gone")));
  request.on("error", () => body.destroy(new Error("The client has gone")));
  if (beginning.length > 0) request.pause();
  return body;
}
