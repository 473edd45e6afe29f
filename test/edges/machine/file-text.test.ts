import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { textOfFile } from "../../../src/edges/machine/file-text.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "file-text-"));
  path = join(folder, "usage.txt");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("a file's text", () => {
  it("is the same as often as it is asked for, with characters of any length", async () => {
    const text = "aß€😀".repeat(60_000);
    await writeFile(path, text);
    const source = textOfFile(path, Buffer.byteLength(text));
    for (const _ of [1, 2]) {
      const chunks = [...source.chunks()];
      expect(chunks.length).toBeGreaterThan(2);
      expect(chunks.join("") === text).toBe(true);
    }
  });

  it("is understood as Windows PowerShell writes it", async () => {
    await writeFile(path, "\uFEFF{}€", "utf16le");
    expect([...textOfFile(path, 8).chunks()].join("")).toBe("\uFEFF{}€");
  });

  it("ends where the file ended when it was looked at, or before", async () => {
    await writeFile(path, "0123456789");
    expect([...textOfFile(path, 4).chunks()].join("")).toBe("0123");
    await truncate(path, 2);
    expect([...textOfFile(path, 4).chunks()].join("")).toBe("01");
  });

  it("is none where the file has become a pipe, which nobody waits for, or a folder", async () => {
    await writeFile(path, "0123456789");
    const source = textOfFile(path, 10);
    const swapped = expect.objectContaining({ code: "unreadable", message: "It is no longer a regular file." });
    await rm(path);
    if (process.platform !== "win32") {
      execFileSync("mkfifo", [path]);
      expect(() => [...source.chunks()]).toThrow(swapped);
      await rm(path);
    }
    await mkdir(path);
    expect(() => [...source.chunks()]).toThrow(expect.objectContaining({ code: "unreadable" }));
  });

  it("that can't be read is unknown usage", async () => {
    await writeFile(path, "0123456789");
    const source = textOfFile(path, 10);
    await rm(path);
    expect(() => [...source.chunks()]).toThrow(
      expect.objectContaining({ name: "UsageError", code: "unreadable", message: "It can't be read (ENOENT)." }),
    );
  });
});
