import type { ServerResponse } from "node:http";
import type { Refusal } from "./reading/refusal.ts";

/** Answers in a word or two, and ends the connection: what follows on it isn't read. */
export function replyShortly(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  response.shouldKeepAlive = false;
  response.req.resume();
  response.writeHead(status, { "Content-Type": "text/plain", "Content-Length": text.length }).end(text);
}

/** Answers with a refusal in the form its client takes as final. */
export function replyRefusal(response: ServerResponse, { status, headers, body }: Refusal): void {
  // What is left of the body goes nowhere, so that the next request can come.
  response.req.resume();
  response.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(body)) }).end(body);
}

export function replyJson(response: ServerResponse, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) }).end(body);
}
