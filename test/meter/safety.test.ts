import { createServer, request as httpRequest } from "node:http";
import { type AddressInfo, connect, createServer as createNetServer } from "node:net";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guardedLookup, isForbiddenAddress, mayAsk } from "../../src/meter/addresses.ts";
import { pathAt, upstreamsOf } from "../../src/meter/upstreams.ts";
import { ask, post } from "./support/asking.ts";
import { CONTROL, SECRET, startTestMeter, type TestMeter } from "./support/meter.ts";
import { type Provider, startProvider } from "./support/provider.ts";

let provider: Provider;
let meter: TestMeter;
const answer = Buffer.from(JSON.stringify({ id: "x", object: "list", data: [] }));

beforeAll(async () => {
  provider = await startProvider(({ url }) =>
    url === "/v1/redirect"
      ? { status: 307, headers: { location: "http://169.254.169.254/latest/meta-data" }, pieces: [] }
      : { headers: { "content-type": "application/json" }, pieces: [answer] },
  );
  meter = await startTestMeter({ origin: provider.origin });
});
afterAll(async () => {
  await meter.stop();
  await provider.stop();
});

/** Sends text as it is and returns what comes until the connection ends. */
function raw(text: string, port = meter.port): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = "";
    const socket = connect({ port, host: "127.0.0.1" }, () => socket.write(text));
    socket.setTimeout(1_500, () => socket.end());
    socket.on("data", (chunk: Buffer) => {
      got += chunk.toString("latin1");
    });
    socket.on("close", () => resolve(got));
    socket.on("error", reject);
  });
}

