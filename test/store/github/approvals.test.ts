import { describe, expect, it } from "vitest";
import { approversOf } from "../../../src/store/github/approvals.ts";
import { type Body, useSingleRequests } from "../../support/single-requests.ts";
import { API, clientOfGitHub } from "./client-of-github.ts";

const nock = useSingleRequests();
const ASKED = { repository: "O/app", runId: 7, environment: "budget" };

function approvers(books: string, status: number, body: Body) {
  nock(API).get("/repos/O/app/actions/runs/7/approvals").reply(status, body);
  return approversOf(clientOfGitHub(), books, ASKED);
}

const review = (login: string | null, state = "approved", environment = "budget") => ({
  ...{ state, user: login === null ? null : { login }, environments: [{ name: environment }] },
});

describe("who has approved a run", () => {
  it("is everybody who did for the environment, once", async () => {
    const reviews = [
      ...[review("one"), review("two"), review("one"), review(null)],
      ...[review("three", "rejected"), review("four", "approved", "production"), { state: "approved" }, 5],
    ];
    expect(await approvers("o/APP", 200, reviews)).toEqual([{ login: "one" }, { login: "two" }]);
  });

  it("is told with their role where the books are another repository's", async () => {
    nock(API).get("/repos/o/books/collaborators/one/permission").reply(200, { role_name: "admin" });
    nock(API).get("/repos/o/books/collaborators/two/permission").reply(404, { message: "Not Found" });
    expect(await approvers("o/books", 200, [review("one"), review("two")])).toEqual([
      { login: "one", inBooks: { repository: "o/books", role: "admin" } },
      { login: "two", inBooks: { repository: "o/books", role: "none" } },
    ]);
  });

  it.each([
    [404, "Not Found"],
    [403, "Resource not accessible by integration"],
  ])("may be hidden from the token: %i", async (status, message) => {
    await expect(approvers("o/app", status, { message })).rejects.toMatchObject({
      code: "missing-permission",
      message: expect.stringContaining("actions: read"),
    });
    await expect(approvers("o/books", status, { message })).rejects.toThrow("give it access to O/app as well");
  });

  it("is asked for again after a failure that may pass", async () => {
    await expect(approvers("o/app", 502, { message: "Bad Gateway" })).rejects.toMatchObject({ name: "StoreFault" });
  });
});
