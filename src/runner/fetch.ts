import { BudgetError } from "../budget/budget-error.ts";

type Fetch = typeof globalThis.fetch;

/**
 * A `fetch` that goes through the proxy the environment names, if it names one (HTTPS_PROXY, HTTP_PROXY, NO_PROXY, in
 * lower case too). Throws a BudgetError for a proxy that is no address.
 */
export function fetchFor(env: Readonly<Record<string, string | undefined>>): Fetch {
  const httpProxy = proxyOf(env, "HTTP_PROXY");
  const httpsProxy = proxyOf(env, "HTTPS_PROXY");
  if (httpProxy === "" && httpsProxy === "") return globalThis.fetch;
  const noProxy = variable(env, "NO_PROXY");
  let proxied: Promise<Fetch> | undefined;
  return async (input, init) => {
    proxied ??= proxiedFetch({ httpProxy, httpsProxy, noProxy });
    return (await proxied)(input, init);
  };
}

type Proxies = { readonly httpProxy: string; readonly httpsProxy: string; readonly noProxy: string };

/** Node's own `fetch` is steered by another undici than the one loaded here, so this one's `fetch` goes with it. */
async function proxiedFetch(proxies: Proxies): Promise<Fetch> {
  const { EnvHttpProxyAgent, fetch } = await import("undici");
  const dispatcher = withoutWarnings(() => new EnvHttpProxyAgent(proxies));
  return ((input: string, init: object) => fetch(input, { ...init, dispatcher })) as unknown as Fetch;
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

/** This undici calls its agent experimental in every log it is made in; later ones don't. */
function withoutWarnings<T>(make: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return make();
  } finally {
    process.emitWarning = emitWarning;
  }
}
