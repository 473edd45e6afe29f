import { beforeEach, describe, expect, it } from "vitest";
import { Folder, USAGE } from "./folder-world.ts";

const withWindowsLines = (folder: Folder, ...names: readonly string[]) => {
  for (const name of names) folder.write(name, folder.read(name).replace(/\r?\n/g, "\r\n"));
};

describe("files with the line ends of Windows", () => {
  it("are books like any others", async () => {
    const folder = new Folder();
    await folder.run("record", "--usage-file", USAGE);
    const [ledger = ""] = folder.files().filter((name) => name.endsWith(".ndjson"));
    withWindowsLines(folder, "token_budget.json", ledger);
    expect(await folder.json("status")).toMatchObject({ spent: 0.04995 });
    expect(await folder.run("verify")).toMatchObject({ exitCode: 0 });
    expect(await folder.run("doctor")).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^✔ Ledger /m) });
    expect(await folder.json("record", "--cost", "0.5")).toMatchObject({ spent: 0.54995, executions: 2 });
    expect(await folder.run("verify")).toMatchObject({ exitCode: 0 });
  });

  it("are usage files like any others", async () => {
    const folder = new Folder();
    folder.leaveUsage("result.json");
    withWindowsLines(folder, "result.json");
    expect(await folder.json("usage", "result.json")).toMatchObject({ total: 0.04995 });
  });
});

describe("on Windows", () => {
  beforeEach(({ skip }) => skip(process.platform !== "win32", "this is no Windows"));

  it("run starts a .cmd shim, with its arguments as they are", async () => {
    const folder = new Folder();
    folder.write("agent.cmd", '@node -p "JSON.stringify(process.argv.slice(1))" -- %*\r\n');
    const { exitCode, stdout } = await folder.run("run", "--", ".\\agent.cmd", "two words", "a&b");
    expect({ exitCode, stdout: stdout.trim() }).toEqual({ exitCode: 0, stdout: '["two words","a&b"]' });
  });

  it("usage takes paths and globs with backslashes", async () => {
    const folder = new Folder();
    folder.leaveUsage("result.json");
    expect(await folder.json("usage", ".\\*.json")).toMatchObject({ total: 0.04995 });
  });
});