const statusesIn = (text: string) => [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
const host = () => `Host: 127.0.0.1:${meter.port}\r\n`;
const MODELS = `/${SECRET}/openai/v1/models`;

describe("a request that isn't the agent's", () => {
  const cases: readonly (readonly [name: string, text: () => string, status: number])[] = [
    ["without the secret", () => `GET /openai/v1/models HTTP/1.1\r\n${host()}\r\n`, 404],
    ["with a wrong secret", () => `GET /${SECRET}x/openai/v1/models HTTP/1.1\r\n${host()}\r\n`, 404],
    ["for an unknown provider", () => `GET /${SECRET}/evil.example/v1 HTTP/1.1\r\n${host()}\r\n`, 404],
    ["with another Host", () => `GET ${MODELS} HTTP/1.1\r\nHost: evil.example\r\n\r\n`, 421],
    ["with the provider's Host", () => `GET ${MODELS} HTTP/1.1\r\nHost: api.openai.com\r\n\r\n`, 421],
    ["with localhost", () => `GET ${MODELS} HTTP/1.1\r\nHost: localhost:${meter.port}\r\n\r\n`, 421],
    ["with two Hosts", () => `GET ${MODELS} HTTP/1.1\r\n${host()}${host()}\r\n`, 421],
    ["without a Host", () => `GET ${MODELS} HTTP/1.1\r\n\r\n`, 400],
    ["with an Origin", () => `GET ${MODELS} HTTP/1.1\r\n${host()}Origin: http://127.0.0.1\r\n\r\n`, 403],
    ["with Origin null", () => `GET ${MODELS} HTTP/1.1\r\n${host()}Origin: null\r\n\r\n`, 403],
    ["in absolute form", () => `GET http://api.openai.com${MODELS} HTTP/1.1\r\n${host()}\r\n`, 404],
    ["by CONNECT", () => `CONNECT api.openai.com:443 HTTP/1.1\r\n${host()}\r\n`, 405],
    ["out of the base address", () => `GET /${SECRET}/openai/../admin HTTP/1.1\r\n${host()}\r\n`, 400],
    ["out of it, escaped", () => `GET /${SECRET}/openai/%2e%2E/admin HTTP/1.1\r\n${host()}\r\n`, 400],
    [
      "with two lengths",
      () => `POST ${MODELS} HTTP/1.1\r\n${host()}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    [
      "with a length twice",
      () => `POST ${MODELS} HTTP/1.1\r\n${host()}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
      400,
    ],
    [
      "with another transfer coding",
      () => `POST ${MODELS} HTTP/1.1\r\n${host()}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ["with headers of 70 kB", () => `GET ${MODELS} HTTP/1.1\r\n${host()}X: ${"x".repeat(70_000)}\r\n\r\n`, 431],
    ["that isn't HTTP", () => "\x16\x03\x01\x02\x00\x01\r\n\r\n", 400],
  ];
  for (const [name, text, status] of cases) {
    it(`${name} is refused with ${status}`, async () => {
      const before = provider.seen.begun;
      expect(statusesIn(await raw(text()))).toEqual([status]);
      expect(provider.seen.begun).toBe(before);
    });
  }

  it("smuggled behind another one isn't sent on", async () => {
    const before = provider.seen.begun;
    const hidden = `GET ${MODELS} HTTP/1.1\r\n${host()}\r\n`;
    // The end of the first is where its length says, or the connection ends.
    const twice = `POST ${MODELS} HTTP/1.1\r\n${host()}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`;
    expect(statusesIn(await raw(twice))).toEqual([400]);
    const bad = `POST ${MODELS} HTTP/1.1\r\nHost: evil\r\nContent-Length: 3\r\n\r\nabc${hidden}`;
    expect(statusesIn(await raw(bad))).toEqual([421]);
    expect(provider.seen.begun).toBe(before);
    const body = `POST ${MODELS} HTTP/1.1\r\n${host()}Connection: close\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`;
    expect(statusesIn(await raw(body))).toEqual([200]);
    expect(provider.seen.begun).toBe(before + 1);
    expect(provider.got.at(-1)?.body.toString()).toBe(hidden);
  });

  it("that offers HTTP/2 without TLS, as Java's client does, is taken as it is, and so is the next", async () => {
    const before = provider.seen.begun;
    const offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n";
    const body = "a body that says nothing";
    const first = `POST ${MODELS} HTTP/1.1\r\n${host()}${offer}Content-Length: ${body.length}\r\n\r\n${body}`;
    const second = `GET ${MODELS} HTTP/1.1\r\n${host()}Connection: close\r\n\r\n`;
    expect(statusesIn(await raw(first + second))).toEqual([200, 200]);
    expect(provider.seen.begun).toBe(before + 2);
    expect(provider.got.at(-2)?.body.toString()).toBe(body);
    expect(provider.got.at(-2)?.headers).not.toHaveProperty("http2-settings");
    // It must be one that the meter takes, all the same.
    const foreign = `GET /openai/v1/models HTTP/1.1\r\n${host()}${offer}\r\n`;
    expect(statusesIn(await raw(foreign))).toEqual([404]);
  });

  it("for a WebSocket gets 426, after which clients use HTTP", async () => {
    const upgrade = `GET /${SECRET}/openai/v1/responses HTTP/1.1\r\n${host()}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    expect(statusesIn(await raw(upgrade))).toEqual([426]);
  });

  it("finds nothing but the loopback address", async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((one) => one ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of others) {
      const failed = new Promise((resolve) => {
        const socket = connect({ port: meter.port, host: address }, () => resolve(false));
        socket.once("error", () => resolve(true));
      });
      expect(await failed, address).toBe(true);
    }
  });
});

