import { expect, it } from "vitest";
import { pageUrlOf, serverUrlOf } from "../../../src/store/github/page-url.ts";

const PLACE = { owner: "o", repo: "r", branch: "token-budget", path: "token_budget.json", ownBranch: true };

it.each([
  [{}, "https://github.com", "https://github.com/o/r/blob/token-budget/README.md"],
  [{ path: "ai/team.json" }, "https://github.com", "https://github.com/o/r/blob/token-budget/README.md"],
  [
    { branch: "main", path: "ai/team.json", ownBranch: false },
    "https://github.com",
    "https://github.com/o/r/blob/main/ai/team.json",
  ],
  [{}, "https://ghe.example:8443/", "https://ghe.example:8443/o/r/blob/token-budget/README.md"],
  [{ branch: "ai/books #1?" }, "https://github.com", "https://github.com/o/r/blob/ai/books%20%231%3F/README.md"],
  [
    { branch: "main", path: "a b/100%.json", ownBranch: false },
    "https://github.com",
    "https://github.com/o/r/blob/main/a%20b/100%25.json",
  ],
  [{}, "https://user:secret@ghe.example", "https://ghe.example/o/r/blob/token-budget/README.md"],
  [{}, "file:///etc", undefined],
  [{}, "", undefined],
])("the page of books at %j on %s is %s", (place, server, page) => {
  expect(pageUrlOf({ ...PLACE, ...place }, server)).toBe(page);
});

it.each([
  ["https://api.github.com", "https://github.com"],
  ["https://api.octo.ghe.com", "https://octo.ghe.com"],
  ["https://ghe.example/api/v3", "https://ghe.example"],
  ["http://api.ghe.example:8080/api/v3", "http://api.ghe.example:8080"],
  ["nothing", ""],
])("the server of the API %s is %s", (api, server) => {
  expect(serverUrlOf(api)).toBe(server);
});
