import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const files = new Map(readdirSync("dist").map((name) => [name, readFileSync(join("dist", name), "utf8")]));
const programs = ["main.js", "cli.js"];

describe("the built programs", () => {
  it("have every module they name", () => {
    for (const [name, text] of files) expect(text, name).not.toContain("webpackMissingModule");
  });

  it("weigh at most 4 MB together, and the font and renderer of pictures 3 MB", () => {
    const sizeOf = (isWanted: (name: string) => boolean) =>
      readdirSync("dist")
        .filter(isWanted)
        .reduce((sum, name) => sum + statSync(join("dist", name)).size, 0);
    const isOfPictures = (name: string) => /\.(wasm|woff2)$/.test(name);
    expect(sizeOf((name) => !isOfPictures(name))).toBeLessThan(4_000_000);
    expect(sizeOf(isOfPictures)).toBeLessThan(3_000_000);
    expect(sizeOf(isOfPictures)).toBeGreaterThan(1_000_000);
  });

  it("are ES modules, and cli.js can be started by its name", () => {
    expect(JSON.parse(files.get("package.json") ?? "")).toEqual({ type: "module" });
    expect(files.get("cli.js")).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(files.get("main.js")).not.toMatch(/^#!/);
  });

  it.each([
    ["undici", "Proxy-Authorization"],
    ["GitHub's REST interface", "/collaborators/{username}/permission"],
    ["the YAML parser", "YAMLParseError"],
    ["the price table", "input_mtok"],
    ["the readers of usage files", "thread_settings_applied"],
    ["Discord's messages", "Milestone Reached"],
    ["the meter", "token_budget_exceeded"],
    ["what points agents at a meter", "GEMINI_CLI_SYSTEM_DEFAULTS_PATH"],
    ["what joins a meter's record with files", "The meter saw no request"],
    ["the charts", "tb-chart"],
    ["the renderer of pictures", "resvg"],
    ["what starts a meter", "This job is metered."],
    ["the meter itself", "This hold has a meter already."],
  ])("leave %s to a chunk that loads when it is used", (_, sign) => {
    const having = [...files]
      .filter(([name, text]) => name.endsWith(".js") && text.includes(sign))
      .map(([name]) => name);
    expect(having).not.toEqual([]);
    for (const program of programs) expect(having).not.toContain(program);
  });

  it("come with the licence of every package in them", () => {
    const licences = files.get("licenses.txt") ?? "";
    const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as { dependencies: object };
    const ofServer = ["@hono/node-server", "@hono/zod-openapi", "hono"];
    for (const name of ofServer) expect(licences).not.toMatch(new RegExp(`^${name} \\d`, "m"));
    for (const name of Object.keys(dependencies).filter((one) => !ofServer.includes(one)))
      expect(licences).toMatch(new RegExp(`^${name} \\d`, "m"));
  });

  it("print help at a terminal", () => {
    expect(execFileSync(process.execPath, ["dist/cli.js", "--help"], { encoding: "utf8" })).toContain(
      "Usage: token-budget",
    );
  });
});
