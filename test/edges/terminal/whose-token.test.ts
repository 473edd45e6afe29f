import { userInfo } from "node:os";
import { afterAll, beforeAll, expect, it } from "vitest";
import { booksOn } from "../../e2e/books-on-branch.ts";
import { type GitHub, startGitHub } from "../../support/github/server.ts";
import { terminalIn } from "./in-source.ts";

let github: GitHub;
beforeAll(async () => {
  github = await startGitHub({
    tokens: {
      ghp_person00000001: { permission: "write", login: "octocat" },
      ghs_write: { permission: "write" },
    },
  });
});
afterAll(() => github.stop());

const PAUSE = ["pause", "--repository", "o/r", "--reason", "a new contract"];

it.each([
  ["the account of the token", "ghp_person00000001", "octocat"],
  ["the machine's account where an app's token has none", "ghs_write", userInfo().username],
])("books in GitHub keep %s", async (_, token, by) => {
  const env = { GITHUB_TOKEN: token, GITHUB_API_URL: github.apiUrl };
  const { code, err } = await terminalIn(env, ...PAUSE);
  expect([code, err]).toEqual([0, ""]);
  const { state } = await booksOn(github.repo());
  expect(state.paused).toMatchObject({ by });
  await terminalIn(env, "resume", "--repository", "o/r");
});

it("asks whose a token is for nothing that keeps no name", async () => {
  const env = { GITHUB_TOKEN: "ghs_write", GITHUB_API_URL: github.apiUrl };
  await terminalIn(env, "record", "--repository", "o/r", "--cost", "0.1");
  github.clearLog();
  await terminalIn(env, "status", "--repository", "o/r");
  expect(github.requests()).toBe(1);
});
