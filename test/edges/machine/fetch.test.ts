import { createServer, request, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import tls from "node:tls";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fetchFor } from "../../../src/edges/machine/fetch.ts";
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

/** The proxies' exceptions are read from the process's own environment. */
function fetchIn(env: Readonly<Record<string, string>>): typeof globalThis.fetch {
  for (const name of ["NO_PROXY", "no_proxy", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"]) {
    vi.stubEnv(name, env[name]);
  }
  return fetchFor(env);
}

const addressOf = (server: Server) => `127.0.0.1:${(server.address() as AddressInfo).port}`;

describe("the fetch of an environment", () => {
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

  it("goes around the proxy for what NO_PROXY names", async () => {
    const through = fetchIn({ HTTP_PROXY: `http://${addressOf(proxy)}`, NO_PROXY: "example.com, 127.0.0.1" });
    expect(await (await through(`http://${addressOf(origin)}/b`)).text()).toBe("GET /b");
    expect(passed).toEqual([]);
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
    await expect(fetchIn({})(`https://${addressOf(secure)}/`)).rejects.toThrow("redirects from https to http");
    tls.setDefaultCACertificates(trusted);
    expect(asked).toEqual([]);
    stop(secure);
  });

  it("checks certificates whatever the environment says", async () => {
    const secure = createSecureServer(SELF_SIGNED, (_, response) => response.end("secret"));
    await listening(secure);
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    await expect(fetchIn({})(`https://${addressOf(secure)}/`)).rejects.toThrow(/self-signed certificate/);
    const through = fetchIn({ HTTPS_PROXY: `http://${addressOf(proxy)}` });
    await expect(through(`https://${addressOf(secure)}/`)).rejects.toThrow(/self-signed certificate/);
    expect(passed).toEqual([`CONNECT ${addressOf(secure)}`]);
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
