import { Agent as PlainAgent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import fetchWith, { type AgentFor } from "minipass-fetch";
import { BudgetError } from "../../values/errors.ts";

type Fetch = typeof globalThis.fetch;

/**
 * A `fetch` that goes through the proxy the environment names, if it names one (HTTPS_PROXY, HTTP_PROXY, NO_PROXY, in
 * lower case too). Whatever the environment says, certificates are checked; where its trust is bare, against the
 * authorities that Node brings alone. Throws a BudgetError for a proxy that is no address.
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

/** Node's own `fetch` costs more to load than all else a check does; this one stands on `node:http`. */
function fetchThrough(agentsFor: () => Promise<AgentFor>): Fetch {
  return (async (url: string, init: object) => {
    const agents = await agentsFor();
    const isSecure = url.startsWith("https:");
    const agent: AgentFor = (to) => {
      // It is asked again for where an answer redirects to.
      if (isSecure && to.protocol !== "https:") throw new Error("it redirects from https to http");
      return agents(to);
    };
    return fetchWith(url, { ...init, agent });
  }) as unknown as Fetch;
}

/** Agents that keep a connection for the next request. Node's own ones go by variables that anybody may have set. */
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
  // The options it takes are for the connection to the proxy; these are for what lies beyond it.
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

/** What a variable says of proxies; the one in lower case goes before the other. */
export function proxyVariable(env: Readonly<Record<string, string | undefined>>, name: string): string {
  return (env[name.toLowerCase()] || env[name] || "").trim();
}
