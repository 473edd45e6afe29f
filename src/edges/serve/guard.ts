import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { isLoopback, type ServeSettings } from "./settings.ts";

/** Why a request gets no answer: a status, a stable code, a sentence that says what to do. */
export type Refusal = { readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 421 | 500 | 503 } & {
  readonly error: string;
  readonly message: string;
};

/** What is asked of a request's headers. */
type Header = (name: string) => string | undefined;

/**
 * A page of somebody else's, whose name leads to this server, gets nothing: neither as the host nor as the origin.
 * Undefined if the request is for us.
 */
export function strangerAt(header: Header, settings: ServeSettings): Refusal | undefined {
  const host = header("host") ?? "";
  const name = nameOf(host);
  if (name === undefined || !isOurs(name, settings)) {
    return {
      status: 421,
      error: "wrong-host",
      message:
        "This server doesn't answer for that host. Start it with --public-name and the name that you reach it by.",
    };
  }
  const origin = header("origin");
  if (origin === undefined || isOurOrigin(origin, host, settings)) return undefined;
  return { status: 403, error: "wrong-origin", message: "Pages of other origins may not ask this server." };
}

/** Whether a request comes from a page of this server, or says so. */
export function isFromUs(header: Header, settings: ServeSettings): boolean {
  const origin = header("origin");
  return origin !== undefined && isOurOrigin(origin, header("host") ?? "", settings);
}

/** Undefined if the request may read. */
export function unauthorized(header: Header, { token }: ServeSettings): Refusal | undefined {
  if (token === undefined) return undefined;
  const given = givenToken(header("authorization"));
  if (given !== undefined && isSame(given, token)) return undefined;
  const message =
    given === undefined
      ? "Send the server's token: Authorization: Bearer TOKEN, or as the password of a browser's login."
      : "That is not this server's token.";
  return { status: 401, error: "unauthorized", message };
}

/** The token of a header: a bearer's, or the password of a login. */
export function givenToken(authorization: string | undefined): string | undefined {
  const [, scheme = "", value = ""] = /^(bearer|basic) +(\S+)$/i.exec(authorization ?? "") ?? [];
  if (scheme.toLowerCase() === "bearer") return value;
  if (scheme === "") return undefined;
  const login = Buffer.from(value, "base64").toString("utf8");
  return login.includes(":") ? login.slice(login.indexOf(":") + 1) : undefined;
}

/** Takes the same time whatever is given. */
function isSame(given: string, token: string): boolean {
  const [a, b] = [given, token].map((text) => createHash("sha256").update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(a, b);
}

function nameOf(host: string): string | undefined {
  const [, name] = /^(\[[0-9a-f:.]+\]|[^:/?#@\s]+)(?::\d{1,5})?$/i.exec(host) ?? [];
  return name?.toLowerCase();
}

/** A name that leads here by a trick is never an address. */
function isOurs(name: string, { names, host }: ServeSettings): boolean {
  const plain = name.replace(/^\[|\]$/g, "");
  return isIP(plain) !== 0 || isLoopback(plain) || names.includes(plain) || plain === host.toLowerCase();
}

function isOurOrigin(origin: string, host: string, { isBehindTls, names }: ServeSettings): boolean {
  const scheme = isBehindTls ? "https" : "http";
  // A proxy may ask by another host than people do.
  return [host.toLowerCase(), ...names].some((name) => origin.toLowerCase() === `${scheme}://${name}`);
}
