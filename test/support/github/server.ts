import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { patient } from "../pace/pace.ts";
import { type Clock, createClock } from "./clock.ts";
import { type Contract, loadContract } from "./contract.ts";
import { createFaults, type Fault, type Faults, matches, type RequestMatch, type SeenRequest } from "./faults.ts";
import { answerGraphql, type GraphqlRequest, operationOf } from "./graphql.ts";
import { type Answer, Refusal } from "./refusal.ts";
import { Repository, type RepositoryOptions } from "./repository.ts";
import { ARCHIVE_TOKEN, answerRest } from "./rest.ts";
import type { RateLimit, Session, TokenOptions } from "./session.ts";

export type GitHubOptions = {
  /** By `owner/name`; one `o/r` with a README on `main` when left out. */
  readonly repositories?: Readonly<Record<string, RepositoryOptions>>;
  /** By token; `ghs_write`, `ghs_read` and `ghs_pulls`, which also comments, when left out. */
  readonly tokens?: Readonly<Record<string, TokenOptions>>;
  /** Waits so long before every request's work. */
  readonly latencyMs?: number | (() => number);
  /** Requests an hour, of each kind; refused beyond them only when `enforced`. */
  readonly limits?: { readonly core?: number; readonly graphql?: number; readonly enforced?: boolean };
  /** Leaves the git folders where they are when the server stops. */
  readonly keep?: boolean;
  /** Whether the log keeps what was sent and answered; true unless told. */
  readonly bodies?: boolean;
};

export type LoggedRequest = SeenRequest & {
  readonly bytesIn: number;
  bytesOut: number;
  /** 0 when the connection was broken or left hanging. */
  status: number;
  /** When it came, by the server's clock. */
  readonly at: string;
  readonly fault?: Fault;
  readonly sent?: string;
  answered?: string;
};

export type GitHub = {
  /** The server's origin: what `GITHUB_SERVER_URL` names. */
  readonly url: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  /** The same server as an Enterprise server shows itself. */
  readonly enterprise: { readonly apiUrl: string; readonly graphqlUrl: string };
  readonly clock: Clock;
  readonly faults: Faults;
  readonly log: readonly LoggedRequest[];
  /** How many requests there were, or how many of that kind. */
  readonly requests: (match?: RequestMatch) => number;
  readonly clearLog: () => void;
  /** What broke GitHub's published schemas; emptied by tests that do so on purpose. */
  readonly violations: string[];
  readonly repo: (nameWithOwner?: string) => Repository;
  readonly createRepository: (nameWithOwner: string, options?: RepositoryOptions) => Promise<Repository>;
  readonly setToken: (token: string, options: TokenOptions) => void;
  /** From now on the token is answered with 401. */
  readonly revokeToken: (token: string) => void;
  /** Begins again as it was started, all but its clock; faster than another server. */
  readonly renew: () => Promise<void>;
  /** Stops the server; throws when a request or an answer broke a schema. */
  readonly stop: () => Promise<void>;
};

type Received = {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly text: string;
  readonly seen: SeenRequest;
  readonly graphql?: GraphqlRequest;
};
type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string | Buffer;
};
/** What comes of a request: an answer, a broken connection, or nothing at all. */
type Outcome = Reply | "broken" | undefined;

const API_VERSIONS = new Set(["2022-11-28", "2026-03-10"]);

