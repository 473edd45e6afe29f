import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { git } from "../../scripts/git.ts";
import { freePort } from "../support/free-port.ts";
import { patient } from "../support/pace/pace.ts";
import { emptyFolder } from "../support/runner/action.ts";
import { parentEnvironment } from "../support/runner/spawn.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

/** The instructions of a Containerfile in order, without its comments. */
function instructionsIn(text: string): { readonly name: string; readonly rest: string }[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name = "", rest = ""] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
      return { name, rest };
    });
}

const ALL = instructionsIn(readFileSync("Containerfile", "utf8"));
const only = (name: string) => ALL.filter((one) => one.name === name).map(({ rest }) => rest);
const listOf = (text: string) => JSON.parse(text) as string[];

/** The project as an engine gets it: what is committed, without what .dockerignore names. */
function contextIn(folder: string): void {
  const ignored = readFileSync(".dockerignore", "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const files = git(".", "ls-files", "-z")
    .split("\0")
    .filter((path) => path !== "");
  for (const path of files.filter((one) => !ignored.includes(one.split("/")[0] ?? ""))) {
    if (!existsSync(path)) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(path, join(folder, path));
  }
}

/** No engine is needed: its stages are done one after the other, and packages are those that are installed here. */
describe.skipIf(process.platform === "win32")("the image of the server", () => {
  let image: string;
  beforeAll(() => {
    const source = emptyFolder("source");
    contextIn(source);
    symlinkSync(resolve("node_modules"), join(source, "node_modules"));
    const [install = "", ...builds] = only("RUN");
    expect(install).toMatch(/^npm ci --ignore-scripts /);
    for (const command of builds) {
      const [program = "", ...args] = command.split(" ");
      expect(program).toBe("node");
      execFileSync(process.execPath, args, { cwd: source, env: parentEnvironment() });
    }
    image = emptyFolder("image");
    const copied = only("COPY").filter((rest) => rest.startsWith("--from=build "));
    expect(copied.length).toBeGreaterThan(2);
    for (const rest of copied) {
      const paths = rest.split(" ").slice(1);
      const to = paths.pop() ?? "";
      for (const from of paths) {
        const name = to.endsWith("/") ? join(to, from.split("/").at(-1) ?? "") : to;
        cpSync(from.replace(/^\/src/, source), join(image, name), { recursive: true });
      }
    }
  });

  it("copies before it installs only what npm needs", () => {
    const [first = ""] = only("COPY");
    expect(first.split(" ")).toEqual(["package.json", "package-lock.json", "./"]);
  });

  it("starts the server, whose health its check asks for", async () => {
    const port = String(await freePort());
    const [entry = "", health = ""] = [only("ENTRYPOINT")[0], only("HEALTHCHECK")[0]?.replace(/^CMD /, "")];
    const inImage = (text: string) => listOf(text).map((word) => word.replace(/^\/app\//, `${image}/app/`));
    const [program, ...args] = inImage(entry);
    expect(program).toBe("node");
    const books = emptyFolder("books");
    const env = { ...parentEnvironment(), TOKEN_BUDGET_SERVE_TOKEN: TOKEN, NODE_ENV: "production" };
    const server = spawn(process.execPath, [...args, "--port", port], { cwd: books, env });
    const [exposed = ""] = only("EXPOSE");
    const isHealthy = () => {
      const [asking, ...words] = listOf(health).map((word) => word.replace(`:${exposed}/`, `:${port}/`));
      expect([asking, words.join(" ").includes(`:${port}/healthz`)]).toEqual(["node", true]);
      return new Promise<boolean>((done) => {
        spawn(process.execPath, words, { env: parentEnvironment() }).on("close", (code) => done(code === 0));
      });
    };
    try {
      await expect.poll(isHealthy, { timeout: patient(60_000), interval: 300 }).toBe(true);
      const asked = (authorization?: string) =>
        fetch(`http://127.0.0.1:${port}/api/index`, { headers: authorization === undefined ? {} : { authorization } });
      expect((await asked()).status).toBe(401);
      expect((await asked(`Bearer ${TOKEN}`)).status).toBe(200);
    } finally {
      const ended = new Promise((done) => server.once("close", done));
      server.kill("SIGKILL");
      await ended;
    }
    expect(await isHealthy()).toBe(false);
  });
});
