import { createServer, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fetchFor } from "../../src/runner/fetch.ts";

let origin: Server;
let proxy: Server;
let passed: string[];
let warnings: Error[];
const noteWarning = (warning: Error) => void warnings.push(warning);

beforeEach(async () => {
  passed = [];
  warnings = [];
  process.on("warning", noteWarning);
  origin = createServer((incoming, response) => response.end(`${incoming.method} ${incoming.url}`));
  proxy = createServer((incoming, response) => {
    passed.push(`${incoming.method} ${incoming.url}`);
    incoming.pipe(request(incoming.url ?? "", incoming, (answer) => answer.pipe(response)));
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
  await Promise.all([origin, proxy].map((server) => new Promise<void>((done) => server.listen(0, "127.0.0.1", done))));
});

afterEach(() => {
  process.off("warning", noteWarning);
  for (const server of [origin, proxy]) {
    server.closeAllConnections();
    server.close();
  }
});

const addressOf = (server: Server) => `127.0.0.1:${(server.address() as AddressInfo).port}`;

describe("the fetch of an environment", () => {
  it("is Node's own where no proxy is named", () => {
    expect(fetchFor({})).toBe(globalThis.fetch);
    expect(fetchFor({ HTTP_PROXY: "", https_proxy: " ", NO_PROXY: "*" })).toBe(globalThis.fetch);
  });

  it.each(["HTTP_PROXY", "http_proxy"])("goes through the proxy that %s names", async (name) => {
    const through = fetchFor({ [name]: `http://${addressOf(proxy)}` });
    const response = await through(`http://${addressOf(origin)}/a`, { method: "POST", body: "x" });
    expect(await response.text()).toBe("POST /a");
    expect(passed).toEqual([expect.stringContaining(addressOf(origin))]);
    expect(warnings).toEqual([]);
  });

  it("takes a proxy without a scheme for one that speaks HTTP", async () => {
    const through = fetchFor({ HTTP_PROXY: addressOf(proxy) });
    await (await through(`http://${addressOf(origin)}/`)).text();
    expect(passed).toHaveLength(1);
  });

  it.each(["HTTPS_PROXY", "https_proxy"])("tunnels to what %s is for", async (name) => {
    const through = fetchFor({ [name]: `http://${addressOf(proxy)}` });
    // The origin speaks no TLS: that it was asked for through a tunnel is what counts.
    await expect(through(`https://${addressOf(origin)}/`)).rejects.toThrow();
    expect(passed).toEqual([`CONNECT ${addressOf(origin)}`]);
  });

  it("goes around the proxy for what NO_PROXY names", async () => {
    const through = fetchFor({ HTTP_PROXY: `http://${addressOf(proxy)}`, NO_PROXY: "example.com, 127.0.0.1" });
    expect(await (await through(`http://${addressOf(origin)}/b`)).text()).toBe("GET /b");
    expect(passed).toEqual([]);
  });

  it("is called off by a signal", async () => {
    const through = fetchFor({ HTTP_PROXY: `http://${addressOf(proxy)}` });
    const signal = AbortSignal.abort();
    await expect(through(`http://${addressOf(origin)}/`, { signal })).rejects.toMatchObject({ name: "AbortError" });
  });

  it.each(["http://user:SECRET@", "ftp://SECRET.example", "http://a b:SECRET"])(
    "refuses %s without repeating it",
    (proxyUrl) => {
      expect(() => fetchFor({ HTTPS_PROXY: proxyUrl })).toThrow(
        /HTTPS_PROXY is not the address of a proxy(?!.*SECRET)/,
      );
    },
  );
});
