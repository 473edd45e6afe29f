import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { WORDS, type Word } from "./reading/route.ts";

/** What a request at the meter asks for. */
export type Examined =
  | { readonly kind: "provider"; readonly word: Word; readonly path: string }
  | { readonly kind: "control"; readonly path: string }
  | { readonly kind: "refused"; readonly status: number; readonly text: string };

/** The words that grant access, as hashes: comparing those says nothing about the words. */
export type Keys = { readonly secret: Buffer; readonly control: Buffer };

export function keysOf({ secret, control }: { readonly secret: string; readonly control: string }): Keys {
  return { secret: hashOf(secret), control: hashOf(control) };
}

const PARTS = /^\/([^/?#]*)(\/[^?#]*)?(\?.*)?$/;
// Some hosts take an escaped or doubled slash, and dots in either form, for a way out of the base address.
const DOTS = /(?:^|\/|%2f)(?:\.|%2e){1,2}(?:$|\/|%2f)|\\/i;

/**
 * Whether a request is one that the meter takes: to it by its own name, without an origin (a page of a browser names
 * one), in origin form, framed in one way only, and with a secret in its path.
 */
export function examine(request: IncomingMessage, keys: Keys): Examined {
  const { url = "", headers, socket } = request;
  const port = socket.localPort;
  if (countOf(request, "host") !== 1 || headers.host !== `127.0.0.1:${port}`) return refused(421, "another host");
  if (headers.origin !== undefined) return refused(403, "a browser");
  if (headers["transfer-encoding"] !== undefined && headers["content-length"] !== undefined)
    return refused(400, "two lengths");
  const coding = headers["transfer-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "chunked") return refused(400, "transfer coding");
  const [, secret = "", path = "/", query = ""] = PARTS.exec(url) ?? [];
  const named = hashOf(secret);
  if (timingSafeEqual(named, keys.control)) return { kind: "control", path };
  if (!timingSafeEqual(named, keys.secret)) return refused(404, "no secret");
  const [, word = "", rest = "/"] = /^\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  if (!isWord(word)) return refused(404, "unknown provider");
  if (DOTS.test(rest)) return refused(400, "path");
  return { kind: "provider", word, path: rest + query };
}

function refused(status: number, text: string): Examined {
  return { kind: "refused", status, text };
}

function countOf({ rawHeaders }: IncomingMessage, name: string): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === name) count += 1;
  return count;
}

function isWord(text: string): text is Word {
  return (WORDS as readonly string[]).includes(text);
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
