import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { LARGE_FILES } from "../../bench/large-files.ts";

const READER = fileURLToPath(new URL("./peak-reader.ts", import.meta.url));
const MAX_KB = 150 * 1024;

const folder = mkdtempSync(join(tmpdir(), "large-file-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a file of 50 MB", () => {
  it.each([
    ["claude-stream.ndjson", "claude-code"],
    ["claude-array.json", "claude-code"],
    ["openai.sse", "openai"],
  ])("takes no more memory than a small one (%s)", (name, format) => {
    const path = join(folder, name);
    const file = openSync(path, "w");
    const pieces = LARGE_FILES.find((large) => large.name === name)?.pieces(50_000_000) ?? [];
    for (const piece of pieces) writeSync(file, piece);
    closeSync(file);
    const { stdout, stderr } = spawnSync(process.execPath, [READER, path], { encoding: "utf8" });
    rmSync(path);
    expect(stderr).toBe("");
    const { peakKb, ...report } = JSON.parse(stdout);
    expect(report).toEqual({ format, complete: true });
    expect(peakKb).toBeLessThan(MAX_KB);
  });
});
