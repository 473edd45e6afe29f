import { type Dispatcher, EnvHttpProxyAgent } from "undici";

/** The proxies for addresses by their scheme, empty where there is none, and the hosts that are reached without one. */
export type Proxies = { readonly http: string; readonly https: string; readonly except: string };

/** How the certificate of another host is checked; `ca` are the only authorities trusted, in PEM. */
export type Trust = { readonly rejectUnauthorized: true; readonly ca?: string[] };

type Options = NonNullable<ConstructorParameters<typeof EnvHttpProxyAgent>[0]>;

/** An agent that goes through one proxy, or through none, whatever the process's own environment names. */
export function agentFor(proxy: string, { except }: Pick<Proxies, "except">, options: Options): Dispatcher {
  return new EnvHttpProxyAgent({
    ...options,
    ...{ httpProxy: proxy, httpsProxy: proxy, noProxy: exceptions(except), proxyTunnel: false },
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