describe("what is sent on", () => {
  it("has no header that is between neighbors", async () => {
    const headers = {
      ...{ connection: "keep-alive, x-private", "x-private": "1", "proxy-authorization": "Basic x", te: "trailers" },
      ...{ "keep-alive": "timeout=5", expect: "100-continue", authorization: "Bearer key", "accept-encoding": "*" },
    };
    await ask({ url: `${meter.base}/openai/v1/chat/completions`, headers, pieces: [Buffer.from("{}")] });
    const got = provider.got.at(-1);
    expect(Object.keys(got?.headers ?? {}).sort()).toEqual(
      ["accept-encoding", "authorization", "connection", "content-length", "host"].sort(),
    );
    expect(got?.headers).toMatchObject({ authorization: "Bearer key", "accept-encoding": "identity" });
  });

  it("follows no redirect", async () => {
    const got = await ask({ url: `${meter.base}/openai/v1/redirect`, method: "GET" });
    expect(got.status).toBe(307);
    expect(got.headers.location).toBe("http://169.254.169.254/latest/meta-data");
  });

  it("is the same with and without the version in the base address", async () => {
    const { host: at } = new URL(provider.origin);
    const upstreams = upstreamsOf({ forward: { openai: `http://${at}/team/v1/` }, hosts: [at] });
    const openai = upstreams.get("openai");
    const chatgpt = upstreams.get("chatgpt");
    if (openai === undefined || chatgpt === undefined) throw new Error("There is no upstream");
    expect(pathAt(openai, "openai", "/v1/responses?x=1")).toBe("/team/v1/responses?x=1");
    expect(pathAt(openai, "openai", "/responses")).toBe("/team/v1/responses");
    expect(pathAt(openai, "openai", "/v10/responses")).toBe("/team/v1/v10/responses");
    expect(pathAt(chatgpt, "chatgpt", "/v1/responses")).toBe("/backend-api/codex/responses");
  });

  it("takes another way for a login of ChatGPT, and no other way by a header", async () => {
    const elsewhere = await startProvider(() => ({ pieces: [answer] }));
    const forward = { openai: provider.origin, chatgpt: elsewhere.origin };
    const hosts = [provider.host, elsewhere.host];
    const own = await startTestMeter({ origin: provider.origin, forward, hosts });
    await post(`${own.base}/openai/v1/responses`, { model: "gpt-5" }, { "ChatGPT-Account-ID": "abc" });
    await post(`${own.base}/openai/v1/responses`, { model: "gpt-5" }, { "X-Forwarded-Host": elsewhere.host });
    expect(elsewhere.seen.begun).toBe(1);
    await own.stop();
    await elsewhere.stop();
  });
});

describe("an address that is forwarded to", () => {
  const setup = (address: string, hosts: readonly string[]) => upstreamsOf({ forward: { openai: address }, hosts });

  it("is a provider's own, or one the policy has", () => {
    expect(() => setup("https://gateway.example/v1", [])).toThrow("add it to meter-hosts");
    expect(() => setup("https://gateway.example/v1", ["gateway.example"])).not.toThrow();
    expect(() => setup("https://gateway.example:8443", ["gateway.example:8443"])).not.toThrow();
    expect(() => setup("https://api.openai.com/v1", [])).not.toThrow();
    expect(() => setup("http://api.openai.com/v1", [])).toThrow("add it to meter-hosts");
    expect(() => setup("https://api.openai.com.evil.example", [])).toThrow("add it to meter-hosts");
    expect(() => setup("https://bedrock-runtime.eu-west-1.amazonaws.com", [])).not.toThrow();
  });

  it("has no password, which isn't repeated", () => {
    const say = () => setup("https://user:hunter2@gateway.example", ["gateway.example"]);
    expect(say).toThrow("has a user name or a password");
    expect(say).not.toThrow("hunter2");
  });

  it("is never the machine's own link or a cloud's metadata service", async () => {
    const all = ["169.254.169.254", "169.254.1.1", "100.100.100.200", "168.63.129.16", "0.0.0.0", "255.255.255.255"];
    const six = ["fe80::1", "fd00:ec2::254", "::ffff:169.254.169.254", "::", "64:ff9b::a9fe:a9fe", "ff02::1"];
    for (const address of [...all, ...six, "[fe80::1]", "fe80::1%eth0"])
      expect(isForbiddenAddress(address), address).toBe(true);
    for (const address of ["127.0.0.1", "10.0.0.1", "192.168.1.1", "8.8.8.8", "::1", "2606:4700::1111", "fd00::1"])
      expect(isForbiddenAddress(address), address).toBe(false);
    const found = (name: string) =>
      new Promise((resolve) => guardedLookup(name, {}, (error, address) => resolve(error?.name ?? address)));
    expect(await found("169.254.169.254")).toBe("ForbiddenAddressError");
    expect(await found("127.0.0.1")).toBe("127.0.0.1");
    expect(await mayAsk("169.254.169.254")).toBe(false);
    expect(await mayAsk("localhost")).toBe(true);
    expect(() => setup("http://169.254.169.254/", ["169.254.169.254"])).toThrow("never forwards to");
    expect(() => setup("http://2852039166/", ["169.254.169.254"])).toThrow("never forwards to");
    expect(() => setup("http://[::ffff:a9fe:a9fe]/", ["[::ffff:a9fe:a9fe]"])).toThrow("never forwards to");
  });
});

