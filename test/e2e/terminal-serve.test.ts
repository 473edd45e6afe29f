import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildServe } from "../../scripts/build-serve.ts";
import { patient } from "../support/pace/pace.ts";
import { emptyFolder } from "../support/runner/action.ts";
import { parentEnvironment } from "../support/runner/spawn.ts";
import { runTerminal } from "../support/runner/terminal.ts";
import { Folder } from "./folder-world.ts";

/** The terminal program of a package, with the server beside it. */
let script: string;
beforeAll(async () => {
  const folder = mkdtempSync(join(emptyFolder("package"), "token-budget-"));
  cpSync("dist", join(folder, "dist"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  await buildServe(join(folder, "serve"));
  script = join(folder, "dist/cli.js");
});

/** Starts a server of the folder's books, and waits for its address. */
async function serving(cwd: string, ...args: readonly string[]) {
  const env = parentEnvironment();
  const child = spawn(process.execPath, [script, "serve", "--port", "0", ...args], { cwd, env });
  let printed = "";
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      printed += text;
    });
  }
  await expect.poll(() => printed, { timeout: patient(60_000) }).toMatch(/at http:\S+ until interrupted/);
  return { child, ended, url: /http:\S+/.exec(printed)?.[0] ?? "", printed: () => printed };
}

// Windows has no SIGTERM that a program could hear.
describe.skipIf(process.platform === "win32")("the server of the npm package", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("answers from a folder's books until %s", async (signal) => {
    const folder = new Folder({ inProcess: true });
    await folder.run("record", "--cost", "0.42", "--tags", "team=infra");
    const { child, ended, url, printed } = await serving(folder.path);
    const json = async (path: string) => JSON.parse(await (await fetch(`${url}${path}`)).text());
    expect(await json("/api/cost/tag/team/infra")).toMatchObject({ row: { cost: 0.42 } });
    expect(await (await fetch(url)).text()).toContain("$0.4200 of $15.00 spent");
    await folder.run("record", "--cost", "1");
    await expect.poll(async () => (await json("/api/budget/status/budget/month")).spent).toBe(1.42);
    child.kill(signal);
    expect(await ended).toBe(0);
    expect(printed().trim().split("\n")).toHaveLength(1);
  });
});

describe("token-budget serve", () => {
  it("says where the server is when it isn't there", async () => {
    const { exitCode, stdout } = await runTerminal(["serve"], { cwd: emptyFolder("folder"), script: withoutServe() });
    expect([exitCode, stdout.replace(/\s+/g, " ")]).toEqual([2, expect.stringContaining("npx token-budget serve")]);
  });

  it("doesn't start where others could read without a token", async () => {
    const { exitCode, stdout } = await runTerminal(["serve", "--host", "0.0.0.0"], {
      cwd: emptyFolder("folder"),
      script,
    });
    expect([exitCode, stdout.replace(/\s+/g, " ")]).toEqual([
      2,
      expect.stringContaining("set TOKEN_BUDGET_SERVE_TOKEN"),
    ]);
  });
});

/** The terminal program as the Action's archive has it. */
function withoutServe(): string {
  const folder = emptyFolder("archive");
  cpSync("dist", join(folder, "dist"), { recursive: true });
  return join(folder, "dist/cli.js");
}
