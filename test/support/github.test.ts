import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { primaryRateLimit, secondaryRateLimit } from "./github/faults.ts";
import { type GitHub, startGitHub } from "./github/server.ts";
import { patient } from "./pace/pace.ts";

const READ = `query Read($owner: String!, $name: String!, $ref: String!, $path: String!) {
  repository(owner: $owner, name: $name) {
    isEmpty viewerPermission defaultBranchRef { name target { oid } }
    ref(qualifiedName: $ref) { name target { oid ... on Commit {
      message committedDate history(first: 10) { totalCount nodes { message } }
      file(path: $path) { path size object { ... on Blob { text isTruncated isBinary byteSize } ... on Tree { entries { name type oid } } } }
    } } }
  }
}`;
const COMMIT =
  "mutation Commit($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } ref { name } } }";

let github: GitHub;
const started: GitHub[] = [];
const start = async (...options: Parameters<typeof startGitHub>): Promise<GitHub> => {
  const server = await startGitHub(...options);
  started.push(server);
  return server;
};
beforeEach(async () => {
  github = await start();
});
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at by their paths
type Json = any;
type Reply = { status: number; headers: Headers; body: Json };
async function call(
  method: string,
  url: string,
  options: { body?: unknown; token?: string | null } = {},
): Promise<Reply> {
  const { body, token = "ghs_write" } = options;
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(patient(10_000)),
    headers: { "user-agent": "test", ...(token === null ? {} : { authorization: `token ${token}` }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text,
  };
}
const rest = (method: string, path: string, body?: unknown, token?: string | null) =>
  call(method, `${github.apiUrl}${path}`, { body, ...(token === undefined ? {} : { token }) });
const graphql = (query: string, variables: object, token?: string | null) =>
  call("POST", github.graphqlUrl, { body: { query, variables }, ...(token === undefined ? {} : { token }) });
const read = (path: string, ref = "refs/heads/main", name = "r") => graphql(READ, { owner: "o", name, ref, path });
const inputOf = (expectedHeadOid: string | undefined, files: Record<string, string>, branch = "main") => ({
  branch: { repositoryNameWithOwner: "o/r", branchName: branch },
  expectedHeadOid,
  message: { headline: "Book it" },
  fileChanges: {
    additions: Object.entries(files).map(([path, text]) => ({ path, contents: Buffer.from(text).toString("base64") })),
  },
});
const commit = async (
  files: Record<string, string>,
  options: { head?: string; branch?: string; token?: string } = {},
) =>
  graphql(
    COMMIT,
    { input: inputOf(options.head ?? (await github.repo().head("main")), files, options.branch) },
    options.token,
  );

describe("reading", () => {
  it("gives head, files and history of a branch in one query", async () => {
    github.clock.set("2026-02-14T10:00:00Z");
    await github.repo().writeFile("main", "a/b.json", '{"x":"ü"}');
    const { body, headers } = await read("a/b.json");
    expect(headers.get("date")).toBe("Sat, 14 Feb 2026 10:00:00 GMT");
    expect(headers.get("x-ratelimit-remaining")).toBe("999");
    expect(body.data.repository).toMatchObject({
      isEmpty: false,
      viewerPermission: "WRITE",
      defaultBranchRef: { name: "main" },
    });
    expect(body.data.repository.ref.target).toEqual({
      oid: await github.repo().head("main"),
      message: "Change a/b.json",
      committedDate: "2026-02-14T10:00:00Z",
      history: { totalCount: 2, nodes: [{ message: "Change a/b.json" }, { message: "Initial commit" }] },
      file: {
        path: "a/b.json",
        size: 10,
        object: { text: '{"x":"ü"}', isTruncated: false, isBinary: false, byteSize: 10 },
      },
    });
  });

  it("lists a folder, and answers null for a file or branch that isn't there", async () => {
    await github.repo().writeFile("main", "a/b.json", "1");
    const target = (reply: Reply) => reply.body.data.repository.ref.target;
    expect(target(await read("a")).file.object.entries).toMatchObject([{ name: "b.json", type: "blob" }]);
    expect(target(await read("nope/x")).file).toBeNull();
    expect((await read("a", "refs/heads/nope")).body.data.repository.ref).toBeNull();
  });

  it("cuts text at 512,000 bytes and has none for binary", async () => {
    await github.repo().writeFile("main", "big", "ü".repeat(300_000));
    await github.repo().writeFile("main", "bin", Buffer.from([1, 0, 2]));
    const big = (await read("big")).body.data.repository.ref.target.file.object;
    expect(big).toMatchObject({ isTruncated: true, byteSize: 600_000, text: "ü".repeat(256_000) });
    expect((await read("bin")).body.data.repository.ref.target.file.object).toMatchObject({
      text: null,
      isBinary: true,
    });
  });

  it("says NOT_FOUND in GitHub's words for a repository the token doesn't see", async () => {
    const { status, body } = await read("x", "refs/heads/main", "nope");
    expect(status).toBe(200);
    expect(body.data).toEqual({ repository: null });
    expect(body.errors[0]).toMatchObject({
      type: "NOT_FOUND",
      path: ["repository"],
      message: "Could not resolve to a Repository with the name 'o/nope'.",
    });
    github.setToken("narrow", { permission: "write", repositories: ["o/other"] });
    expect((await graphql(READ, { owner: "o", name: "r", ref: "x", path: "x" }, "narrow")).body.errors[0].type).toBe(
      "NOT_FOUND",
    );
    expect((await rest("GET", "/repos/o/r", undefined, "narrow")).status).toBe(404);
  });

  it("looks objects up by expression", async () => {
    const query = `query Look { repository(owner: "o", name: "r") { object(expression: "main:README.md") { oid ... on Blob { text } } nope: object(expression: "main:x") { oid } } }`;
    expect((await graphql(query, {})).body.data.repository).toMatchObject({ object: { text: "# r\n" }, nope: null });
  });
});

describe("strictness", () => {
  const broken = async () => {
    expect(github.violations).not.toHaveLength(0);
    await expect(github.stop()).rejects.toThrow(/schemas were broken/);
    started.length = 0;
  };

  it.each([
    ["a field GitHub doesn't have", `query { repository(owner: "o", name: "r") { nope } }`],
    ["an argument of the wrong type", `query { repository(owner: 1, name: "r") { id } }`],
    ["no GraphQL at all", "query {"],
    ["a field the stand-in can't answer", `query { repository(owner: "o", name: "r") { stargazerCount } }`],
  ])("refuses %s and fails the test", async (_, query) => {
    expect((await graphql(query, {})).body.errors).toHaveLength(1);
    await broken();
  });

  it.each([
    ["POST", "/repos/o/r/git/refs", { ref: "refs/heads/x" }],
    ["POST", "/repos/o/r/git/refs", { ref: "refs/heads/x", sha: "0".repeat(40), froce: true }],
    ["POST", "/repos/o/r/git/trees", { tree: [{ path: "a", mode: "644", type: "blob", content: "" }] }],
    ["GET", "/repos/o/r/git/trees/main?recursiv=1", undefined],
    ["GET", "/repos/o/r/unheard/of", undefined],
  ])("refuses %s %s %j and fails the test", async (method, path, body) => {
    expect((await rest(method, path, body)).status).toBe(500);
    await broken();
  });
});

describe("committing", () => {
  it("writes all files at once on the expected head, and git finds nothing wrong", async () => {
    const before = await github.repo().head("main");
    const { body } = await commit({ "state.json": "{}", "ledger/2026-02/14T10.ndjson": "{}\n" });
    expect(body.data.createCommitOnBranch).toEqual({
      commit: { oid: await github.repo().head("main") },
      ref: { name: "main" },
    });
    expect((await github.repo().log("main"))[0]).toMatchObject({ parents: [before], message: "Book it" });
    expect(await github.repo().files("main")).toEqual(["README.md", "ledger/2026-02/14T10.ndjson", "state.json"]);
    await github.repo().fsck();
    expect(github.log.at(-1)).toMatchObject({
      method: "POST",
      path: "/graphql",
      kind: "mutation",
      operationName: "Commit",
      status: 200,
      write: true,
    });
    expect([github.requests(), github.requests("query"), github.requests("mutation")]).toEqual([1, 0, 1]);
  });

  it("refuses a stale head with 200, STALE_DATA and GitHub's two spaces, and writes nothing", async () => {
    const head = (await github.repo().head("main")) ?? "";
    const now = await github.repo().writeFile("main", "other", "x");
    const { status, body } = await commit({ a: "1" }, { head });
    expect(status).toBe(200);
    expect(body.data).toEqual({ createCommitOnBranch: null });
    expect(body.errors[0]).toMatchObject({
      type: "STALE_DATA",
      path: ["createCommitOnBranch"],
      message: `Expected branch to point to "${head}" but it did not.  Pull and try again.`,
    });
    expect(await github.repo().head("main")).toBe(now);
  });

  it("lets exactly one of many writers on the same head win", async () => {
    const head = (await github.repo().head("main")) ?? "";
    const replies = await Promise.all(
      Array.from({ length: 12 }, (_, index) => commit({ [`f${index}`]: "x" }, { head })),
    );
    expect(replies.filter(({ body }) => body.errors === undefined)).toHaveLength(1);
    expect(await github.repo().log("main")).toHaveLength(2);
  });

  it("never creates a branch", async () => {
    const { body } = await commit({ a: "1" }, { branch: "nope" });
    expect(body).toMatchObject({ data: { createCommitOnBranch: null }, errors: [{ type: "NOT_FOUND" }] });
    expect(await github.repo().branches()).toEqual(["main"]);
  });

  it("names a ruleset, a read-only token and a bad one as GitHub does", async () => {
    github.repo().setProtected("main");
    expect((await commit({ a: "1" })).body.errors[0]).toMatchObject({
      type: "FORBIDDEN",
      message: expect.stringMatching(/^Repository rule violations found/),
    });
    github.repo().setProtected("main", false);
    expect((await commit({ a: "1" }, { token: "ghs_read" })).body.errors[0]).toMatchObject({
      type: "FORBIDDEN",
      message: "Resource not accessible by integration",
    });
    const refused = await commit({ a: "1" }, { token: "wrong" });
    expect([refused.status, refused.body.message, refused.body.status]).toEqual([401, "Bad credentials", "401"]);
    expect((await graphql(READ, {}, null)).status).toBe(401);
  });
});

describe("the git data API", () => {
  const orphan = async () => {
    const tree = await rest("POST", "/repos/o/r/git/trees", {
      tree: [{ path: "x/state.json", mode: "100644", type: "blob", content: "{}" }],
    });
    const made = await rest("POST", "/repos/o/r/git/commits", { message: "Start", tree: tree.body.sha });
    return rest("POST", "/repos/o/r/git/refs", { ref: "refs/heads/books", sha: made.body.sha });
  };

  it("makes a branch without a parent, once", async () => {
    expect((await orphan()).status).toBe(201);
    expect(await github.repo().log("books")).toMatchObject([{ parents: [], message: "Start" }]);
    expect(await github.repo().readFile("books", "x/state.json")).toBe("{}");
    const again = await orphan();
    expect([again.status, again.body]).toEqual([
      422,
      expect.objectContaining({ message: "Reference already exists", status: "422" }),
    ]);
    await github.repo().fsck();
  });

  it("reads refs, trees, blobs and commits back", async () => {
    const { sha } = (await orphan()).body.object;
    expect((await rest("GET", "/repos/o/r/git/ref/heads/books")).body.object.sha).toBe(sha);
    const { tree } = (await rest("GET", `/repos/o/r/git/trees/${sha}?recursive=1`)).body;
    expect(tree.map((it: { path: string }) => it.path)).toEqual(["x", "x/state.json"]);
    expect((await rest("GET", `/repos/o/r/git/blobs/${tree[1].sha}`)).body).toMatchObject({ content: "e30=", size: 2 });
    expect((await rest("GET", `/repos/o/r/git/commits/${sha}`)).body).toMatchObject({ message: "Start", parents: [] });
    expect((await rest("GET", "/repos/o/r/git/ref/heads/nope")).body).toMatchObject({
      message: "Not Found",
      status: "404",
    });
  });

  it("refuses a read-only token with 403", async () => {
    const { status, body } = await rest("POST", "/repos/o/r/git/trees", { tree: [] }, "ghs_read");
    expect([status, body.message]).toEqual([403, "Resource not accessible by integration"]);
  });

  it("answers 409 in an empty repository, where only a file's PUT works", async () => {
    github = await start({ repositories: { "o/r": { empty: true } } });
    expect((await read("x")).body.data.repository).toMatchObject({ isEmpty: true, ref: null, defaultBranchRef: null });
    const refused = await rest("POST", "/repos/o/r/git/trees", { tree: [] });
    expect([refused.status, refused.body.message]).toEqual([409, "Git Repository is empty."]);
    const content = Buffer.from("{}").toString("base64");
    const made = await rest("PUT", "/repos/o/r/contents/a/state.json", { message: "Start", content, branch: "books" });
    expect([made.status, made.body.commit.parents]).toEqual([201, []]);
    expect(await github.repo().readFile("books", "a/state.json")).toBe("{}");
    expect((await rest("PUT", "/repos/o/r/contents/b", { message: "m", content, branch: "nope" })).status).toBe(404);
    expect((await rest("PUT", "/repos/o/r/contents/a/state.json", { message: "m", content })).status).toBe(422);
    await github.repo().fsck();
  });
});

describe("about the repository", () => {
  it("answers itself, roles, approvals and limits", async () => {
    github.repo().setRole("octocat", "maintain");
    github.repo().setApprovals(7, [{ environments: ["ai-budget"], user: "octocat", comment: "fine" }]);
    expect((await rest("GET", "/repos/o/r")).body).toMatchObject({ full_name: "o/r", default_branch: "main" });
    expect((await rest("GET", "/repos/o/r/collaborators/octocat/permission")).body).toMatchObject({
      permission: "write",
      role_name: "maintain",
    });
    expect((await rest("GET", "/repos/o/r/collaborators/nobody/permission")).status).toBe(404);
    expect((await rest("GET", "/repos/o/r/actions/runs/7/approvals")).body).toMatchObject([
      { state: "approved", environments: [{ name: "ai-budget" }] },
    ]);
    expect((await rest("GET", "/repos/o/r/actions/runs/8/approvals")).body).toEqual([]);
    expect((await rest("GET", "/rate_limit")).body.rate.limit).toBe(1000);
  });

  it("keeps comments on pull requests, for tokens that may write them", async () => {
    github.repo().openPull(12);
    github.repo().openPull(13, { isLocked: true });
    for (let index = 0; index < 31; index++) github.repo().comment(12, `Comment ${index}`);
    const list = "/repos/o/r/issues/12/comments";
    expect((await rest("GET", list)).body).toHaveLength(30);
    expect((await rest("GET", `${list}?per_page=20&page=2`)).body.at(-1).body).toBe("Comment 30");
    expect((await rest("POST", list, { body: "mine" })).body.message).toBe("Resource not accessible by integration");
    const made = await rest("POST", list, { body: "mine" }, "ghs_pulls");
    expect(made).toMatchObject({ status: 201, body: { user: { login: "github-actions[bot]" }, body: "mine" } });
    const one = `/repos/o/r/issues/comments/${made.body.id}`;
    expect((await rest("PATCH", one, { body: "ours" }, "ghs_pulls")).status).toBe(200);
    expect((await rest("GET", one)).body).toMatchObject({
      body: "ours",
      issue_url: expect.stringMatching(/issues.12$/),
    });
    expect((await rest("POST", "/repos/o/r/issues/13/comments", { body: "x" }, "ghs_pulls")).status).toBe(403);
    expect((await rest("POST", "/repos/o/r/issues/14/comments", { body: "x" }, "ghs_pulls")).status).toBe(404);
    expect((await rest("POST", list, { body: "x".repeat(65_537) }, "ghs_pulls")).status).toBe(422);
  });

  it("answers under an Enterprise server's paths as well", async () => {
    expect((await call("GET", `${github.enterprise.apiUrl}/repos/o/r`)).body.url).toBe(
      `${github.url}/api/v3/repos/o/r`,
    );
    const query = `query { repository(owner: "o", name: "r") { nameWithOwner } }`;
    expect(
      (await call("POST", github.enterprise.graphqlUrl, { body: { query } })).body.data.repository.nameWithOwner,
    ).toBe("o/r");
  });

  it("holds several repositories, and refuses beyond an enforced limit until the hour turns", async () => {
    github = await start({
      repositories: { "o/r": {}, "o/books": { defaultBranch: "trunk" } },
      limits: { core: 1, enforced: true },
    });
    github.clock.set("2026-02-14T10:30:00Z");
    expect((await rest("GET", "/repos/o/books")).body.default_branch).toBe("trunk");
    const refused = await rest("GET", "/repos/o/r");
    expect([refused.status, refused.headers.get("x-ratelimit-remaining")]).toEqual([403, "0"]);
    expect(refused.headers.get("x-ratelimit-reset")).toBe(String(Date.parse("2026-02-14T11:00:00Z") / 1000));
    github.clock.advance(30 * 60_000);
    expect((await rest("GET", "/repos/o/r")).status).toBe(200);
  });
});

describe("faults", () => {
  it("drops the connection before the work, or after it", async () => {
    github.faults.next("mutation", { kind: "drop-before" }, { kind: "drop-after" });
    const head = await github.repo().head("main");
    await expect(commit({ a: "1" })).rejects.toThrow();
    expect(await github.repo().head("main")).toBe(head);
    await expect(commit({ a: "2" })).rejects.toThrow();
    expect(await github.repo().readFile("main", "a")).toBe("2");
    expect(github.log.map((it) => [it.fault?.kind, it.status])).toEqual([
      ["drop-before", 0],
      ["drop-after", 0],
    ]);
  });

  it("answers what it is told, with or without having done the work", async () => {
    github.faults.next(
      "any",
      { kind: "status", status: 502 },
      { kind: "status", status: 500, after: true },
      { kind: "truncate" },
      { kind: "html" },
    );
    github.faults.next("any", secondaryRateLimit(7), primaryRateLimit(99), { kind: "ruleset" });
    expect((await commit({ a: "1" })).status).toBe(502);
    expect((await commit({ a: "2" })).status).toBe(500);
    expect(await github.repo().readFile("main", "a")).toBe("2");
    expect(await commit({ a: "3" })).toMatchObject({ status: 200, body: "" });
    expect(await github.repo().readFile("main", "a")).toBe("3");
    expect(await commit({ a: "4" })).toMatchObject({ status: 502, body: expect.stringContaining("<html>") });
    expect((await commit({ a: "5" })).headers.get("retry-after")).toBe("7");
    expect((await commit({ a: "6" })).headers.get("x-ratelimit-remaining")).toBe("0");
    expect((await commit({ a: "7" })).body.errors[0].type).toBe("FORBIDDEN");
    expect([await github.repo().readFile("main", "a"), github.faults.pending()]).toEqual(["3", 0]);
  });

  it("reads what was true so many commits or milliseconds ago, and still refuses to write on it", async () => {
    github.clock.set("2026-02-14T10:00:00Z");
    const old = await github.repo().writeFile("main", "a", "1");
    github.clock.advance(5_000);
    await github.repo().writeFile("main", "a", "2");
    await github.repo().writeFile("books", "b", "1");
    const oid = (reply: Reply) => reply.body.data.repository.ref?.target.oid;
    const lift = github.faults.always("query", { kind: "stale", ms: 3_000 });
    expect(oid(await read("a"))).toBe(old);
    expect(oid(await read("b", "refs/heads/books"))).toBeUndefined();
    lift();
    github.faults.next("query", { kind: "stale", commits: 2 }, { kind: "stale", commits: 1 });
    expect(oid(await read("a"))).toBe(old);
    expect(oid(await read("b", "refs/heads/books"))).toBeUndefined();
    expect(oid(await read("b", "refs/heads/books"))).toBe(await github.repo().head("books"));
    expect((await commit({ a: "3" }, { head: old })).body.errors[0].type).toBe("STALE_DATA");
  });

  it("follows a schedule, and finds requests by what they are", async () => {
    github.faults.schedule((request, index) =>
      request.write && index === 1 ? { kind: "slow", ms: 1, next: { kind: "status", status: 503 } } : undefined,
    );
    github.faults.next({ operationName: "Read" }, { kind: "status", status: 418 });
    expect((await read("a")).status).toBe(418);
    expect((await commit({ a: "1" })).status).toBe(503);
    expect((await commit({ a: "1" })).status).toBe(200);
    expect(github.requests({ kind: "mutation" })).toBe(2);
    expect(github.requests({ method: "POST", path: /graphql$/ })).toBe(3);
  });
});

describe("what happens meanwhile", () => {
  it("is before the work, or between the work and its answer", async () => {
    const seen: (string | undefined)[] = [];
    const event = async () => void seen.push(await github.repo().readFile("main", "a"));
    github.faults.next("mutation", { kind: "meanwhile", when: "before", event });
    await commit({ a: "1" });
    github.faults.next("mutation", { kind: "meanwhile", when: "after", event, next: { kind: "drop-after" } });
    await expect(commit({ a: "2" })).rejects.toThrow();
    expect(seen).toEqual([undefined, "2"]);
    expect(github.log.map(({ token }) => token)).toEqual(["ghs_write", "ghs_write"]);
  });
});

describe("what tests do behind the client's back", () => {
  it("edits a file as it is at that moment, and commits nothing where nothing changes", async () => {
    const repo = github.repo();
    expect(await repo.editFile("main", "README.md", (text) => `${text}more\n`)).toBe(true);
    expect(await repo.readFile("main", "README.md")).toMatch(/more\n$/);
    expect(await repo.editFile("main", "README.md", (text) => text)).toBe(false);
    expect(await repo.editFile("main", "nowhere.md", () => "x")).toBe(false);
    expect(await repo.log("main")).toHaveLength(2);
  });

  it("deletes and rewinds branches, deletes files", async () => {
    const first = (await github.repo().head("main")) ?? "";
    await github.repo().writeFile("main", "a", "1");
    await github.repo().deleteFile("main", "a");
    expect(await github.repo().files("main")).toEqual(["README.md"]);
    await github.repo().resetBranch("main", first);
    expect(await github.repo().log("main")).toHaveLength(1);
    await github.repo().writeFile("books", "a", "1");
    await github.repo().deleteBranch("books");
    expect(await github.repo().head("books")).toBeUndefined();
  });

  it("notices when git finds something wrong", async () => {
    await github.repo().fsck();
    const oid = (await github.repo().readObject("main", "README.md"))?.oid ?? "";
    await promisify(execFile)("rm", ["-f", `${github.repo().dir}/objects/${oid.slice(0, 2)}/${oid.slice(2)}`]);
    await expect(github.repo().fsck()).rejects.toThrow();
  });
});
