import { Agent as PlainAgent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import fetchWith, { type AgentFor } from "minipass-fetch";
import { BudgetError } from "../../values/errors.ts";
import type { Proxies, Trust } from "./proxied-agent.ts";

type Fetch = typeof globalThis.fetch;

/** One `fetch` for GitHub and one for every other host. */
export type Fetches = { readonly github: Fetch; readonly others: Fetch };

/**
 * Both `fetch` functions of an environment. They use its proxy, if there is one (HTTPS_PROXY, HTTP_PROXY, NO_PROXY, in
 * lower case too). Certificates are always checked; with bare trust, only against Node's own authorities. Throws a
 * BudgetError for a proxy that isn't a URL.
 */
export function fetchesFor(
  env: Readonly<Record<string, string | undefined>>,
  { isTrustBare = false }: { readonly isTrustBare?: boolean } = {},
): Fetches {
  const proxies = proxiesOf(env);
  const others = undiciFetch(proxies, isTrustBare);
  return { github: proxies.http === "" && proxies.https === "" ? plainFetch(isTrustBare) : others, others };
}

/** The proxies an environment names. Throws a BudgetError for one that isn't a URL. */
export function proxiesOf(env: Readonly<Record<string, string | undefined>>): Proxies {
  return {
    http: proxyOf(env, "HTTP_PROXY"),
    https: proxyOf(env, "HTTPS_PROXY"),
    except: proxyVariable(env, "NO_PROXY"),
  };
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

/** Node's `fetch` and undici's take longer to load than everything else in a check; this one uses `node:http`. */
function plainFetch(isTrustBare: boolean): Fetch {
  let found: Promise<AgentFor> | undefined;
  return (async (url: string, init: object) => {
    found ??= agents(isTrustBare);
    const direct = await found;
    const isSecure = url.startsWith("https:");
    const agent: AgentFor = (to) => {
      // It is called again for the target of a redirect.
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

/** Node's default agents, and undici's, follow variables that anyone may have set. */
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
    `The variable ${name} is not the URL of a proxy such as http://proxy.example:3128.`,
  );
}

/** The value of a proxy variable; the one in lower case takes precedence. */
export function proxyVariable(env: Readonly<Record<string, string | undefined>>, name: string): string {
  return (env[name.toLowerCase()] || env[name] || "").trim();
}
