import { Agent as PlainAgent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import type { LookupFunction } from "node:net";
import * as tls from "node:tls";
import type { Dispatcher } from "undici";
import type { Environment, Outside } from "../../meter/outside.ts";
import { proxiesOf } from "./fetch.ts";
import { agentFor } from "./proxied-agent.ts";

/** How long a connection to a provider waits for the next request; a provider that says less is believed. */
const KEPT_MS = 30_000;
/** What answers' headers may come to. */
const MAX_HEADERS = 64 * 1024;

/**
 * How the meter reaches providers: through the proxies an environment names, with certificates checked against the
 * authorities of Node, of the machine, and of NODE_EXTRA_CA_CERTS. Without a limit of time: an answer may take minutes.
 * Throws a BudgetError for a proxy that isn't a URL.
 */
export function meterAgent(env: Environment): Outside {
  const proxies = proxiesOf(env);
  return {
    trailing(lookup) {
      const kept = { keepAlive: true, timeout: 0 };
      const plain = new PlainAgent({ ...kept, lookup });
      let secure: SecureAgent | undefined;
      return (origin) => {
        const isSecure = origin.startsWith("https:");
        if ((isSecure ? proxies.https : proxies.http) !== "") return undefined;
        if (!isSecure) return plain;
        secure ??= new SecureAgent({ ...kept, lookup, rejectUnauthorized: true, ca: authorities() });
        return secure;
      };
    },
    agent(lookup: LookupFunction): Dispatcher {
      const secureContext = tls.createSecureContext({ ca: authorities() });
      const trust = { rejectUnauthorized: true, secureContext };
      const options = {
        ...{ connect: { ...trust, lookup }, proxyTls: trust, requestTls: trust },
        ...{ headersTimeout: 0, bodyTimeout: 0, maxHeaderSize: MAX_HEADERS, keepAliveTimeout: KEPT_MS },
      };
      const plain = agentFor(proxies.http, proxies, options);
      if (proxies.http === proxies.https) return plain;
      const secure = agentFor(proxies.https, proxies, options);
      return secure.compose(
        (dispatch) => (asked, handler) =>
          String(asked.origin).startsWith("http:") ? plain.dispatch(asked, handler) : dispatch(asked, handler),
      );
    },
  };
}

/** Node 20 knows its own alone. */
function authorities(): string[] {
  const { getCACertificates } = tls as { getCACertificates?: (type: "default" | "system") => string[] };
  if (getCACertificates === undefined) return [...tls.rootCertificates];
  return [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
}
