import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import tls from "node:tls";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fetchesFor } from "../../../src/edges/machine/fetch.ts";
import { SELF_SIGNED } from "../../support/tls/self-signed.ts";

let origin: Server;
let proxy: Server;
let passed: string[];

beforeEach(async () => {
  passed = [];
  origin = createServer((incoming, response) => response.end(`${incoming.method} ${incoming.url}`));
  proxy = createServer((incoming, response) => {
    passed.push(`${incoming.method} ${incoming.url}`);
    const { method, headers } = incoming;
    incoming.pipe(request(incoming.url ?? "", { method, headers }, (answer) => answer.pipe(response)));
  });
  proxy.on("connect", (incoming, client) => {
    passed.push(`CONNECT ${incoming.url}`);
    const [host, port] = (incoming.url ?? "").split(":");
    const upstream = connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      client.pipe(upstream).pipe(client);
    });
    upstream.on("error", () => client.destroy());
    client.on("error", () => upstream.destroy());
  });
  await Promise.all([origin, proxy].map(listening));
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  stop(origin);
  stop(proxy);
});

const listening = (server: Server): Promise<void> => new Promise((done) => server.listen(0, "127.0.0.1", done));

function stop(server: Server): void {
  server.closeAllConnections();
  server.close();
}

/** Neither goes by the process's own variables. */
function fetchesIn(env: Readonly<Record<string, string>>, options: { readonly isTrustBare?: boolean } = {}) {
  for (const name of ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"]) {
    vi.stubEnv(name, `http://${addressOf(origin)}/of-somebody-else`);
  }
  for (const name of ["NO_PROXY", "no_proxy"]) vi.stubEnv(name, "");
  return fetchesFor(env, options);
}

/** What an error and its causes say. */
function saidBy(error: unknown): string {
  return error instanceof Error ? `${error.message} ${saidBy(error.cause)}` : "";
}

const addressOf = (server: Server) => `127.0.0.1:${(server.address() as AddressInfo).port}`;

