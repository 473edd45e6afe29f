import { Agent as PlainAgent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import fetchWith, { type AgentFor } from "minipass-fetch";
import { BudgetError } from "../../values/errors.ts";
import type { Proxies, Trust } from "./undici-fetch.ts";

type Fetch = typeof globalThis.fetch;

/** One `fetch` for GitHub and one for every other host. */
export type Fetches = { readonly github: Fetch; readonly others: Fetch };

/**
 * The `fetch`es of an environment. Both go through the proxy it names, if it names one (HTTPS_PROXY, HTTP_PROXY,
 * NO_PROXY, in lower case too). Whatever the environment says, certificates are checked; where its trust is bare,
 * against the authorities that Node brings alone. Throws a BudgetError for a proxy that is no address.
 */
export function fetchesFor(
  env: Readonly<Record<string, string | undefined>>,
  { isTrustBare = false }: { readonly isTrustBare?: boolean } = {},
): Fetches {
  const proxies = {
    http: proxyOf(env, "HTTP_PROXY"),
    https: proxyOf(env, "HTTPS_PROXY"),
    except: proxyVariable(env, "NO_PROXY"),
  };
  const others = undiciFetch(proxies, isTrustBare);
  return { github: proxies.http === "" && proxies.https === "" ? plainFetch(isTrustBare) : others, others };
}

/** A `fetch` that loads its package at the first request. */
function undiciFetch(proxies: Proxies, isTrustBare: boolean): Fetch {
  let made: Promise<Fetch> | undefined;
  return async (...asked) => {
    made ??= Promise.all([import("./undici-fetch.ts"), trustOf(isTrustBare)]).then(([{ fetchThrough }, trust]) =>
      fetchThrough(proxies, trust),
    );
    return (await made)(...asked);
  };
}

/** Node's own `fetch` and undici's cost more to load than all else a check does; this one stands on `node:http`. */
function plainFetch(isTrustBare: boolean): Fetch {
  let found: Promise<AgentFor> | undefined;
  return (async (url: string, init: object) => {
    found ??= agents(isTrustBare);
    const direct = await found;
    const isSecure = url.startsWith("https:");
    const agent: AgentFor = (to) => {
      // It is asked again for where an answer redirects to.
      if (isSecure && to.protocol !== "https:") throw new Error("it redirects from https to http");
      return direct(to);
    };
    return fetchWith(url, { ...init, agent });
  }) as unknown as Fetch;
}

/** Agents that keep a connection for the next request. */
async function agents(isTrustBare: boolean): Promise<AgentFor> {
  const plain = new PlainAgent({ keepAlive: true });
  const secure = new SecureAgent({ keepAlive: true, ...(await trustOf(isTrustBare)) });
  return ({ protocol }) => (protocol === "https:" ? secure : plain);
}

/** Node's own agents, and undici's, go by variables that anybody may have set. */
async function trustOf(isTrustBare: boolean): Promise<Trust> {
  const ca = isTrustBare ? { ca: [...(await import("node:tls")).rootCertificates] } : {};
  return { rejectUnauthorized: true, ...ca };
}

function proxyOf(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = proxyVariable(env, name);
  if (value === "") return "";
  const url = value.includes("://") ? value : `http://${value}`;
  // The value may hold a password: it is not repeated.
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new BudgetError(
    "bad-input",
    `The variable ${name} is not the address of a proxy, like http://proxy.example:3128.`,
  );
}

/** What a variable says of proxies; the one in lower case goes before the other. */
export function proxyVariable(env: Readonly<Record<string, string | undefined>>, name: string): string {
  return (env[name.toLowerCase()] || env[name] || "").trim();
}