it("serves 200 requests at once, and no more", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = await startProvider(() => ({
    headers: { "content-type": "application/json" },
    pieces: [answer],
    before: held,
  }));
  const own = await startTestMeter({ origin: slow.origin });
  const asked = Array.from({ length: 200 }, () => ask({ url: `${own.base}/openai/v1/models`, method: "GET" }));
  while (slow.seen.begun < 200) await new Promise((resolve) => setTimeout(resolve, 10));
  expect((await ask({ url: `${own.base}/openai/v1/models`, method: "GET" })).status).toBe(503);
  release();
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(statuses.every((status) => status === 200)).toBe(true);
  await own.stop();
  await slow.stop();
});

it("controls it by its own word alone", async () => {
  expect((await ask({ url: `http://127.0.0.1:${meter.port}/${CONTROL}/`, method: "GET" })).status).toBe(200);
  expect((await ask({ url: `http://127.0.0.1:${meter.port}/${SECRET}/${CONTROL}/`, method: "POST" })).status).toBe(404);
});

it("goes through the machine's proxy, and past it where that is exempt", async () => {
  const { meterAgent } = await import("../../src/edges/machine/meter-agent.ts");
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? "");
    const { host: at = "" } = request.headers;
    httpRequest({ host: "127.0.0.1", port: at.split(":")[1], path: "/v1/models" }, (got) => got.pipe(response)).end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const status = async (env: Record<string, string>) => {
    const agent = meterAgent(env).agent(guardedLookup);
    const origin = provider.origin.replace("127.0.0.1", "localhost");
    const got = await new Promise<number>((resolve, reject) => {
      agent.dispatch(
        { origin, path: "/v1/models", method: "GET", headers: ["Host", new URL(origin).host] },
        {
          onRequestStart: () => {},
          onResponseStart: (_controller, code) => resolve(code),
          onResponseData: () => {},
          onResponseEnd: () => {},
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
    await agent.destroy();
    return got;
  };
  expect(await status({ HTTP_PROXY: address })).toBe(200);
  expect(asked).toHaveLength(1);
  expect(await status({ HTTP_PROXY: address, NO_PROXY: "localhost" })).toBe(200);
  expect(asked).toHaveLength(1);
  await new Promise((resolve) => proxy.close(resolve));
});

it("says that a provider is down, and books nothing", async () => {
  const gone = createNetServer();
  await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
  await new Promise((resolve) => gone.close(resolve));
  const own = await startTestMeter({ origin });
  const got = await post(`${own.base}/anthropic/v1/messages`, { model: "claude-sonnet-4-5", messages: [] });
  expect(got.status).toBe(502);
  expect(got.body.toString()).toBe("token-budget's meter could not reach the provider.");
  expect(own.recorded()).toEqual([]);
  expect(own.meter.figures()).toMatchObject({ open: 0, cost: 0 });
  await own.stop();
});
