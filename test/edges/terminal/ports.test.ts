import { expect, it } from "vitest";
import { terminalPorts } from "../../../src/edges/terminal/ports.ts";

const TOKEN = { GITHUB_TOKEN: "ghp_x" };

it.each([
  [{}, "https://github.com"],
  [{ GITHUB_API_URL: "https://ghe.example/api/v3" }, "https://ghe.example"],
  [{ GITHUB_API_URL: "https://api.octo.ghe.com" }, "https://octo.ghe.com"],
  [{ GITHUB_SERVER_URL: "https://web.example", GITHUB_API_URL: "https://rest.example" }, "https://web.example"],
])("books in GitHub with %o have their runs' pages on %s", async (env, server) => {
  const ports = await terminalPorts({ ...TOKEN, ...env }, ".", { repository: "o/r" });
  expect(ports.server).toBe(server);
});

it("books in a folder have no site", async () => {
  expect((await terminalPorts({}, ".", {})).server).toBeUndefined();
});
