import type { Agent } from "node:http";
import type { LookupFunction } from "node:net";
import type { Dispatcher } from "undici";

export type Environment = Readonly<Record<string, string | undefined>>;

/** How a meter reaches providers. */
export type Outside = {
  /** What sends requests; names are looked up with this where no proxy does it. */
  agent(lookup: LookupFunction): Dispatcher;
  /** What sends requests with trailers to an origin such as "https://api.openai.com"; undefined behind a proxy. */
  trailing(lookup: LookupFunction): (origin: string) => Agent | undefined;
};

/**
 * The variables the meter's processes get: by which the runner finds processes that outlive a job, which every program
 * on Windows needs, and how the outside is reached.
 */
const KEPT = [
  ...["RUNNER_TRACKING_ID", "SystemRoot", "TZ"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"],
  ...["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"],
];

/** What of an environment the meter's processes get; no secret but a proxy's password. */
export function keptOf(env: Environment): Record<string, string> {
  return Object.fromEntries(KEPT.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
