import { describe, expect, it } from "vitest";
import { pullComments } from "../../../src/store/github/comments.ts";
import { useSingleRequests } from "../../support/single-requests.ts";
import { API, clientOfGitHub } from "./client-of-github.ts";

const nock = useSingleRequests();
const comments = () => pullComments(clientOfGitHub(), "o/r", () => 0);
const NOT_ACCESSIBLE = "Resource not accessible by integration";
const LIST = "/repos/o/r/issues/12/comments";

describe("the comments of a pull request", () => {
  it("have a body, an author unless the account was deleted, and their pull request", async () => {
    const url = `${API}/repos/o/r/issues/12`;
    const listed = [
      { id: 1, body: "Hi", user: { login: "octocat" }, issue_url: url },
      { id: 2, user: null, issue_url: url },
    ];
    nock(API).get(LIST).query({ per_page: 100, page: 2 }).reply(200, listed);
    expect(await comments().page(12, 2)).toEqual([
      { id: 1, body: "Hi", author: "octocat", pull: 12 },
      { id: 2, body: "", author: undefined, pull: 12 },
    ]);
  });

  it.each([404, 410])("are null where GitHub shows none: %i", async (status) => {
    nock(API).get("/repos/o/r/issues/comments/5").reply(status, { message: "Not Found" });
    expect(await comments().get(5)).toBeNull();
    nock(API).post(LIST).reply(status, { message: "Not Found" });
    expect(await comments().create(12, "Hi")).toBeNull();
  });

  it("need pull-requests: write, and the refusal says so", async () => {
    nock(API).post(LIST).reply(403, { message: NOT_ACCESSIBLE });
    await expect(comments().create(12, "Hi")).rejects.toMatchObject({
      code: "missing-permission",
      message: expect.stringMatching(/o\/r.*\n {2}pull-requests: write$/s),
    });
  });

  it("can't be added to a locked conversation", async () => {
    nock(API).post(LIST).reply(403, { message: "Unable to create comment because issue is locked." });
    await expect(comments().create(12, "Hi")).rejects.toMatchObject({ code: "not-allowed" });
  });

  it("wait where GitHub asks for it", async () => {
    const limited = { message: "You have exceeded a secondary rate limit." };
    nock(API).patch("/repos/o/r/issues/comments/5").reply(403, limited, { "retry-after": "7" });
    await expect(comments().update(5, "Hi")).rejects.toMatchObject({ name: "StoreFault", waitMs: 7000 });
  });
});
