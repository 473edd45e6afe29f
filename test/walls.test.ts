import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const PURE = ["budget", "usage", "pricing", "config"];
const OUTER = ["store", "notify", "report", "runner"];

const forbiddenImports = [
  "node:fs",
  "node:crypto",
  "node:process",
  "minipass-fetch",
  "@actions/core",
  "@octokit/core",
  "../store/file-store.ts",
  "../notify/discord.ts",
  "../report/bar.ts",
  "../runner/context.ts",
  "../commands/check.ts",
  "../main.ts",
];
const forbiddenUses = [
  "Date.now()",
  "Date.now",
  "new Date()",
  "Date()",
  "Math.random()",
  "process.env",
  "fetch",
  "setTimeout",
  "console.log",
  "crypto.randomUUID()",
  "performance.now()",
  "globalThis.process",
  'await import("node:fs")',
];
const allowedLines = [
  'import * as z from "zod/mini"; export { z };',
  'export { nanoOf } from "../budget/money.ts";',
  'export const day = new Date("2026-02-01T00:00:00Z").getTime();',
  'export const start = Date.parse("2026-02-01T00:00:00Z");',
  "export const most = Math.max(1, 2);",
];

type Planted = { readonly path: string; readonly line: string; readonly isForbidden: boolean };

const planted: Planted[] = [];
function plant(room: string, line: string, isForbidden: boolean): void {
  planted.push({ path: `src/${room}/planted-${planted.length}.ts`, line, isForbidden });
}
const importing = (path: string) => `export * from ${JSON.stringify(path)};`;
for (const room of PURE) {
  for (const path of forbiddenImports) plant(room, importing(path), true);
  for (const use of forbiddenUses) plant(room, `export const used = ${use};`, true);
  for (const line of allowedLines) plant(room, line, false);
}
plant("usage/readers", importing("../reader.ts"), false);
plant("usage/readers", importing("../../store/file-store.ts"), true);
for (const room of OUTER) {
  for (const other of [...OUTER, "commands"].filter((name) => name !== room)) {
    plant(room, importing(`../${other}/x.ts`), true);
  }
  plant(room, importing("../main.ts"), true);
  plant(room, importing("../budget/money.ts"), false);
  plant(room, importing("node:fs/promises"), false);
  plant(room, "export const used = process.env;", room !== "runner");
}
plant("commands", "export const used = process.env;", true);
plant("commands", importing("../action.ts"), true);
plant("commands", importing("../store/store.ts"), false);
planted.push(
  {
    path: "src/store/egg.ts",
    line: 'import { hen } from "./hen.ts"; export const egg = () => hen;',
    isForbidden: true,
  },
  {
    path: "src/store/hen.ts",
    line: 'import { egg } from "./egg.ts"; export const hen = () => egg;',
    isForbidden: true,
  },
);

describe("the walls between the rooms", () => {
  const folder = mkdtempSync(join(tmpdir(), "walls-"));
  const rejected = new Set<string>();

  beforeAll(() => {
    for (const path of ["biome.json", "scripts/no-clock.grit"]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      copyFileSync(path, join(folder, path));
    }
    for (const { path, line } of planted) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `${line}\n`);
    }
    for (const path of errorsIn(folder)) rejected.add(path);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(planted.filter(({ isForbidden }) => isForbidden))("keep out of $path: $line", ({ path }) => {
    expect(rejected).toContain(path);
  });

  it.each(planted.filter(({ isForbidden }) => !isForbidden))("let $path have: $line", ({ path }) => {
    expect(rejected).not.toContain(path);
  });
});

/** The paths of the files the linter reports an error in. */
function errorsIn(folder: string): string[] {
  const biome = resolve("node_modules/@biomejs/biome/bin/biome");
  const args = [biome, "lint", "--reporter=json", "--max-diagnostics=none", "--diagnostic-level=error"];
  let report: string;
  try {
    report = execFileSync(process.execPath, args, {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch (error) {
    report = (error as { stdout: string }).stdout;
  }
  const { diagnostics } = JSON.parse(report) as { diagnostics: { location: { path: string } }[] };
  return diagnostics.map(({ location }) => location.path.replaceAll("\\", "/"));
}
