import { describe, expect, it } from "vitest";
import { githubFacts } from "../../../src/store/github/facts.ts";
import { useSingleRequests } from "../../support/single-requests.ts";
import { API, clientOfGitHub } from "./client-of-github.ts";

const nock = useSingleRequests();
const facts = () => githubFacts({ client: clientOfGitHub(), owner: "o", repo: "r", branch: "books/a", now: () => 0 });

describe("what GitHub says of the repository", () => {
  it.each([
    [{ private: true }, { isPrivate: true, isArchived: false }],
    [
      { private: false, archived: true },
      { isPrivate: false, isArchived: true },
    ],
  ])("is read from %j", async (body, expected) => {
    nock(API).get("/repos/o/r").reply(200, body, { date: "Sat, 14 Feb 2026 10:00:00 GMT" });
    const answeredAt = Date.parse("2026-02-14T10:00:00Z");
    expect(await facts().repository()).toEqual({ ...expected, answeredAt });
  });

  it("is a fault where the answer has another form", async () => {
    nock(API).get("/repos/o/r").reply(200, { private: "yes" });
    await expect(facts().repository()).rejects.toMatchObject({ name: "StoreFault" });
  });

  it("is that the token doesn't see it", async () => {
    nock(API).get("/repos/o/r").reply(404, { message: "Not Found" });
    await expect(facts().repository()).rejects.toThrow("the token can't see it");
  });
});

describe("whether a token may write", () => {
  const asked = (status: number, message: string) =>
    nock(API)
      .post("/repos/o/r/git/refs", { ref: "refs/heads/books/a", sha: "f".repeat(40) })
      .reply(status, { message });

  it.each([
    [422, "Object does not exist"],
    [409, "Git Repository is empty."],
  ])("is yes where only the commit is missing: %i", async (status, message) => {
    asked(status, message);
    expect(await facts().mayWrite()).toBeUndefined();
  });

  it("is no where GitHub refuses", async () => {
    asked(403, "Resource not accessible by integration");
    await expect(facts().mayWrite()).rejects.toMatchObject({ code: "missing-permission" });
  });
});

describe("the branch", () => {
  it.each([
    [200, { protected: false }, "open"],
    [200, { protected: true }, "protected"],
    [404, { message: "Branch not found" }, "absent"],
  ])("of the answer %i %j is %s", async (status, body, expected) => {
    nock(API).get("/repos/o/r/branches/books%2Fa").reply(status, body);
    expect(await facts().branch()).toBe(expected);
  });
});

describe("the rules over the branch", () => {
  it("are those that hold, with who they let by where that is asked about", async () => {
    nock(API)
      .get("/repos/o/r/rules/branches/books%2Fa")
      .query({ per_page: "100" })
      .reply(200, [
        { type: "update", ruleset_id: 1, ruleset_source: "o/r" },
        { type: "update", ruleset_id: 2, ruleset_source: "o" },
        { type: "update", ruleset_id: 3, ruleset_source: "o" },
        { type: "deletion", ruleset_id: 1, ruleset_source: "o/r" },
        { type: "update" },
      ])
      .get("/repos/o/r/rulesets/1")
      .reply(200, { name: "one", current_user_can_bypass: "always" })
      .get("/repos/o/r/rulesets/2")
      .reply(200, { name: "two", current_user_can_bypass: "never" })
      .get("/repos/o/r/rulesets/3")
      .reply(404, { message: "Not Found" });
    expect(await facts().rules((type) => type === "update")).toEqual([
      { type: "update", ruleset: "one", letsBy: true },
      { type: "update", ruleset: "two", letsBy: false },
      { type: "update", ruleset: "o", letsBy: undefined },
      { type: "deletion", ruleset: "o/r", letsBy: undefined },
      { type: "update", ruleset: "o/r", letsBy: undefined },
    ]);
  });
});
