import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { runCommand } from "../../../src/commands/run-command.ts";
import { terminalPorts } from "../../../src/edges/terminal/ports.ts";
import { parseInputs } from "../../../src/inputs/parse-inputs.ts";
import { usePostgresWorld } from "../../store/postgres/postgres-world.ts";
import type { Repository } from "../../support/github/repository.ts";
import { type GitHub, startGitHub } from "../../support/github/server.ts";
import { NO_POSTGRES } from "../../support/postgres/server.ts";
import { emptyFolder } from "../../support/runner/action.ts";
import { type Server, useServers } from "./running.ts";

const WRITER = "ghp_writerwriterwriter01";
const TOKENS = {
  [WRITER]: { permission: "write", login: "octo" },
  ghp_readonlyofawriter003: { permission: "read", login: "octo" },
  ghp_strangerstranger0004: { permission: "write", login: "stranger" },
  ghs_installation00000007: { permission: "write" },
  ghs_server00000000000008: { permission: "read" },
} as const;
const POLICY = "monthly-budget: 10\nalerts: [50]\nbudgets: [{ name: web, match: { team: web }, limit: 8 USD }]\n";

type Answer = {
  readonly error?: string;
  readonly message?: string;
  readonly alerts?: readonly { readonly id: string }[];
};

describe("a server of books in PostgreSQL", () => {
  const world = usePostgresWorld();
  const serve = useServers();
  let github: GitHub;
  let repo: Repository;
  let books: string;

  beforeAll(async () => {
    github = await startGitHub({ tokens: TOKENS });
    repo = await github.createRepository("octo-org/policy");
    repo.roles.set("octo", "write");
    await repo.writeFile("main", ".github/token-budget.yml", POLICY);
  });
  afterAll(() => github.stop());
  beforeEach(async ({ skip }) => {
    skip(NO_POSTGRES !== undefined, NO_POSTGRES);
    books = await world().newBooks(repo.nameWithOwner);
    await run("record", { cost: "6", tags: "team=web", profile: "nightly" });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const envOf = (token?: string) => ({
    ...{ TOKEN_BUDGET_DATABASE_URL: world().urlOf({}), GITHUB_API_URL: github.apiUrl },
    ...(token !== undefined && { GITHUB_TOKEN: token }),
  });

  async function run(command: "record" | "status", inputs: Readonly<Record<string, string>> = {}) {
    const ports = await terminalPorts(envOf(WRITER), emptyFolder("folder"), { books });
    return runCommand(ports, parseInputs(command, inputs, "terminal") as never);
  }

  async function started(token?: string): Promise<Server> {
    const env = envOf(token);
    const ports = await terminalPorts(env, emptyFolder("folder"), { books, patienceMs: 1_000 });
    return serve(undefined, { env, inputs: { books }, parts: { ports: async () => ports } });
  }

  function acknowledge(server: Server, id: string, token: string) {
    const headers = { origin: server.url, "content-type": "application/json", authorization: `Bearer ${token}` };
    return server.get(`/api/alerts/acknowledge/${id}`, { method: "POST", headers, body: "{}" });
  }

  const json = async (server: Server, path: string) => (await server.get(path)).json() as Promise<Answer>;
  const webIn = async (server: Server) => (await server.get("/metrics")).text();

  it("has the figures of the books and of the policy that they name", async () => {
    const server = await started("ghs_server00000000000008");
    expect(await json(server, "/healthz")).toMatchObject({ status: "ok" });
    expect(await json(server, "/api/budget/status/budget/month")).toMatchObject({ budget: 10, spent: 6 });
    expect(await webIn(server)).toMatch(/^token_budget_sub_budget_spent\{.*web.*\} 6$/m);
    await run("record", { cost: "1", tags: "team=web", profile: "nightly" });
    expect(await json(server, "/api/budget/status/budget/month")).toMatchObject({ spent: 7 });
  });

  it("takes an acknowledgement of a writer of the policy's repository alone, by a token that may write", async () => {
    const server = await started("ghs_server00000000000008");
    const id = (await json(server, "/api/alerts/active")).alerts?.[0]?.id ?? "";
    for (const [token, error] of [
      ["ghp_readonlyofawriter003", "missing-permission"],
      ["ghp_strangerstranger0004", "not-allowed"],
      ["ghs_installation00000007", "not-a-person"],
    ] as const) {
      const refused = await acknowledge(server, id, token);
      expect([refused.status, ((await refused.json()) as Answer).error]).toEqual([403, error]);
    }
    const taken = await acknowledge(server, id, WRITER);
    expect([taken.status, ((await taken.json()) as Answer).message]).toEqual([
      200,
      expect.stringContaining("acknowledged by octo"),
    ]);
    const [kept] = await world().sql(
      `select count(*)::int as acknowledgements from token_budget.entries where books = '${books}' and kind = 'alert' and actor = 'octo'`,
    );
    expect(kept).toEqual({ acknowledgements: 1 });
  });

  it("keeps the policy while GitHub gives no answer, whenever that is", async () => {
    const server = await started("ghs_server00000000000008");
    expect(await webIn(server)).toContain("web");
    let later = 0;
    const now = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => now() + later);
    for (let outage = 0; outage < 5; outage += 1) {
      later += 61_000;
      github.faults.next({ path: "/graphql" }, { kind: "status", status: 502 });
      expect(await webIn(server)).toContain("web");
    }
    expect(server.said).toEqual([]);
  });

  it("says at its terminal why the policy's budgets are missing", async () => {
    const server = await started();
    expect(await json(server, "/api/budget/status/budget/month")).toMatchObject({ spent: 6 });
    expect(server.said.join("\n")).toContain("reading it needs a token in GITHUB_TOKEN");
    const before = server.said.length;
    await webIn(server);
    expect(server.said).toHaveLength(before);
  });
});
