import { request } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runCommand } from "../../../src/commands/run-command.ts";
import { terminalPorts } from "../../../src/edges/terminal/ports.ts";
import { parseInputs } from "../../../src/inputs/parse-inputs.ts";
import { booksOn } from "../../e2e/books-on-branch.ts";
import type { Repository } from "../../support/github/repository.ts";
import { type GitHub, startGitHub } from "../../support/github/server.ts";
import { emptyFolder } from "../../support/runner/action.ts";
import { SERVE_TOKEN, type ServeOptions, type Server, useServers } from "./running.ts";

const WRITER = "ghp_writerwriterwriter01";
const TOKENS = {
  [WRITER]: { permission: "write", login: "octo" },
  ghp_otherwriterwriter02: { permission: "write", login: "mona" },
  ghp_readonlyofawriter003: { permission: "read", login: "octo" },
  ghp_strangerstranger0004: { permission: "write", login: "stranger" },
  ghp_readerreaderreader05: { permission: "write", login: "reader" },
  ghp_expiredexpired000006: { permission: "write", login: "octo" },
  ghs_installation00000007: { permission: "write" },
  ghs_server00000000000008: { permission: "read" },
} as const;

let github: GitHub;
let repo: Repository;
let count = 0;
const serve = useServers();

beforeAll(async () => {
  github = await startGitHub({ tokens: TOKENS });
  github.revokeToken("ghp_expiredexpired000006");
});
afterAll(() => github.stop());

beforeEach(async () => {
  count += 1;
  repo = await github.createRepository(`o/r${count}`);
  for (const [user, role] of [
    ["octo", "write"],
    ["mona", "maintain"],
    ["reader", "read"],
  ] as const)
    repo.roles.set(user, role);
  const ports = await terminalPorts(envOf(WRITER), emptyFolder("folder"), { repository: repo.nameWithOwner });
  const raw = { "monthly-budget": "10", alerts: "50", cost: "6" };
  await runCommand(ports, parseInputs("record", raw, "terminal") as never);
});

const envOf = (token: string) => ({ GITHUB_TOKEN: token, GITHUB_API_URL: github.apiUrl });

/** A server of the books whose own token only reads. */
async function started(options: ServeOptions = {}): Promise<Server> {
  const env = { ...envOf("ghs_server00000000000008"), ...options.env };
  const inputs = { repository: repo.nameWithOwner, ...options.inputs };
  const ports = () => terminalPorts(env, emptyFolder("folder"), inputs);
  return serve(undefined, { ...options, env, inputs, parts: { ports } });
}

async function openAlert(): Promise<string> {
  const { state } = await booksOn(repo);
  return state.alerts[0].id;
}

type Asked = { readonly token?: string; readonly body?: string; readonly headers?: Readonly<Record<string, string>> };

function acknowledge(server: Server, id: string, { token, body = "{}", headers = {} }: Asked) {
  const path = `/api/alerts/acknowledge/${id}`;
  const own = {
    origin: server.url,
    "content-type": "application/json",
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...headers,
  };
  return sent(server, {
    path,
    body,
    headers: Object.fromEntries(Object.entries(own).filter(([, text]) => text !== "")),
  });
}

/** Another host and origin than `fetch` would write. */
function sent(
  server: Server,
  { path, body, headers }: { path: string; body: string; headers: Record<string, string> },
) {
  const { hostname, port } = new URL(server.url);
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const asking = request({ hostname, port, path, method: "POST", headers }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asking.on("error", reject);
    asking.end(body);
  });
}

