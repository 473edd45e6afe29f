import { fetch } from "undici";
import { agentFor, type Proxies, type Trust } from "./proxied-agent.ts";

/** A `fetch` through proxies that follows no redirect from https to http. */
export function fetchThrough(proxies: Proxies, trust: Trust): typeof globalThis.fetch {
  // Otherwise a request that follows at once opens a second one.
  const connections = 1;
  const plain = agentFor(proxies.http, proxies, { connections, connect: trust, proxyTls: trust, requestTls: trust });
  const secure = agentFor(proxies.https, proxies, { connections, connect: trust, proxyTls: trust, requestTls: trust });
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

function isPlain(address: string | URL | undefined): boolean {
  return String(address).startsWith("http:");
}
