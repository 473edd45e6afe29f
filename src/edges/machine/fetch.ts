import { Agent as PlainAgent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import fetchWith, { type AgentFor } from "minipass-fetch";
import { BudgetError } from "../../values/errors.ts";

type Fetch = typeof globalThis.fetch;

/**
 * A `fetch` that uses the proxy of the environment, if there is one (HTTPS_PROXY, HTTP_PROXY, NO_PROXY, in lower case
 * too). Certificates are always checked; with bare trust, only against Node's own authorities. Throws a BudgetError for
 * a proxy that isn't a URL.
 */
export function fetchFor(
  env: Readonly<Record<string, string | undefined>>,
  { isTrustBare = false }: { readonly isTrustBare?: boolean } = {},
): Fetch {
  const proxies = { http: proxyOf(env, "HTTP_PROXY"), https: proxyOf(env, "HTTPS_PROXY") };
  let found: Promise<AgentFor> | undefined;
  return fetchThrough(() => {
    found ??= agents(proxies, isTrustBare);
    return found;
  });
}

/** Node's `fetch` takes longer to load than everything else in a check; this one uses `node:http`. */
function fetchThrough(agentsFor: () => Promise<AgentFor>): Fetch {
  return (async (url: string, init: object) => {
    const agents = await agentsFor();
    const isSecure = url.startsWith("https:");
    const agent: AgentFor = (to) => {
      // It is called again for the target of a redirect.
      if (isSecure && to.protocol !== "https:") throw new Error("it redirects from https to http");
      return agents(to);
    };
    return fetchWith(url, { ...init, agent });
  }) as unknown as Fetch;
}

/**
 * Agents that keep a connection for the next request. Node's default ones follow variables that anyone may have set.
 */
async function agents(
  proxies: { readonly http: string; readonly https: string },
  isTrustBare: boolean,
): Promise<AgentFor> {
  const ca = isTrustBare ? { ca: [...(await import("node:tls")).rootCertificates] } : {};
  const trust = { rejectUnauthorized: true, ...ca };
  const options = { keepAlive: true, ...trust };
  const plain = new PlainAgent({ keepAlive: true });
  const secure = new SecureAgent(options);
  const direct: AgentFor = ({ protocol }) => (protocol === "https:" ? secure : plain);
  if (proxies.http === "" && proxies.https === "") return direct;
  const [{ HttpProxyAgent }, { HttpsProxyAgent }, { getProxyForUrl }] = await Promise.all([
    import("http-proxy-agent"),
    import("https-proxy-agent"),
    import("proxy-from-env"),
  ]);
  const plainProxy = proxies.http === "" ? undefined : new HttpProxyAgent(proxies.http, options);
  const secureProxy = proxies.https === "" ? undefined : new HttpsProxyAgent(proxies.https, options);
  // Its options are for the connection to the proxy; these are for the connection beyond it.
  if (secureProxy !== undefined) Object.assign(secureProxy.options, trust);
  return (url) => {
    const proxy = url.protocol === "https:" ? secureProxy : plainProxy;
    return proxy === undefined || getProxyForUrl(url.href) === "" ? direct(url) : proxy;
  };
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
