import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const PURE = ["values", "usage", "pricing", "forecast", "books", "insight", "inputs"];
const MIDDLE = ["report", "notify", "store"];

const forbiddenImports = [
  "node:fs",
  "node:crypto",
  "node:process",
  "minipass-fetch",
  "@actions/core",
  "@octokit/core",
  "../store/port.ts",
  "../notify/post.ts",
  "../report/bar.ts",
  "../commands/check.ts",
  "../edges/action.ts",
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
  'export { nanoOf } from "../values/money.ts";',
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
// The inputs know nothing of what is read out of the books, as it knows nothing of them; forecasts know amounts alone.
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  inputs: ["insight", "forecast"],
  forecast: ["usage", "pricing"],
};
// From the innermost room to the outermost: each is closed to what comes after it.
for (const [index, room] of PURE.entries()) {
  for (const inner of PURE.slice(0, index)) {
    const isBeside = BESIDE[room]?.includes(inner) ?? false;
    plant(room, importing(`../${inner}/hall.ts`), isBeside);
    plant(inner, importing(`../${room}/hall.ts`), true);
  }
}
// The rooms of the books build on each other in this order, all of them on its own files, and the operations on them.
const BOOKS = ["estimate", "limits", "messages", "gate"];
for (const [index, room] of BOOKS.entries()) {
  for (const inner of BOOKS.slice(0, index)) {
    plant(`books/${room}`, importing(`../${inner}/hall.ts`), false);
    plant(`books/${inner}`, importing(`../${room}/hall.ts`), true);
  }
  plant(`books/${room}`, importing("../hall.ts"), false);
  plant(`books/${room}`, importing("../decide.ts"), true);
  plant("books", importing(`./${room}/hall.ts`), true);
}
plant("books/settle", importing("../messages/hall.ts"), false);
plant("books/settle", importing("../gate/hall.ts"), true);
plant("books/gate", importing("../settle/hall.ts"), true);
plant("usage/readers", importing("../hall.ts"), false);
plant("usage/readers", importing("../../store/port.ts"), true);
for (const room of MIDDLE) {
  for (const other of [...MIDDLE, "commands", "edges"].filter((name) => name !== room)) {
    plant(room, importing(`../${other}/hall.ts`), true);
  }
  plant(room, importing("../main.ts"), true);
  plant(room, importing("../values/money.ts"), false);
  plant(room, importing("node:fs/promises"), false);
  plant(room, importing("node:process"), true);
  plant(room, "export const used = process.env;", true);
}
plant("commands", "export const used = process.env;", true);
plant("commands", importing("node:process"), true);
plant("commands", importing("../edges/hall.ts"), true);
plant("commands/operation", importing("../../edges/machine/hall.ts"), true);
plant("commands", importing("../store/port.ts"), false);
plant("edges", importing("../main.ts"), true);
plant("edges/machine", importing("../../commands/hall.ts"), false);
plant("edges/machine", "export const used = process.env;", false);
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
  {
    path: "src/store/cock.ts",
    line: 'import type { Chick } from "./chick.ts"; export type Cock = { readonly chick: Chick };',
    isForbidden: true,
  },
  {
    path: "src/store/chick.ts",
    line: 'import type { Cock } from "./cock.ts"; export type Chick = { readonly cock: Cock };',
    isForbidden: true,
  },
);

/** What the planted files import. */
const HALLS = [
  ...[...PURE, ...MIDDLE, "commands", "edges", "edges/machine"].map((room) => `src/${room}/hall.ts`),
  ...[...BOOKS, "settle"].map((room) => `src/books/${room}/hall.ts`),
  ...[
    "values/money",
    "store/port",
    "notify/post",
    "report/bar",
    "books/decide",
    "commands/check",
    "edges/action",
    "main",
  ].map((name) => `src/${name}.ts`),
];

describe("the walls between the rooms", () => {
  const folder = mkdtempSync(join(tmpdir(), "walls-"));
  const rejected = new Set<string>();

  beforeAll(() => {
    for (const path of ["biome.json", "scripts/no-clock.grit", ".dependency-cruiser.mjs", "tsconfig.json"]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      copyFileSync(path, join(folder, path));
    }
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"), "junction");
    for (const path of HALLS) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), "export const nanoOf = 1;\n");
    }
    for (const { path, line } of planted) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `${line}\n`);
    }
    for (const path of [...errorsIn(folder), ...breachesIn(folder)]) rejected.add(path);
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

/** The paths of the files from which an import leads where it may not. */
function breachesIn(folder: string): string[] {
  const cruiser = resolve("node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const args = [cruiser, "--config", ".dependency-cruiser.mjs", "--output-type", "json", "src"];
  const ended = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const { summary } = JSON.parse(ended.stdout) as {
    summary: { violations: { from: string; cycle?: { name: string }[] }[] };
  };
  // Of a circle it tells one file; the others are on its way.
  return summary.violations.flatMap(({ from, cycle = [] }) => [from, ...cycle.map(({ name }) => name)]);
}
