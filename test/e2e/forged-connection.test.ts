import { writeFileSync } from "node:fs";
import { createServer as createPlainServer, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SELF_SIGNED } from "../support/tls/self-signed.ts";
import { booksOn, useWorld } from "./action-world.ts";

const world = useWorld({ ownProcesses: true });

/** What somebody who listens in would get. */
let received: string[];
let proxy: Server;
let secure: Server;

beforeEach(async () => {
  received = [];
  proxy = createPlainServer(({ method, url, headers }, response) => {
    received.push(`${method} ${url} ${JSON.stringify(headers)}`);
    response.writeHead(502).end();
  });
  proxy.on("connect", ({ url, headers }, socket) => {
    received.push(`CONNECT ${url} ${JSON.stringify(headers)}`);
    socket.destroy();
  });
  secure = createSecureServer(SELF_SIGNED, ({ method, url, headers }, response) => {
    received.push(`${method} ${url} ${JSON.stringify(headers)}`);
    response.writeHead(404).end("{}");
  });
  for (const server of [proxy, secure]) await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterEach(() => {
  for (const server of [proxy, secure]) {
    server.closeAllConnections();
    server.close();
  }
});

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

describe("a step that changes how later ones are connected", () => {
  it.each(["HTTP_PROXY", "http_proxy"])(
    "takes neither token nor webhook from the post part by a proxy: %s",
    async (name) => {
      const job = world.job();
      await job.step();
      const post = await job.post({ env: { [name]: `http://127.0.0.1:${portOf(proxy)}`, NO_PROXY: "" } });
      expect(post.exitCode).toBe(0);
      expect(received).toEqual([]);
      expect(post.annotations.map(({ message }) => message).join()).toContain("HTTP_PROXY");
      expect((await booksOn(world.repo)).entries).toHaveLength(1);
    },
  );

  it.each<[string, Readonly<Record<string, string>>]>([
    ["no check of certificates", { NODE_TLS_REJECT_UNAUTHORIZED: "0" }],
    ["an authority of its own", { NODE_EXTRA_CA_CERTS: join(tmpdir(), `authority-${process.pid}.pem`) }],
    ["a proxy that Node itself takes", { NODE_USE_ENV_PROXY: "1" }],
  ])("takes neither token nor webhook from the post part by %s", async (_, env) => {
    const { NODE_EXTRA_CA_CERTS: authority, NODE_USE_ENV_PROXY: isProxied } = env;
    if (authority !== undefined) writeFileSync(authority, SELF_SIGNED.cert);
    const job = world.job();
    await job.step();
    const url = `https://127.0.0.1:${portOf(secure)}`;
    const github = { url, apiUrl: url, graphqlUrl: `${url}/graphql` };
    const proxied = isProxied === undefined ? {} : { https_proxy: `http://127.0.0.1:${portOf(proxy)}` };
    const post = await job.post({ github, env: { ...env, ...proxied } });
    expect(received).toEqual([]);
    expect(post.exitCode).toBe(0);
    expect(post.annotations.map(({ message }) => message).join()).toContain("expires as a charge");
  });

  it("goes on through the proxy that the main part went through, whatever is set meanwhile", async () => {
    const target = new URL(world.github.apiUrl);
    const through: string[] = [];
    const own = createPlainServer((incoming, response) => {
      through.push(incoming.url ?? "");
      const { method, headers } = incoming;
      import("node:http").then(({ request }) => {
        const options = { host: target.hostname, port: target.port, path: new URL(incoming.url ?? "").pathname };
        incoming.pipe(
          request({ ...options, method, headers }, (answer) => {
            response.writeHead(answer.statusCode ?? 500, answer.headers);
            answer.pipe(response);
          }),
        );
      });
    });
    await new Promise<void>((done) => own.listen(0, "127.0.0.1", done));
    const job = world.job({ env: { HTTP_PROXY: `http://user:pass-word@127.0.0.1:${portOf(own)}` } });
    const main = await job.step();
    expect(JSON.stringify(main.state)).not.toContain("pass-word");
    const before = through.length;
    expect(before).toBeGreaterThan(0);
    await job.post({ env: { HTTP_PROXY: `http://127.0.0.1:${portOf(proxy)}`, NO_PROXY: "*" } });
    expect(received).toEqual([]);
    expect(through.length).toBeGreaterThan(before);
    own.closeAllConnections();
    own.close();
  });
});