/** Starts a GitHub on 127.0.0.1 whose repositories are real bare git repositories. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const host = new Host(options, await mkdtemp(join(tmpdir(), "github-")));
  const server = createServer(
    { keepAliveTimeout: patient(60_000), requestTimeout: 0 },
    (request, response) => void host.serve(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const archives = createServer((request, response) => void host.serveArchive(request, response));
  await new Promise<void>((resolve) => archives.listen(0, "127.0.0.1", resolve));
  host.archiveUrl = `http://127.0.0.1:${(archives.address() as AddressInfo).port}`;
  for (const [name, repository] of Object.entries(options.repositories ?? { "o/r": {} }))
    await host.createRepository(name, repository);
  return {
    url: host.url,
    apiUrl: host.url,
    graphqlUrl: `${host.url}/graphql`,
    enterprise: { apiUrl: `${host.url}/api/v3`, graphqlUrl: `${host.url}/api/graphql` },
    clock: host.clock,
    faults: host.faults,
    log: host.log,
    requests: (match = "any") => host.log.filter((it) => matches(match, it)).length,
    clearLog: () => {
      host.log.length = 0;
    },
    violations: host.violations,
    repo: (nameWithOwner) => host.repository(nameWithOwner),
    createRepository: (name, repository) => host.createRepository(name, repository ?? {}),
    setToken: (token, told) => void host.tokens.set(token, told),
    revokeToken: (token) => void host.tokens.delete(token),
    renew: () => host.renew(),
    async stop() {
      for (const one of [server, archives]) {
        one.closeAllConnections();
        await new Promise((resolve) => one.close(resolve));
      }
      await host.close();
    },
  };
}

class Host {
  url = "";
  archiveUrl = "";
  readonly clock = createClock();
  readonly faults = createFaults();
  readonly log: LoggedRequest[] = [];
  readonly violations: string[] = [];
  readonly tokens: Map<string, TokenOptions>;
  readonly #options: GitHubOptions;
  readonly #root: string;
  readonly #repositories = new Map<string, Repository>();
  readonly #contract: Contract = loadContract(new URL("openapi.json", import.meta.url));
  readonly #used = new Map<string, number>();
  readonly #busy = new Set<Promise<unknown>>();
  readonly #stopping = new AbortController();

  constructor(options: GitHubOptions, root: string) {
    this.#options = options;
    this.#root = root;
    this.tokens = new Map(tokensOf(options));
  }

  repository(nameWithOwner?: string): Repository {
    const found =
      nameWithOwner === undefined
        ? [...this.#repositories.values()][0]
        : this.#repositories.get(nameWithOwner.toLowerCase());
    if (found === undefined) throw new Error(`No repository ${nameWithOwner}`);
    return found;
  }

  async createRepository(name: string, options: RepositoryOptions): Promise<Repository> {
    const repository = await Repository.create(this.#root, name, this.#repositories.size + 1, this.clock, options);
    this.#repositories.set(name.toLowerCase(), repository);
    return repository;
  }

  async renew(): Promise<void> {
    await Promise.allSettled(this.#busy);
    this.faults.clear();
    this.log.length = 0;
    this.tokens.clear();
    for (const [token, told] of tokensOf(this.#options)) this.tokens.set(token, told);
    this.#used.clear();
    for (const repository of this.#repositories.values()) await repository.renew();
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#busy);
    for (const repository of this.#repositories.values()) await repository.folder.close();
    if (this.#options.keep !== true) await rm(this.#root, { recursive: true, force: true });
    if (this.violations.length > 0) throw new Error(`GitHub's schemas were broken:\n${this.violations.join("\n")}`);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // the client went away before it had said what it wants
    }
    const text = Buffer.concat(chunks).toString();
    const work = this.#handle(request, text, response).catch((error: unknown) => {
      this.violations.push(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`);
      this.#send(response, this.#json(500, { message: "The stand-in failed", detail: String(error) }, "core"));
    });
    this.#busy.add(work);
    await work.finally(() => this.#busy.delete(work));
  }

  /** Answers as the host of the archives, which gets no token of the API; faults and log are those of GitHub. */
  async serveArchive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.archiveUrl);
    const seen = { method: request.method ?? "GET", path: url.pathname + url.search, write: false };
    const fault = this.faults.meet(seen);
    const entry: LoggedRequest = { ...seen, bytesIn: 0, bytesOut: 0, status: 0, at: this.clock.now().toISOString() };
    this.log.push(entry);
    if (request.headers.authorization !== undefined) this.violations.push("the host of the archives got a token");
    if (fault?.kind === "drop-before") return void response.destroy();
    if (fault?.kind === "hang") return;
    const archive = fault?.kind === "status" ? undefined : await this.#archiveAt(url);
    entry.status = fault?.kind === "status" ? fault.status : archive === undefined ? 404 : 200;
    response.writeHead(entry.status, { "content-type": "application/x-gzip" });
    if (archive === undefined) return void response.end("404: Not Found");
    entry.bytesOut = fault?.kind === "truncate" ? (fault.bytes ?? 0) : archive.length;
    response.write(archive.subarray(0, entry.bytesOut));
    if (fault?.kind === "drop-after") response.destroy();
    else response.end();
  }

  async #archiveAt({ pathname, searchParams }: URL): Promise<Buffer | undefined> {
    const [, owner, name, , oid = ""] = pathname.split("/");
    const repository = this.#repositories.get(`${owner}/${name}`.toLowerCase());
    if (repository === undefined) return undefined;
    if (repository.private && searchParams.get("token") !== ARCHIVE_TOKEN) return undefined;
    return repository.folder.archive(oid, `${owner}-${name}-${oid.slice(0, 7)}/`);
  }

  async #handle(request: IncomingMessage, text: string, response: ServerResponse): Promise<void> {
    const received = this.#receive(request, text);
    const fault = this.faults.meet(received.seen);
    const entry: LoggedRequest = {
      ...received.seen,
      bytesIn: Buffer.byteLength(text),
      bytesOut: 0,
      status: 0,
      at: this.clock.now().toISOString(),
      ...(fault === undefined ? {} : { fault }),
      ...(this.#options.bodies === false ? {} : { sent: text }),
    };
    this.log.push(entry);
    const reply = await this.#answer(received, fault);
    if (reply === "broken") response.destroy();
    if (reply === "broken" || reply === undefined) return;
    entry.status = reply.status;
    entry.bytesOut = Buffer.byteLength(reply.text);
    if (this.#options.bodies !== false) entry.answered = reply.text.toString();
    this.#send(response, reply);
  }

  #receive(request: IncomingMessage, text: string): Received {
    const url = new URL(request.url ?? "/", this.url);
    const method = request.method ?? "GET";
    const token = tokenOf(request);
    const seen = {
      method,
      path: url.pathname + url.search,
      write: method !== "GET",
      ...(token === undefined ? {} : { token }),
    };
    if (method !== "POST" || !/^(\/api)?\/graphql$/.test(url.pathname)) return { request, url, text, seen };
    const body = parseJson(text) as Partial<GraphqlRequest> | undefined;
    if (typeof body?.query !== "string") return { request, url, text, seen };
    const graphql = { ...body, query: body.query };
    const operation = operationOf(graphql);
    return { request, url, text, graphql, seen: { ...seen, ...operation, write: operation.kind === "mutation" } };
  }

  async #answer(received: Received, fault: Fault | undefined): Promise<Outcome> {
    const latency = this.#options.latencyMs ?? 0;
    if (!(await this.#wait(typeof latency === "number" ? latency : latency()))) return undefined;
    if (fault?.kind === "slow") {
      if (!(await this.#wait(fault.ms))) return undefined;
      return this.#answerThrough(received, fault.next);
    }
    return this.#answerThrough(received, fault);
  }

  /** False when the server stopped meanwhile. */
  async #wait(ms: number): Promise<boolean> {
    if (ms > 0) await setTimeout(ms, undefined, { signal: this.#stopping.signal }).catch(() => {});
    return !this.#stopping.signal.aborted;
  }

  async #answerThrough(received: Received, fault: Fault | undefined): Promise<Outcome> {
    switch (fault?.kind) {
      case undefined:
      case "stale":
      case "ruleset":
        return this.#work(received, fault);
      case "slow":
        return this.#answer(received, fault);
      case "meanwhile": {
        if (fault.when === "before") {
          await fault.event();
          return this.#answer(received, fault.next);
        }
        const reply = await this.#answer(received, fault.next);
        await fault.event();
        return reply;
      }
      case "drop-before":
        return "broken";
      case "drop-after":
        await this.#work(received, undefined);
        return "broken";
      case "hang":
        if (fault.after === true) await this.#work(received, undefined);
        return undefined;
      case "truncate": {
        const reply = await this.#work(received, undefined);
        return { ...reply, text: reply.text.slice(0, fault.bytes ?? 0) };
      }
      case "html": {
        const status = fault.status ?? 502;
        return {
          status,
          headers: { "content-type": "text/html; charset=utf-8" },
          text: "<!DOCTYPE html><html><title>Unicorn! &middot; GitHub</title></html>",
        };
      }
      case "status": {
        if (fault.after === true) await this.#work(received, undefined);
        const reply = this.#json(
          fault.status,
          fault.body ?? { message: "Server Error" },
          received.graphql ? "graphql" : "core",
        );
        const text = typeof fault.body === "string" ? fault.body : reply.text;
        return { ...reply, text, headers: { ...reply.headers, ...lowerCased(fault.headers ?? {}) } };
      }
    }
  }

  async #work(received: Received, fault: Fault | undefined): Promise<Reply> {
    const resource = received.graphql ? "graphql" : "core";
    const path = received.url.pathname.replace(/^\/api\/v3(?=\/)/, "");
    const session = this.#session(received, fault);
    if (session instanceof Refusal) return this.#json(session.status, session.answer.body, resource);
    const limited = this.#spend(resource, path);
    if (limited) return limited;
    if (received.graphql) {
      const { status, body } = await answerGraphql(session, received.graphql);
      return this.#json(status, body, resource);
    }
    return this.#rest(received, session, path);
  }

  async #rest(received: Received, session: Session, path: string): Promise<Reply> {
    const { method } = received.seen;
    const body = received.text === "" ? undefined : parseJson(received.text);
    if (received.text !== "" && body === undefined)
      return this.#json(400, new Refusal(400, "Problems parsing JSON").answer.body, "core");
    const found = this.#contract.find(method, path);
    const wrong =
      found === undefined
        ? ["the stand-in knows no such operation"]
        : this.#contract.requestFaults(found.operation, received.url.searchParams, body);
    if (found === undefined || wrong.length > 0)
      return this.#violation(`request ${method} ${received.seen.path}`, wrong);
    const answer: Answer = await answerRest(session, { ...found, query: received.url.searchParams, body });
    const strange = this.#contract.answerFaults(
      found.operation,
      answer.status,
      JSON.parse(JSON.stringify(answer.body)),
    );
    if (strange.length > 0)
      return this.#violation(`answer ${answer.status} to ${method} ${received.seen.path}`, strange);
    const reply = this.#json(answer.status, answer.body, "core");
    return { ...reply, headers: { ...reply.headers, ...answer.headers } };
  }

  #violation(what: string, wrong: readonly string[]): Reply {
    this.violations.push(`${what}: ${wrong.join("; ")}`);
    return this.#json(500, { message: `Against GitHub's schema: ${what}`, wrong }, "core");
  }

  #session({ request, seen }: Received, fault: Fault | undefined): Session | Refusal {
    const version = request.headers["x-github-api-version"];
    if (!request.headers["user-agent"]) {
      return new Refusal(
        403,
        "Request forbidden by administrative rules. Please make sure your request has a User-Agent header",
      );
    }
    if (typeof version === "string" && !API_VERSIONS.has(version))
      return new Refusal(400, `${version} is not a valid API version`);
    const secret = tokenOf(request);
    if (secret === undefined) return new Refusal(401, "Requires authentication");
    const token = this.tokens.get(secret);
    if (token === undefined) return new Refusal(401, "Bad credentials");
    return {
      token,
      repositories: this.#repositories,
      behind: fault?.kind === "stale" ? fault : {},
      ruleset: fault?.kind === "ruleset" ? (fault.rule ?? "Changes must be made through a pull request.") : undefined,
      clock: this.clock,
      apiUrl: seen.path.startsWith("/api/v3/") ? `${this.url}/api/v3` : this.url,
      serverUrl: this.url,
      archiveUrl: this.archiveUrl,
      violate: (what) => void this.violations.push(what),
      rateLimit: (resource) => this.#rateLimit(resource),
    };
  }

  #spend(resource: "core" | "graphql", path: string): Reply | undefined {
    if (path === "/rate_limit") return undefined;
    const { limit, used, reset } = this.#rateLimit(resource);
    if (this.#options.limits?.enforced === true && used >= limit) {
      const message = "API rate limit exceeded for installation ID 1.";
      if (resource === "core") return this.#json(403, new Refusal(403, message).answer.body, resource);
      return this.#json(200, { errors: [{ type: "RATE_LIMITED", message }] }, resource);
    }
    this.#used.set(`${resource} ${reset}`, used + 1);
    return undefined;
  }

  #rateLimit(resource: "core" | "graphql"): RateLimit {
    const reset = (Math.floor(this.clock.now().getTime() / 3_600_000) + 1) * 3600;
    const limit = this.#options.limits?.[resource] ?? 1000;
    const used = this.#used.get(`${resource} ${reset}`) ?? 0;
    const least = this.#options.limits?.enforced === true ? 0 : 1;
    return { limit, used, remaining: Math.max(least, limit - used), reset };
  }

  #json(status: number, body: unknown, resource: "core" | "graphql"): Reply {
    const { limit, used, remaining, reset } = this.#rateLimit(resource);
    const headers = {
      "content-type": "application/json; charset=utf-8",
      "x-github-request-id": `TEST:${this.log.length}`,
      "x-github-media-type": "github.v3; format=json",
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(remaining),
      "x-ratelimit-used": String(used),
      "x-ratelimit-reset": String(reset),
      "x-ratelimit-resource": resource,
    };
    return { status, headers, text: JSON.stringify(body) };
  }

  #send(response: ServerResponse, reply: Reply): void {
    if (response.destroyed) return;
    const date = this.clock.now().toUTCString();
    const length = String(Buffer.byteLength(reply.text));
    response
      .writeHead(reply.status, { server: "github.com", date, ...reply.headers, "content-length": length })
      .end(reply.text);
  }
}

const TOKENS: Readonly<Record<string, TokenOptions>> = {
  ghs_write: { permission: "write" },
  ghs_read: { permission: "read" },
  ghs_pulls: { permission: "write", pulls: true },
};

const tokensOf = ({ tokens }: GitHubOptions): readonly [string, TokenOptions][] => Object.entries(tokens ?? TOKENS);

const tokenOf = ({ headers }: IncomingMessage): string | undefined =>
  /^(?:token|bearer)\s+(.+)$/i.exec(headers.authorization ?? "")?.[1];

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
