import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import * as z from "zod/mini";
import { proxyVariable } from "../machine/fetch.ts";
import type { Environment } from "./inputs.ts";

/** Which proxies carry requests, and which hosts bypass them. */
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] as const;
/**
 * Which certificate authorities are trusted besides Node's own:
 * https://nodejs.org/api/cli.html#environment-variables_1.
 */
const TRUSTED = ["NODE_EXTRA_CA_CERTS", "NODE_USE_SYSTEM_CA", "SSL_CERT_FILE", "SSL_CERT_DIR"] as const;

export const connection = z.object({
  /** Proxies by variable, without their users and passwords. */
  proxies: z.partialRecord(z.enum(PROXIES), z.string()),
  /** A digest of the variables that add authorities, and of their certificates; empty if there are none. */
  trust: z.string(),
});

/** How a process connects, according to its environment. */
export type Connection = z.output<typeof connection>;

/** How this process connects. */
export async function connectionIn(env: Environment): Promise<Connection> {
  const proxies = PROXIES.flatMap((name) => {
    const value = name === "NO_PROXY" ? withoutLoopback(proxyVariable(env, name)) : proxyVariable(env, name);
    return value === "" ? [] : [[name, withoutUser(value)] as const];
  });
  return { proxies: Object.fromEntries(proxies), trust: await trustIn(env) };
}

/** The environment that a later part of the same step needs to connect like the first one. */
export type Reconnected = {
  /** Variables to set; undefined ones are removed. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Trust only Node's own authorities: the origin of the others is unknown. */
  readonly isTrustBare: boolean;
  /** The names of what was changed since then. */
  readonly warnings: readonly string[];
};

/** Connects as before, whatever the environment says now: anyone who changed it since then could listen in. */
export async function reconnected(env: Environment, before: Connection): Promise<Reconnected> {
  const now = await connectionIn(env);
  const changed = PROXIES.filter((name) => now.proxies[name] !== before.proxies[name]);
  const isTrustBare = now.trust !== before.trust;
  const variables = Object.fromEntries(
    // On Windows both are one variable: the last value counts.
    changed.flatMap((name) => [
      [name.toLowerCase(), undefined],
      [name, before.proxies[name]],
    ]),
  );
  const names = [...changed, ...(isTrustBare ? ["NODE_EXTRA_CA_CERTS"] : [])];
  if (env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0") names.push("NODE_TLS_REJECT_UNAUTHORIZED");
  const text = `Another step of this job changed how later ones connect (${names.join(", ")}): this is ignored.`;
  return { variables, isTrustBare, warnings: names.length === 0 ? [] : [text] };
}

/** A meter adds this machine's own names, which lead nowhere else. */
function withoutLoopback(value: string): string {
  const names = value.split(",").filter((name) => !["127.0.0.1", "localhost"].includes(name.trim()));
  return names.join(",");
}

async function trustIn(env: Environment): Promise<string> {
  const named = TRUSTED.map((name) => env[name] ?? "");
  if (named.every((value) => value === "")) return "";
  const hash = createHash("sha256").update(JSON.stringify(named));
  const { NODE_EXTRA_CA_CERTS: extra } = env;
  if (extra && (await isPlainFile(extra))) hash.update(await readFile(extra).catch(() => ""));
  return hash.digest("hex").slice(0, 32);
}

async function isPlainFile(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isFile() === true;
}

/** Passwords are not kept; the variable itself still has them. */
function withoutUser(value: string): string {
  return value.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/@]*@/i, "$1");
}