describe.each(["github", "others"] as const)("the fetch of an environment for %s", (whom) => {
  const fetchIn = (env: Readonly<Record<string, string>>, options: { readonly isTrustBare?: boolean } = {}) =>
    fetchesIn(env, options)[whom];

  it.each([{}, { HTTP_PROXY: "", https_proxy: " ", NO_PROXY: "*" }])(
    "asks directly where no proxy is named",
    async (env) => {
      const response = await fetchIn(env)(`http://${addressOf(origin)}/a?b=c`, { method: "POST", body: "x" });
      expect(await response.text()).toBe("POST /a?b=c");
      expect(passed).toEqual([]);
    },
  );

  it("keeps its connection for the next request", async () => {
    const connections: unknown[] = [];
    origin.on("connection", (socket) => connections.push(socket));
    const direct = fetchIn({});
    await (await direct(`http://${addressOf(origin)}/a`)).text();
    await (await direct(`http://${addressOf(origin)}/b`)).text();
    expect(connections).toHaveLength(1);
  });

  it("fails where an answer breaks off, and not in silence", async () => {
    origin.removeAllListeners("request");
    origin.on("request", (_, response) => {
      response.writeHead(200, { "content-length": "100" }).write("half");
      setImmediate(() => response.destroy());
    });
    const response = await fetchIn({})(`http://${addressOf(origin)}/`);
    await expect(response.text()).rejects.toThrow();
  });

  it.each(["HTTP_PROXY", "http_proxy"])("goes through the proxy that %s names", async (name) => {
    const through = fetchIn({ [name]: `http://${addressOf(proxy)}` });
    const response = await through(`http://${addressOf(origin)}/a`, { method: "POST", body: "x" });
    expect(await response.text()).toBe("POST /a");
    expect(passed).toEqual([expect.stringContaining(addressOf(origin))]);
  });

  it("takes a proxy without a scheme for one that speaks HTTP", async () => {
    const through = fetchIn({ HTTP_PROXY: addressOf(proxy) });
    await (await through(`http://${addressOf(origin)}/`)).text();
    expect(passed).toHaveLength(1);
  });

  it.each(["HTTPS_PROXY", "https_proxy"])("tunnels to what %s is for", async (name) => {
    const through = fetchIn({ [name]: `http://${addressOf(proxy)}` });
    // The origin speaks no TLS: that it was asked for through a tunnel is what counts.
    await expect(through(`https://${addressOf(origin)}/`)).rejects.toThrow();
    expect(passed).toEqual([`CONNECT ${addressOf(origin)}`]);
  });

  it("asks directly by https where only HTTP_PROXY is named", async () => {
    const through = fetchIn({ HTTP_PROXY: `http://${addressOf(proxy)}` });
    await expect(through(`https://${addressOf(origin)}/`)).rejects.toThrow();
    expect(passed).toEqual([]);
  });

  it.each([
    ["NO_PROXY", "example.com, 127.0.0.1"],
    ["no_proxy", "example.com 127.0.0.1"],
    ["NO_PROXY", ".0.0.1"],
    ["NO_PROXY", "*.0.0.1"],
    ["NO_PROXY", "127.0.0.1:PORT"],
    ["NO_PROXY", " * "],
    ["NO_PROXY", "example.com,*"],
  ])("goes around the proxy for what %s=%s names", async (name, text) => {
    const { port } = origin.address() as AddressInfo;
    const exceptions = { [name]: text.replace("PORT", String(port)) };
    const through = fetchIn({ HTTP_PROXY: `http://${addressOf(proxy)}`, ...exceptions });
    expect(await (await through(`http://${addressOf(origin)}/b`)).text()).toBe("GET /b");
    expect(passed).toEqual([]);
  });

  it.each(["", "example.com", "27.0.0.1", "127.0.0.1:1"])(
    "goes through it for all that NO_PROXY=%s leaves",
    async (text) => {
      const through = fetchIn({ HTTP_PROXY: `http://${addressOf(proxy)}`, NO_PROXY: text });
      expect(await (await through(`http://${addressOf(origin)}/b`)).text()).toBe("GET /b");
      expect(passed).toHaveLength(1);
    },
  );

  it.each([
    ["user:p%40ss", "user:p@ss"],
    ["user", "user:"],
    [":pass", ":pass"],
  ])("gives the proxy the user and the password of its address: %s", async (user, text) => {
    const authorized: unknown[] = [];
    const note = ({ headers }: IncomingMessage) => authorized.push(headers["proxy-authorization"]);
    proxy.prependListener("request", note).prependListener("connect", note);
    const address = `http://${user}@${addressOf(proxy)}`;
    const through = fetchIn({ HTTP_PROXY: address, HTTPS_PROXY: address });
    await (await through(`http://${addressOf(origin)}/`)).text();
    await expect(through(`https://${addressOf(origin)}/`)).rejects.toThrow();
    const expected = `Basic ${Buffer.from(text).toString("base64")}`;
    expect(authorized).toEqual([expected, expected]);
  });

  it.each([301, 302, 307, 308])("follows no redirect from https to http: %i", async (status) => {
    const secure = createSecureServer(SELF_SIGNED, (_, response) => {
      response.writeHead(status, { location: `http://${addressOf(origin)}/a` }).end();
    });
    const asked: unknown[] = [];
    origin.on("request", (incoming) => asked.push(incoming.url));
    await listening(secure);
    const trusted = tls.getCACertificates("default");
    tls.setDefaultCACertificates([SELF_SIGNED.cert]);
    const refused = fetchIn({})(`https://${addressOf(secure)}/`);
    await expect(refused.catch(saidBy)).resolves.toContain("redirects from https to http");
    tls.setDefaultCACertificates(trusted);
    expect(asked).toEqual([]);
    stop(secure);
  });

  it("checks certificates whatever the environment says", async () => {
    const secure = createSecureServer(SELF_SIGNED, (_, response) => response.end("secret"));
    await listening(secure);
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const direct = fetchIn({})(`https://${addressOf(secure)}/`);
    await expect(direct.catch(saidBy)).resolves.toContain("self-signed certificate");
    const through = fetchIn({ HTTPS_PROXY: `http://${addressOf(proxy)}` })(`https://${addressOf(secure)}/`);
    await expect(through.catch(saidBy)).resolves.toContain("self-signed certificate");
    expect(passed).toEqual([`CONNECT ${addressOf(secure)}`]);
    stop(secure);
  });

  it("checks the certificate of a proxy as well", async () => {
    const secure = createSecureServer(SELF_SIGNED, (_, response) => response.end("secret"));
    await listening(secure);
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const address = `https://${addressOf(secure)}`;
    const through = fetchIn({ HTTP_PROXY: address, HTTPS_PROXY: address });
    for (const url of [`http://${addressOf(origin)}/`, `https://${addressOf(origin)}/`]) {
      await expect(through(url).catch(saidBy)).resolves.toContain("self-signed certificate");
    }
    stop(secure);
  });

  it("trusts further authorities unless its trust is bare, through a proxy too", async () => {
    const secure = createSecureServer(SELF_SIGNED, (_, response) => response.end("for me"));
    await listening(secure);
    const trusted = tls.getCACertificates("default");
    tls.setDefaultCACertificates([...trusted, SELF_SIGNED.cert]);
    for (const env of [{}, { HTTPS_PROXY: `http://${addressOf(proxy)}` }]) {
      const url = `https://${addressOf(secure)}/`;
      expect(await (await fetchIn(env)(url)).text()).toBe("for me");
      const bare = fetchIn(env, { isTrustBare: true })(url);
      await expect(bare.catch(saidBy)).resolves.toContain("self-signed certificate");
    }
    tls.setDefaultCACertificates(trusted);
    stop(secure);
  });

  it("is called off by a signal", async () => {
    const through = fetchIn({ HTTP_PROXY: `http://${addressOf(proxy)}` });
    const signal = AbortSignal.abort();
    await expect(through(`http://${addressOf(origin)}/`, { signal })).rejects.toMatchObject({ name: "AbortError" });
  });

  it.each(["http://user:SECRET@", "ftp://SECRET.example", "http://a b:SECRET"])(
    "refuses %s without repeating it",
    (proxyUrl) => {
      expect(() => fetchIn({ HTTPS_PROXY: proxyUrl })).toThrow(/HTTPS_PROXY is not the URL of a proxy(?!.*SECRET)/);
    },
  );
});
