import type { Agent } from "node:http";
import { globalAgent as plainAgent } from "node:http";
import { globalAgent as secureAgent } from "node:https";
import fetchWith, { type AgentFor } from "minipass-fetch";
import { BudgetError } from "../budget/budget-error.ts";

type Fetch = typeof globalThis.fetch;

/**
 * A `fetch` that goes through the proxy the environment names, if it names one (HTTPS_PROXY, HTTP_PROXY, NO_PROXY, in
 * lower case too). Throws a BudgetError for a proxy that is no address.
 */
export function fetchFor(env: Readonly<Record<string, string | undefined>>): Fetch {
  const proxies = { http: proxyOf(env, "HTTP_PROXY"), https: proxyOf(env, "HTTPS_PROXY") };
  if (proxies.http === "" && proxies.https === "") return fetchThrough(async () => directly);
  let found: Promise<AgentFor> | undefined;
  return fetchThrough(() => {
    found ??= proxyAgents(proxies);
    return found;
  });
}

/** Node's own `fetch` costs more to load than all else a check does; this one stands on `node:http`. */
function fetchThrough(agentFor: () => Promise<AgentFor>): Fetch {
  return (async (url: string, init: object) =>
    fetchWith(url, { ...init, agent: await agentFor() })) as unknown as Fetch;
}

/** Agents that keep a connection for the next request. */
function directly({ protocol }: URL): Agent {
  return protocol === "https:" ? secureAgent : plainAgent;
}

async function proxyAgents(proxies: { readonly http: string; readonly https: string }): Promise<AgentFor> {
  const [{ HttpProxyAgent }, { HttpsProxyAgent }, { getProxyForUrl }] = await Promise.all([
    import("http-proxy-agent"),
    import("https-proxy-agent"),
    import("proxy-from-env"),
  ]);
  const options = { keepAlive: true };
  const plain = proxies.http === "" ? plainAgent : new HttpProxyAgent(proxies.http, options);
  const secure = proxies.https === "" ? secureAgent : new HttpsProxyAgent(proxies.https, options);
  return (url) => {
    if (getProxyForUrl(url.href) === "") return directly(url);
    return url.protocol === "https:" ? secure : plain;
  };
}

function proxyOf(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = variable(env, name);
  if (value === "") return "";
  const url = value.includes("://") ? value : `http://${value}`;
  // The value may hold a password: it is not repeated.
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new BudgetError(
    "bad-input",
    `The variable ${name} is not the address of a proxy, like http://proxy.example:3128.`,
  );
}

function variable(env: Readonly<Record<string, string | undefined>>, name: string): string {
  return (env[name.toLowerCase()] || env[name] || "").trim();
}
