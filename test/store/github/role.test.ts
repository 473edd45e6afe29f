import { describe, expect, it } from "vitest";
import { roleOf } from "../../../src/store/github/role.ts";
import { useSingleRequests } from "../../support/single-requests.ts";
import { API, clientOfGitHub } from "./client-of-github.ts";

const nock = useSingleRequests();

function roleWhen(status: number, body: object) {
  nock(API).get("/repos/o/r/collaborators/octocat/permission").reply(status, body);
  return roleOf(clientOfGitHub(), { owner: "o", repo: "r", user: "octocat" });
}

describe("someone's role", () => {
  it.each([
    ["what GitHub says", 200, { permission: "write", role_name: "maintain" }, "maintain"],
    ["a custom one", 200, { permission: "write", role_name: "budget-keeper" }, "budget-keeper"],
    ["the permission of a server that knows no roles", 200, { permission: "admin" }, "admin"],
    ["none where GitHub says nothing", 200, {}, "none"],
    ["none for strangers", 404, { message: "Not Found" }, "none"],
  ])("is %s", async (_, status, body, role) => {
    expect(await roleWhen(status, body)).toBe(role);
  });

  it("is asked for again after a failure that may pass, and not after a refusal", async () => {
    await expect(roleWhen(502, { message: "Bad Gateway" })).rejects.toMatchObject({ name: "StoreFault" });
    const refusal = { message: "Resource not accessible by integration" };
    await expect(roleWhen(403, refusal)).rejects.toMatchObject({ name: "BudgetError", code: "missing-permission" });
  });
});
