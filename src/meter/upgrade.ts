import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { pairsOf } from "./headers.ts";

const OF_UPGRADE = new Set(["upgrade", "http2-settings"]);

/**
 * Takes a request that offers another protocol as one that doesn't, which a server may (RFC 9110, 7.8): Java's client
 * offers HTTP/2 over plain HTTP with its first one. False for a WebSocket, after whose refusal clients use HTTP.
 */
export function takeWithoutUpgrade(
  server: Server,
  { request, socket, head }: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
): boolean {
  if ((request.headers.upgrade ?? "").trim().toLowerCase() !== "h2c") return false;
  const headers = pairsOf(request.rawHeaders).flatMap(([name, value]) => headerLine(name, value));
  const text = `${request.method} ${request.url} HTTP/1.1\r\n${headers.join("")}\r\n`;
  socket.unshift(Buffer.concat([Buffer.from(text, "latin1"), head]));
  server.emit("connection", socket);
  return true;
}

function headerLine(name: string, value: string): string[] {
  const key = name.toLowerCase();
  if (OF_UPGRADE.has(key)) return [];
  if (key !== "connection") return [`${name}: ${value}\r\n`];
  const rest = value.split(",").filter((token) => !OF_UPGRADE.has(token.trim().toLowerCase()));
  return rest.length === 0 ? [] : [`${name}: ${rest.join(",")}\r\n`];
}
