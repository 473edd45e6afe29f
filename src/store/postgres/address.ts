import { isIP } from "node:net";
import { BudgetError } from "../../values/errors.ts";

/** A database as its URL names it. Nothing of it may be printed. */
export type Address = {
  /** A host name or an IP address; the path of a Unix socket if `isSocket`. */
  readonly host: string;
  readonly port: number;
  readonly isSocket: boolean;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Encrypted, and the server's certificate and name are verified. Only on this machine it may be off. */
  readonly isTls: boolean;
};

/** The modes that encrypt: this program verifies certificate and name in each of them. */
const TLS_MODES = ["require", "verify-ca", "verify-full"];
const OTHER_MODES = ["disable", "allow", "prefer"];

/** What hosting companies put into their URLs besides, and means nothing here: every certificate is verified. */
const IGNORED = ["application_name", "channel_binding"];

const EXAMPLE = "postgresql://user:password@host:5432/database";

/**
 * The address that a URL names, `postgresql://user:password@host:5432/database`. Throws a BudgetError `bad-input` that
 * repeats nothing of a URL that can't be used.
 */
export function parseAddress(text: string): Address {
  const url = urlOf(text.trim());
  const parameters = parametersOf(url);
  const socket = parameters.get("host");
  const host = socket === undefined ? url.hostname.replace(/^\[|\]$/g, "") : socket;
  if (host === "") throw unusable(`it names no host: write ${EXAMPLE}`);
  const user = decoded(url.username);
  if (user === "") throw unusable(`it names no user: write ${EXAMPLE}`);
  const isSocket = socket !== undefined;
  const port = url.port === "" ? 5432 : Number(url.port);
  return {
    host: isSocket ? `${host}/.s.PGSQL.${port}` : host,
    ...{ port, isSocket, user, password: decoded(url.password) },
    database: decoded(url.pathname.slice(1)) || user,
    isTls: isTlsWanted(parameters.get("sslmode"), isSocket || isLoopback(host)),
  };
}

/** What of an address is secret: whatever shows where the database is, or opens it. */
export function secretsOf(url: string): readonly string[] {
  const secrets = [url.trim()];
  try {
    const { password, host, isSocket } = parseAddress(url);
    if (password !== "") secrets.push(password, new URL(url.trim()).password);
    if (!isSocket && !isLoopback(host)) secrets.push(host);
  } catch {
    // A URL that can't be used may still have a password in it.
    const [, password] = /^\w+:\/\/[^:@/]*:(.*)@/.exec(url.trim()) ?? [];
    if (password) secrets.push(password);
  }
  return secrets;
}

function urlOf(text: string): URL {
  if (/^postgres(ql)?:\/\/[^/?#]*,/.test(text)) throw unusable("it names several hosts: name one");
  // Without a host the URL class has no place for a user.
  const [, before, after] = /^(postgres(?:ql)?:\/\/[^@/?#]*@)(\/[^@]*)$/.exec(text) ?? [];
  const whole = before === undefined ? text : `${before}localhost${after}`;
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(whole)) {
    throw unusable(`write ${EXAMPLE}, with the characters @ : / ? # % of a password escaped (%40 for @)`);
  }
  const url = new URL(whole);
  if (url.hash !== "") throw unusable("it has a #: in a user name or a password, write %23");
  if (before !== undefined && !url.searchParams.has("host")) throw unusable(`it names no host: write ${EXAMPLE}`);
  return url;
}

function parametersOf({ searchParams }: URL): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const [name, value] of searchParams) {
    if (IGNORED.includes(name) || (name === "sslrootcert" && value === "system")) continue;
    if (name === "sslrootcert") throw unusable("it has sslrootcert: give the certificate as database-ca");
    if (name === "host" && !value.startsWith("/")) throw unusable("host in it is for the folder of a Unix socket");
    if (name !== "sslmode" && name !== "host") {
      const shown = /^[a-z_]{1,40}$/i.test(name) ? name : "a parameter";
      throw unusable(`it has ${shown}, which isn't known: only sslmode and host are`);
    }
    known.set(name, value);
  }
  return known;
}

function isTlsWanted(mode: string | undefined, isHere: boolean): boolean {
  if (mode !== undefined && !TLS_MODES.includes(mode) && !OTHER_MODES.includes(mode)) {
    throw unusable("sslmode in it isn't one of require, verify-ca and verify-full, or disable on this machine");
  }
  if (isHere) return mode !== undefined && TLS_MODES.includes(mode);
  if (mode === undefined || TLS_MODES.includes(mode)) return true;
  throw unusable(
    `sslmode=${mode} would allow a connection without TLS to another host: leave sslmode out, or write sslmode=verify-full`,
  );
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw unusable("it has a % that escapes nothing: write %25 for it");
  }
}

function unusable(why: string): BudgetError {
  return new BudgetError("bad-input", `Bad input: database-url can't be used: ${why}.`);
}
