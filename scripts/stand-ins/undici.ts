// Takes the place of undici in dist/: what is used of it, without its caches, cookies, web sockets and mocks.
import * as agent from "undici/lib/dispatcher/env-http-proxy-agent.js";
import * as web from "undici/lib/web/fetch/index.js";
import type * as undici from "../../node_modules/undici/index.js";

export type { Dispatcher } from "../../node_modules/undici/index.js";

export const EnvHttpProxyAgent = agent.default as typeof undici.EnvHttpProxyAgent;
export const fetch = web.fetch as typeof undici.fetch;
