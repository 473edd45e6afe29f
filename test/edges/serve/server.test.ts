import { readFileSync } from "node:fs";
import { request } from "node:http";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { liveDashboard } from "../../../src/commands/live-dashboard.ts";
import type { Snapshot } from "../../../src/store/port.ts";
import { useCommandWorld } from "../../commands/command-world.ts";
import { MemoryStore } from "../../store/memory-store.ts";
import { patient } from "../../support/pace/pace.ts";
import { SERVE_TOKEN, type Server, useServers } from "./running.ts";
import { filesOf, portsOver } from "./serve-ports.ts";

/** For what comes about by itself. */
const POLLING = { timeout: patient(20_000) };

const world = useCommandWorld();
const serve = useServers();

const POLICY = `monthly-budget: 20
budgets:
  - { name: Web & shop, match: { team: web }, limit: 4 USD }
  - { name: month, match: { team: infra }, limit: 5000 tokens }
`;
const NAMES = ["web", "infra", "Web", "../../etc", "..", "a/b", "50% off", "index", "x".repeat(100), "ü ß"];

async function seed(): Promise<void> {
  world.policy(POLICY);
  for (const [index, team] of NAMES.entries()) {
    world.at(`2026-0${1 + (index % 2)}-${String(3 + index).padStart(2, "0")}T08:00:00Z`.replace("-01-", "-02-"));
    const tags = `team=${team}\nagent=bot ${index % 3}\ndivision=${index % 2 === 0 ? "north" : "south/east"}`;
    await world.run("record", { cost: String(0.25 + index / 4), tags, profile: "nightly", pr: String(index + 1) });
  }
  world.at("2026-02-14T12:00:00Z");
  world.discord.clear();
}

async function jsonOf(answer: Response | Promise<Response>) {
  return JSON.parse(await (await answer).text());
}

/** A request as it is written, which `fetch` would tidy up. */
function raw(server: Server, headers: Readonly<Record<string, string>>, method = "GET", path = "/api/index") {
  return new Promise<{ status: number | undefined; text: string; headers: NodeJS.Dict<string | string[]> }>(
    (resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const asking = request({ hostname, port, path, method, headers }, (answer) => {
        let text = "";
        answer.on("data", (chunk) => {
          text += chunk;
        });
        answer.on("end", () => resolve({ status: answer.statusCode, text, headers: answer.headers }));
      });
      asking.on("error", reject);
      asking.end();
    },
  );
}

