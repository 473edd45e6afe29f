import { describe, expect, it } from "vitest";
import { Folder } from "./folder-world.ts";

const RESET = ["reset", "--reason", "a new contract"];

async function spentFolder(): Promise<Folder> {
  const folder = new Folder({ inProcess: true });
  await folder.run("record", "--cost", "2.5");
  return folder;
}

describe("a reset at a person's terminal", () => {
  it.each(["n\n", "\n", "", "yess\n", "no\n"])("asks first, and changes nothing after the answer %j", async (input) => {
    const folder = await spentFolder();
    const before = folder.contents();
    const { exitCode, stdout, stderr } = await folder.with({ tty: true, input }).run(...RESET);
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("$2.50 of $15.00 spent");
    expect(stderr).toContain("Archive this month and start it again at zero? [y/N] ");
    expect(stderr).toContain("Nothing was changed.\n");
    expect(folder.contents()).toEqual(before);
  });

  it.each(["y\n", "yes\n", " Y \r\n"])("resets after the answer %j", async (input) => {
    const folder = await spentFolder();
    const { exitCode, stdout, stderr } = await folder.with({ tty: true, input }).run(...RESET);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Budget reset");
    expect(stderr).toContain("[y/N]");
    expect(folder.state()).toMatchObject({ total_spent: 0, history: [{ closed: "reset", total_spent: 2.5 }] });
  });

  it.each([["--yes"], ["--json"]])("asks nothing with %s", async (option) => {
    const folder = await spentFolder();
    const { exitCode, stderr } = await folder.with({ tty: true }).run(...RESET, option);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(folder.state()).toMatchObject({ total_spent: 0 });
  });

  it("names a missing reason before it asks", async () => {
    const folder = await spentFolder();
    const { exitCode, stdout, stderr } = await folder.with({ tty: true, input: "y\n" }).run("reset");
    expect(exitCode).toBe(2);
    expect(stdout).toContain("--reason is missing");
    expect(stderr).toBe("");
  });
});

it("a reset without a terminal asks nothing", async () => {
  const folder = await spentFolder();
  const { exitCode, stderr } = await folder.with({ input: "n\n" }).run(...RESET);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(folder.state()).toMatchObject({ total_spent: 0 });
});
