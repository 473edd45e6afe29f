import { EnvHttpProxyAgent, fetch } from "undici";

/** The proxies for addresses by their scheme, empty where there is none, and the hosts that are reached without one. */
export type Proxies = { readonly http: string; readonly https: string; readonly except: string };

/** How the certificate of another host is checked; `ca` are the only authorities trusted, in PEM. */
export type Trust = { readonly rejectUnauthorized: true; readonly ca?: string[] };

/** A `fetch` through proxies that follows no redirect from https to http. */
export function fetchThrough(proxies: Proxies, trust: Trust): typeof globalThis.fetch {
  const plain = agentFor(proxies.http, proxies, trust);
  const secure = agentFor(proxies.https, proxies, trust);
  const either = secure.compose(
    (dispatch) => (options, handler) =>
      isPlain(options.origin) ? plain.dispatch(options, handler) : dispatch(options, handler),
  );
  const onlySecure = secure.compose((dispatch) => (options, handler) => {
    if (isPlain(options.origin)) throw new Error("it redirects from https to http");
    return dispatch(options, handler);
  });
  return ((url: string, init: object) =>
    fetch(url, { ...init, dispatcher: isPlain(url) ? either : onlySecure })) as unknown as typeof globalThis.fetch;
}

/** An agent that goes through one proxy, or through none, whatever the process's own environment names. */
function agentFor(proxy: string, { except }: Proxies, trust: Trust) {
  return new EnvHttpProxyAgent({
    // Otherwise a request that follows at once opens a second one.
    connections: 1,
    ...{ httpProxy: proxy, httpsProxy: proxy, noProxy: exceptions(except), proxyTunnel: false },
    ...{ connect: trust, proxyTls: trust, requestTls: trust },
    ...(proxy === "" ? {} : passwordOf(new URL(proxy))),
  });
}

/** The package takes a `*` for every host where it is alone. */
function exceptions(text: string): string {
  return text.split(/[\s,]+/).includes("*") ? "*" : text;
}

/** The package leaves out a user without a password, and a password without a user. */
function passwordOf({ username, password }: URL): { readonly token?: string } {
  if (username === "" && password === "") return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { token: `Basic ${Buffer.from(text).toString("base64")}` };
}

function isPlain(address: string | URL | undefined): boolean {
  return String(address).startsWith("http:");
}