describe("the addresses of a server", () => {
  it("are all files that dashboard writes, byte for byte", async () => {
    await seed();
    const dashboard = await liveDashboard(await portsOver(world.store), { shown: "names", warn: () => {} })();
    const server = await serve(world.store);
    const files = Object.entries(filesOf(dashboard)).filter(([path]) => path !== "api/index.json");
    expect(files.length).toBeGreaterThan(50);
    for (const [path, text] of files) {
      const address = path.split("/").map(encodeURIComponent).join("/");
      const answer = await server.get(`/${address}`);
      expect([path, answer.status, await answer.text()]).toEqual([path, 200, text]);
    }
    expect(await (await server.get("/")).text()).toBe(filesOf(dashboard)["index.html"]);
  });

  it("have the figures that the report gives", async () => {
    world.at("2026-01-20T08:00:00Z");
    await world.run("record", { cost: "2", tags: "team=web", profile: "nightly" });
    await seed();
    const server = await serve(world.store);
    const reported = async (by: string, period = "2026-02") => {
      const result = await world.run("report", { period, by, compare: "previous", top: "200" });
      return JSON.parse(result.json).report;
    };
    const json = (address: string) => jsonOf(server.get(`/api/${address}`));
    expect(await json("cost/organization?period=2026-02")).toEqual(await reported("model"));
    expect(await json("cost/trends")).toEqual(await reported("day"));
    expect(await json("org/cost-summary?period=this-month")).toEqual(await reported("result"));
    expect(await json("cost/breakdown/tag:team")).toEqual(await reported("tag:team"));
    expect(await json("cost/organization?period=last-month")).toMatchObject({ total: { cost: 2 } });
    const { rows } = await reported("tag:team");
    for (const team of NAMES.filter((name) => name !== "..")) {
      const row = rows.find(({ key }: { key: Record<string, string> }) => key["tag:team"] === team);
      const { cost, executions } = (await json(`cost/tag/team/${encodeURIComponent(team)}`)).row;
      expect([team, cost, executions]).toEqual([team, row.cost, row.executions]);
    }
    const { rows: agents } = await reported("tag:agent");
    expect((await json("cost/tokens/bot%201")).row.cost).toBe(
      agents.find(({ key }: { key: Record<string, string> }) => key["tag:agent"] === "bot 1").cost,
    );
    for (const address of ["cost/division/south%2Feast", "division/south%2Feast/cost-status"]) {
      expect(await json(address)).toMatchObject({ key: "division", value: "south/east" });
    }
    const { outputs } = await world.run("status");
    expect(await json("budget/status/budget/month")).toMatchObject({ budget: 20, spent: Number(outputs.spent) });
    expect(await json("budget/status/budget/Web%20%26%20shop")).toMatchObject({ limit: 4, spent: 2.25 - 2 });
    expect(await json("budget/status/team/infra")).toMatchObject({ name: "month", unit: "tokens" });
    expect(await json("budget/forecast/Web%20%26%20shop")).toMatchObject({ name: "Web & shop" });
    const { alerts } = JSON.parse((await world.run("alerts", {}, { event: { name: "schedule" } })).json);
    expect(alerts).toHaveLength(2);
    expect(await json("alerts/active")).toEqual({ alerts });
  });

  it("are described by an OpenAPI document that is valid, and every answer is what it says", async () => {
    await seed();
    const server = await serve(world.store);
    const document = await jsonOf(server.get("/openapi.json"));
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect([valid, errors]).toEqual([true, undefined]);
    const ajv = new Ajv({ strict: false, validateSchema: false });
    ajv.addSchema({ $id: "api", components: document.components });
    const schemaOf = (path: string) => {
      const segments = path.split("/");
      const [found] = Object.entries<{ get?: { responses: Record<string, never> } }>(document.paths)
        .filter(([, { get }]) => get !== undefined)
        .filter(([template]) => {
          const parts = template.split("/");
          return (
            parts.length === segments.length && parts.every((one, at) => one.startsWith("{") || one === segments[at])
          );
        })
        .toSorted(([a], [b]) => a.split("{").length - b.split("{").length);
      return found?.[1].get?.responses as never as Record<
        string,
        { content: Record<string, { schema: { $ref: string } }> }
      >;
    };
    const { addresses } = await jsonOf(server.get("/api/index"));
    const asked = ["/api/index", "/healthz"];
    for (const { template, periods } of addresses) {
      for (const period of periods) asked.push(`/api/${template.replace("{period}", period)}`);
    }
    expect(asked.length).toBeGreaterThan(50);
    for (const path of asked) {
      const answer = await server.get(path);
      const { $ref } =
        schemaOf(path.split("?")[0] ?? "")[String(answer.status)]?.content["application/json"]?.schema ?? {};
      const isValid = ajv.validate({ $ref: `api${$ref}` }, await jsonOf(answer));
      expect([path, answer.status, isValid, ajv.errors]).toEqual([path, 200, true, null]);
    }
    for (const [path, status] of [
      ["/api/cost/organization?period=soon", 400],
      ["/api/cost/organization?period=2019-01", 404],
      ["/api/cost/tokens/nobody", 404],
    ] as const) {
      const answer = await server.get(path);
      const { $ref } = schemaOf(path.split("?")[0] ?? "")[String(status)]?.content["application/json"]?.schema ?? {};
      expect([path, answer.status, ajv.validate({ $ref: `api${$ref}` }, await jsonOf(answer))]).toEqual([
        path,
        status,
        true,
      ]);
    }
  });

  it("answer to what is nowhere with what there is", async () => {
    await seed();
    const server = await serve(world.store);
    const said = async (path: string) => (await jsonOf(server.get(path))).message;
    expect(await said("/api/cost/organization?period=2019-01")).toBe(
      "There is nothing of that month. There is: 2026-02.",
    );
    expect(await said("/api/nothing")).toContain("GET /api/index");
    expect(await said("/nothing.html")).toBe("There is no such page.");
    expect(await said("/..%2f..%2fetc%2fpasswd")).toBe("There is no such page.");
    expect(await said("/api/cost/tag/team/%E0%A4%A")).toContain("Nothing of that name");
  });

  it("show the sub-budgets as metrics of Prometheus", async () => {
    await seed();
    const server = await serve(world.store);
    const answer = await server.get("/metrics");
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const text = await answer.text();
    const line = /^[a-z_]+(\{([a-z]+="([^"\\\n]|\\[\\"n])*",?)+\})? -?\d+(\.\d+)?(e[+-]?\d+)?$/;
    for (const one of text.trimEnd().split("\n")) expect(one).toMatch(one.startsWith("#") ? /^# (HELP|TYPE) / : line);
    expect(text).toContain("token_budget_budget_dollars 20\n");
    expect(text).toContain(`token_budget_spent_dollars ${world.books().state.total_spent}\n`);
    expect(text).toContain('token_budget_sub_budget_limit{budget="Web & shop",unit="USD"} 4\n');
    expect(text).toContain('token_budget_sub_budget_limit{budget="month",unit="tokens"} 5000\n');
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
    // What Grafana is given asks for nothing else, and the page lists no other.
    const grafana = readFileSync("docs/grafana/prometheus.json", "utf8");
    const asked = [...grafana.matchAll(/"expr": "(.*)"/g)].flatMap(
      ([, expr = ""]) => expr.match(/token_budget_\w+/g) ?? [],
    );
    expect(asked.length).toBeGreaterThan(10);
    const listed = readFileSync("docs/serve.md", "utf8").match(/(?<=`)token_budget_\w+/g) ?? [];
    expect([...asked, ...listed].filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe("a server's answers", () => {
  it("are sent once to whoever keeps their ETag, until the books change", async () => {
    await seed();
    const server = await serve(world.store);
    const { headers } = await server.get("/api/cost/organization");
    const etag = headers.get("etag") ?? "";
    expect(headers.get("cache-control")).toBe("private, no-cache");
    const known = () => server.get("/api/cost/organization", { headers: { "if-none-match": `W/"x", ${etag}` } });
    expect([(await known()).status, await (await known()).text()]).toEqual([304, ""]);
    await world.run("record", { cost: "1" });
    expect((await known()).status).toBe(200);
  });

  it("have HEAD too, and say that nobody else may show them", async () => {
    await seed();
    const server = await serve(world.store);
    const head = await server.get("/", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(head.headers.get("content-security-policy")).toBe("frame-ancestors 'none'");
    expect(head.headers.get("x-content-type-options")).toBe("nosniff");
    expect(head.headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect([...head.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  it("cost the books one read, however many ask", async () => {
    await seed();
    const server = await serve(world.store, { freshMs: 600_000 });
    await server.get("/");
    world.calls();
    const paths = ["/", "/api/cost/organization", "/metrics", "/runs.html"];
    const answers = await Promise.all(Array.from({ length: 200 }, (_, at) => server.get(paths[at % 4] ?? "")));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(world.calls()).toEqual([]);
  });

  it("are 503 within the wait while the books give none, with one read for all; and come back", async () => {
    let release: (() => void) | undefined;
    let reads = 0;
    class HungStore extends MemoryStore {
      override async read(first?: Snapshot): Promise<Snapshot> {
        reads += 1;
        if (reads === 1) {
          await new Promise<void>((resolve) => {
            release = resolve;
          });
        }
        return super.read(first);
      }
    }
    const server = await serve(new HungStore({}), { parts: { waitMs: 50 } });
    const answers = await Promise.all(Array.from({ length: 100 }, () => server.get("/api/cost/organization")));
    for (const answer of answers) {
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
      expect((await jsonOf(answer)).error).toBe("state-unreachable");
    }
    expect(reads).toBe(1);
    expect((await server.get("/healthz")).status).toBe(200);
    expect(server.said).toEqual(["The books gave no answer in time."]);
    release?.();
    await expect.poll(async () => (await server.get("/api/cost/organization")).status, POLLING).toBe(200);
    expect(server.said.at(-1)).toBe("The books can be read again.");
  });

  it("say why books can't be read", async () => {
    world.store.put({ state: "{", lines: [] });
    const server = await serve(world.store);
    const answer = await server.get("/metrics");
    expect([answer.status, (await jsonOf(answer)).error]).toEqual([503, "state-unreadable"]);
    expect((await server.get("/healthz")).status).toBe(200);
  });
});

describe("who may read", () => {
  const AUTH = { authorization: `Bearer ${SERVE_TOKEN}` };

  it("is whoever has the token, once there is one", async () => {
    await seed();
    const server = await serve(world.store, { env: { TOKEN_BUDGET_SERVE_TOKEN: SERVE_TOKEN } });
    for (const path of ["/", "/api/index", "/api/index.json", "/metrics", "/openapi.json", "/runs.html", "/nothing"]) {
      const [none, wrong, right] = await Promise.all(
        [{}, { authorization: "Bearer wrong" }, AUTH].map((headers) => server.get(path, { headers })),
      );
      expect([path, none?.status, wrong?.status]).toEqual([path, 401, 401]);
      expect(none?.headers.get("www-authenticate")).toBe('Basic realm="token-budget", charset="UTF-8"');
      expect([path, right?.status]).toEqual([path, path === "/nothing" ? 404 : 200]);
    }
    expect((await server.get("/healthz")).status).toBe(200);
  });

  it("is nobody by another host's name, or from another origin's page", async () => {
    const server = await serve(world.store);
    const { port } = new URL(server.url);
    expect(await raw(server, { host: "evil.example" })).toMatchObject({ status: 421 });
    expect(await raw(server, { host: `127.0.0.1:${port}`, origin: "http://evil.example" })).toMatchObject({
      status: 403,
    });
    expect(await raw(server, { host: `localhost:${port}` })).toMatchObject({ status: 200 });
    expect(await raw(server, { host: "evil.example" }, "POST", "/api/alerts/acknowledge/A-1")).toMatchObject({
      status: 421,
    });
  });

  it("changes nothing by other methods, and is told where that is done", async () => {
    await seed();
    const server = await serve(world.store);
    const before = world.books();
    for (const [path, where] of [
      ["/api/budget/requests", "approval"],
      ["/api/budget/requests/7/approve", "approval"],
      ["/api/budget/reallocate", "adjust transfer"],
      ["/api/config", ".github/token-budget.yml"],
      ["/api/budget/limits", ".github/token-budget.yml"],
      ["/api/anything", "POST /api/alerts/acknowledge/{id}"],
    ] as const) {
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        const answer = await server.get(path, { method, body: "{}", headers: { "content-type": "application/json" } });
        expect([path, method, answer.status]).toEqual([path, method, 404]);
        expect((await jsonOf(answer)).message).toContain(where);
      }
    }
    expect(world.books()).toEqual(before);
  });
});

describe("a server that stops", () => {
  it("answers what was asked before, and then listens no more", async () => {
    let release: (() => void) | undefined;
    class SlowStore extends MemoryStore {
      override async read(first?: Snapshot): Promise<Snapshot> {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return super.read(first);
      }
    }
    const server = await serve(new SlowStore({}));
    const asked = server.get("/api/index");
    await expect.poll(() => release !== undefined, POLLING).toBe(true);
    // The request has arrived once the server knows of its connection.
    await new Promise(setImmediate);
    const stopped = server.stop();
    release?.();
    expect((await asked).status).toBe(200);
    await stopped;
    await expect(server.get("/healthz")).rejects.toThrow();
  });

  it("says that its port is taken", async () => {
    const { url } = await serve(new MemoryStore({}));
    await expect(serve(new MemoryStore({}), { inputs: { port: Number(new URL(url).port) } })).rejects.toThrow(
      /Can't listen on 127\.0\.0\.1, port \d+: another program does: choose another --port\./,
    );
  });
});
