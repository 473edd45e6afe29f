import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Fill } from "../../../src/commands/operation/ports.ts";
import { fileWriter, printer } from "../../../src/edges/machine/written-file.ts";
import { emptyFolder } from "../../support/runner/action.ts";

const PIECE = "é".repeat(1000);

/** So many pieces, after others that are dropped. */
const pieces =
  (count: number): Fill =>
  async ({ write, restart }) => {
    for (let index = 0; index < 100; index += 1) await write("dropped ".repeat(1000));
    await restart();
    for (let index = 0; index < count; index += 1) await write(PIECE);
  };

const redact = (text: string) => text.replaceAll("secret", "***");

const failing: Fill = async ({ write }) => {
  await write(PIECE.repeat(100));
  throw new Error("half way");
};

describe("a written file", () => {
  it.each([0, 1, 500])("has all of %s pieces, and nothing that was dropped", async (count) => {
    const folder = emptyFolder("written");
    await fileWriter(folder, redact)("a/b.csv", pieces(count));
    expect(readFileSync(join(folder, "a/b.csv"), "utf8")).toBe(PIECE.repeat(count));
    expect(readdirSync(join(folder, "a"))).toEqual(["b.csv"]);
  });

  it("has no secrets", async () => {
    const folder = emptyFolder("written");
    await fileWriter(folder, redact)("a.txt", ({ write }) => write("a secret"));
    expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("a ***");
  });

  it("replaces the file that a link leads to, and keeps the link", async () => {
    const folder = emptyFolder("written");
    writeFileSync(join(folder, "real.csv"), "old");
    symlinkSync("real.csv", join(folder, "link.csv"));
    await fileWriter(folder, redact)("link.csv", pieces(1));
    expect(readFileSync(join(folder, "real.csv"), "utf8")).toBe(PIECE);
  });

  it("that fails on the way leaves what was there, and nothing beside it", async () => {
    const folder = emptyFolder("written");
    writeFileSync(join(folder, "b.csv"), "old");
    await expect(fileWriter(folder, redact)("b.csv", failing)).rejects.toThrow("half way");
    expect(readFileSync(join(folder, "b.csv"), "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["b.csv"]);
  });
});

describe("a printed text", () => {
  async function printed(fill: Fill): Promise<string> {
    const out = new PassThrough();
    const chunks: Buffer[] = [];
    out.on("data", (chunk: Buffer) => chunks.push(chunk));
    const print = printer(out as unknown as NodeJS.WriteStream, redact);
    await print(fill).catch((error: Error) => chunks.push(Buffer.from(error.message)));
    return Buffer.concat(chunks).toString();
  }

  it("is whole and without secrets, or isn't printed", async () => {
    expect(await printed(pieces(200))).toBe(PIECE.repeat(200));
    expect(await printed(({ write }) => write("a secret"))).toBe("a ***");
    expect(await printed(failing)).toBe("half way");
  });
});
