import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { useSingleRequests } from "../../support/single-requests.ts";
import { API, clientOfGitHub, TOKEN } from "./client-of-github.ts";

const nock = useSingleRequests();
const AT = { owner: "o", repo: "r" };

describe("the client of GitHub", () => {
  it("asks with the token and for one version of the interface", async () => {
    const reqheaders = {
      authorization: `token ${TOKEN}`,
      "user-agent": /^token-budget /,
      "x-github-api-version": "2022-11-28",
    };
    nock(API, { reqheaders })
      .get("/repos/o/r")
      .reply(200, { private: true }, { date: "Sat, 14 Feb 2026 10:00:00 GMT" });
    const reply = await clientOfGitHub().rest(({ repos }) => repos.get(AT));
    expect(reply).toMatchObject({ status: 200, body: { private: true } });
    expect(reply.headers["date"]).toBe("Sat, 14 Feb 2026 10:00:00 GMT");
  });

  it("sends queries with their variables, whatever these are called", async () => {
    const variables = { url: "u", method: "GET", headers: { a: "b" }, baseUrl: "c" };
    nock(API)
      .post("/graphql", { query: "query { a }", variables })
      .reply(200, { data: { a: 1 } });
    expect((await clientOfGitHub().graphql("query { a }", variables)).body).toEqual({ data: { a: 1 } });
  });

  it("lets no name out of its place in the path", async () => {
    nock(API).get("/repos/o/..%2Fr%3Fx/branches/a%2Fb%23c").reply(404, { message: "Branch not found" });
    const asked = { owner: "o", repo: "../r?x", branch: "a/b#c" };
    expect(await clientOfGitHub().rest(({ repos }) => repos.getBranch(asked))).toMatchObject({ status: 404 });
  });

  it.each([403, 409, 422, 429, 500, 502])("hands back a refusal as it is and asks once: %i", async (status) => {
    let asked = 0;
    const scope = nock(API)
      .persist()
      .post("/repos/o/r/git/refs")
      .reply(status, { message: "No", errors: ["why"] });
    scope.on("request", () => {
      asked += 1;
    });
    const reply = await clientOfGitHub().rest(({ git }) => git.createRef({ ...AT, ref: "refs/heads/b", sha: "a" }));
    expect(reply).toMatchObject({ status, body: { message: "No", errors: ["why"] } });
    expect(asked).toBe(1);
  });

  it.each([
    ["cut short", '{"private": tr'],
    ["empty", ""],
    ["a page", "<html>"],
    ["a number", "1"],
  ])("takes no answer for one that is %s", async (_, text) => {
    nock(API).get("/repos/o/r").reply(200, text, { "content-type": "application/json" });
    const asked = clientOfGitHub().rest(({ repos }) => repos.get(AT));
    await expect(asked).rejects.toMatchObject({ name: "StoreFault", message: expect.stringContaining("cut short") });
  });

  it("says nothing of the token where the connection breaks", async () => {
    nock(API).get("/repos/o/r").replyWithError(new Error("socket hang up"));
    const fault = await clientOfGitHub()
      .rest(({ repos }) => repos.get(AT))
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({ name: "StoreFault", message: expect.stringContaining("socket hang up") });
    expect(inspect(fault, { depth: 9, showHidden: true })).not.toContain("SECRET");
  });
});