describe("an acknowledgement over HTTP", () => {
  it("is booked in the person's name, by the person's own token", async () => {
    const server = await started();
    const id = await openAlert();
    const body = JSON.stringify({ note: "The crawler is off" });
    const { status, text } = await acknowledge(server, id, { token: WRITER, body });
    expect([status, JSON.parse(text)]).toEqual([
      200,
      {
        message: expect.stringContaining(`${id} acknowledged by octo`),
        alerts: [expect.objectContaining({ id, acknowledged: expect.objectContaining({ by: "octo" }) })],
      },
    ]);
    const { state, entries } = await booksOn(repo);
    expect(state.alerts[0].acknowledged).toMatchObject({ by: "octo", note: "The crawler is off" });
    expect(entries.at(-1)).toMatchObject({ kind: "alert", actor: "octo", cost: 0 });
    expect((await repo.log("token-budget"))[0]?.message).toMatch(/acknowledged|A-\d/);
    const shown = await server.get("/api/alerts/active");
    expect(JSON.parse(await shown.text()).alerts[0].acknowledged).toMatchObject({ by: "octo" });
  });

  it("is booked once, whoever else acknowledges it at the same time", async () => {
    const server = await started();
    const id = await openAlert();
    const before = (await repo.log("token-budget")).length;
    const answers = await Promise.all(
      [WRITER, "ghp_otherwriterwriter02", WRITER].map((token) => acknowledge(server, id, { token })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const messages = answers.map(({ text }) => JSON.parse(text).message as string);
    expect(messages.filter((text) => text.includes("was already acknowledged"))).toHaveLength(2);
    expect((await repo.log("token-budget")).length).toBe(before + 1);
  });

  it.each<readonly [string, Asked, number, string]>([
    ["without a token", {}, 401, "unauthorized"],
    ["with a token that GitHub doesn't know", { token: "ghp_unknownunknown" }, 401, "unauthorized"],
    ["with an expired token", { token: "ghp_expiredexpired000006" }, 401, "unauthorized"],
    ["with a writer's token that only reads", { token: "ghp_readonlyofawriter003" }, 403, "missing-permission"],
    ["by someone who may only read", { token: "ghp_readerreaderreader05" }, 403, "not-allowed"],
    ["by a stranger", { token: "ghp_strangerstranger0004" }, 403, "not-allowed"],
    ["with an installation's token", { token: "ghs_installation00000007" }, 403, "not-a-person"],
    [
      "with the token as a password",
      { headers: { authorization: `Basic ${btoa(`x:${WRITER}`)}` } },
      401,
      "unauthorized",
    ],
    ["without an origin", { token: WRITER, headers: { origin: "" } }, 403, "wrong-origin"],
    ["from another origin", { token: WRITER, headers: { origin: "https://evil.example" } }, 403, "wrong-origin"],
    ["by another host's name", { token: WRITER, headers: { host: "evil.example" } }, 421, "wrong-host"],
    ["as a form", { token: WRITER, headers: { "content-type": "text/plain" } }, 415, "not-json"],
    ["without a type", { token: WRITER, headers: { "content-type": "" } }, 415, "not-json"],
    ["that isn't JSON", { token: WRITER, body: "{" }, 400, "bad-body"],
    ["that says more than a note", { token: WRITER, body: '{"amount":5}' }, 400, "bad-body"],
    ["with a note of 201 characters", { token: WRITER, body: `{"note":"${"x".repeat(201)}"}` }, 400, "bad-body"],
    ["that is too large", { token: WRITER, body: `{"note":"${"x".repeat(20_000)}"}` }, 413, "too-large"],
  ])("is refused %s", async (_, asked, status, error) => {
    const server = await started();
    const before = await repo.log("token-budget");
    const answer = await acknowledge(server, await openAlert(), asked);
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([status, error]);
    const said = [answer.text, ...server.said].join("\n");
    for (const token of Object.keys(TOKENS)) expect(said).not.toContain(token);
    expect(await repo.log("token-budget")).toEqual(before);
  });

  it("is refused with the server's own token, which lets read", async () => {
    const server = await started({ env: { TOKEN_BUDGET_SERVE_TOKEN: SERVE_TOKEN } });
    const answer = await acknowledge(server, await openAlert(), { token: SERVE_TOKEN });
    expect([answer.status, JSON.parse(answer.text).message]).toEqual([403, expect.stringContaining("only lets read")]);
    expect(answer.text).not.toContain(SERVE_TOKEN);
  });

  it("is refused where a token could be read on its way, before anything is asked", async () => {
    const env = { TOKEN_BUDGET_SERVE_TOKEN: SERVE_TOKEN };
    const open = await started({ env, inputs: { host: "0.0.0.0" } });
    const { port } = new URL(open.url);
    const server = { ...open, url: `http://127.0.0.1:${port}` };
    const id = await openAlert();
    const asked = github.requests({ path: "/user" });
    const answer = await acknowledge(server, id, { token: WRITER });
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([403, "no-tls"]);
    expect(github.requests({ path: "/user" })).toBe(asked);
  });

  it("is taken behind TLS from the public name's origin", async () => {
    const env = { TOKEN_BUDGET_SERVE_TOKEN: SERVE_TOKEN };
    const inputs = { host: "127.0.0.1", behindTls: true, publicName: ["budget.example.com"] };
    const server = await started({ env, inputs });
    const id = await openAlert();
    const headers = { origin: "https://budget.example.com", host: "budget.example.com" };
    const answer = await acknowledge(server, id, { token: WRITER, headers });
    expect(answer.status).toBe(200);
  });

  it("of what is no alert says which are open", async () => {
    const server = await started();
    const id = await openAlert();
    const [unknown, wrong] = await Promise.all(
      ["A-0101-9", "nonsense%20id"].map((one) => acknowledge(server, one, { token: WRITER })),
    );
    expect([unknown?.status, JSON.parse(unknown?.text ?? "").message]).toEqual([404, expect.stringContaining(id)]);
    expect(wrong?.status).toBe(400);
  });

  it("says when GitHub gives no answer", async () => {
    const server = await started();
    const id = await openAlert();
    github.faults.next({ path: "/user" }, { kind: "drop-before" });
    const answer = await acknowledge(server, id, { token: WRITER });
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([503, "state-unreachable"]);
  });

  it("is done at a terminal where the books are in a folder", async () => {
    const folder = emptyFolder("folder");
    const env = { GITHUB_API_URL: github.apiUrl };
    const ports = () => terminalPorts(env, folder, {});
    const here = { env, folder, inputs: {}, png: async () => new Uint8Array() };
    const server = await serve(undefined, { parts: { ports, here } });
    const answer = await acknowledge(server, "A-0101-1", { token: WRITER });
    expect([answer.status, JSON.parse(answer.text).message]).toEqual([
      404,
      expect.stringContaining("token-budget alerts --acknowledge ID"),
    ]);
  });
});
