import { describe, expect, it } from "vitest";
import { watch } from "../../../src/edges/terminal/watch.ts";
import { Folder } from "../../e2e/folder-world.ts";

/** What a terminal of so many rows shows after each drawing, until they are used up. */
async function watched(screens: readonly string[], rows: number): Promise<{ shown: string[]; slept: number[] }> {
  const [shown, slept]: [string[], number[]] = [[], []];
  let written = "";
  const left = [...screens];
  const write = (text: string) => {
    written += text;
    return true;
  };
  const out = { rows, write } as unknown as NodeJS.WriteStream;
  const sleep = async (ms: number) => {
    shown.push(written);
    written = "";
    slept.push(ms);
    if (left.length === 0) throw new Error("interrupted");
  };
  await expect(watch({ draw: async () => left.shift() ?? "", out, intervalMs: 10_000, sleep })).rejects.toThrow(
    "interrupted",
  );
  return { shown, slept };
}

describe("status --watch", () => {
  it("draws over what was there, and clears what is left of a longer line or screen", async () => {
    const { shown, slept } = await watched(["one\ntwo\nthree\n", "1\n"], 24);
    expect(shown).toEqual([
      "\u001b[2J\u001b[Hone\u001b[K\ntwo\u001b[K\nthree\u001b[K\n\u001b[J",
      "\u001b[H1\u001b[K\n\u001b[J",
    ]);
    expect(slept).toEqual([10_000, 10_000]);
  });

  it("shows no more lines than the terminal has", async () => {
    const { shown } = await watched(["1\n2\n3\n4\n"], 3);
    expect(shown[0]).toContain("2");
    expect(shown[0]).not.toContain("3");
  });

  it.each([
    [["--watch"], {}],
    [["--watch", "--json"], { columns: 80 }],
    [["--watch", "--quiet"], { columns: 80 }],
  ])("with %j is refused where nobody looks", async (args, options) => {
    const { exitCode, stdout } = await new Folder({ inProcess: true, ...options }).run("status", ...args);
    expect(exitCode).toBe(2);
    expect(stdout).toContain("--watch");
    expect(stdout).toContain("terminal");
  });

  it("takes no interval under two seconds, and none without --watch", async () => {
    const folder = new Folder({ inProcess: true });
    expect(await folder.run("status", "--interval", "1")).toMatchObject({ exitCode: 2 });
    expect((await folder.run("status", "--interval", "30")).stdout).toContain("--interval");
  });
});
