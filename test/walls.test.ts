import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const PURE = ["values", "usage", "pricing", "forecast", "books", "insight", "export", "inputs"];
const MIDDLE = ["report", "notify", "store"];

const forbiddenImports = [
  "node:fs",
  "node:crypto",
  "node:process",
  "minipass-fetch",
  "@actions/core",
  "@actions/github/lib/context",
  "@octokit/core",
  "@octokit/rest",
  "undici",
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
/** Rooms that stand beside each other: neither imports the other. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  forecast: ["usage", "pricing"],
  inputs: ["forecast", "export"],
};
// From the innermost room to the outermost: each is closed to what comes after it.
for (const [index, room] of PURE.entries()) {
  for (const inner of PURE.slice(0, index)) {
    plant(room, importing(`../${inner}/hall.ts`), (BESIDE[room] ?? []).includes(inner));
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
for (const path of ["node:fs", "node:crypto", "undici", "../../store/port.ts", "../hall.ts", "../../books/decide.ts"])
  plant("meter/reading", importing(path), true);
for (const use of forbiddenUses) plant("meter/reading", `export const used = ${use};`, true);
for (const path of ["../../values/hall.ts", "../../usage/hall.ts", "../../pricing/hall.ts"])
  plant("meter/reading", importing(path), false);
plant("meter", importing("./reading/hall.ts"), false);
plant("meter", importing("../commands/hall.ts"), true);
plant("commands", importing("../meter/reading/hall.ts"), true);
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
// Other rooms come into a sub-room through its doors.
plant("insight", importing("../books/limits/parts.ts"), false);
plant("insight", importing("../books/limits/hall.ts"), true);
plant("report", importing("../books/verify/replay.ts"), false);
plant("report/markdown", importing("../../books/verify/hall.ts"), true);
plant("pricing", importing("../usage/readers/hall.ts"), true);
plant("usage", importing("./readers/hall.ts"), false);
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

const lines = (count: number) => Array.from({ length: count }, (_, index) => `  sum += ${index};`).join("\n");
const worked = (count: number) => `export function worked() {\n  let sum = 0;\n${lines(count)}\n  return sum;\n}\n`;

/** Files around the most that a function or a file may have. */
const sized = [
  { what: "a function of four parameters", text: "export const f = (a = 1, b = 2, c = 3, d = 4) => a + b + c + d;\n" },
  { what: "a function of sixty lines", text: worked(56) },
  { what: "a file of 251 lines", text: "// Nothing.\n".repeat(250) + importing("./hall.ts") },
].map((one, index) => ({ ...one, path: `src/store/large-${index}.ts` }));
const small = [
  { what: "a function of three parameters", text: "export const f = (a = 1, b = 2, c = 3) => a + b + c;\n" },
  { what: "a function of 59 lines", text: worked(55) },
  { what: "a file of 250 lines", text: "// Nothing.\n".repeat(249) + importing("./hall.ts") },
].map((one, index) => ({ ...one, path: `src/store/small-${index}.ts` }));

/** What the planted files import. */
const HALLS = [
  ...[...PURE, ...MIDDLE, "commands", "edges", "edges/machine"].map((room) => `src/${room}/hall.ts`),
  ...[...BOOKS, "settle", "verify"].map((room) => `src/books/${room}/hall.ts`),
  "src/usage/readers/hall.ts",
  "src/meter/hall.ts",
  "src/meter/reading/hall.ts",
  ...[
    "books/limits/parts",
    "books/verify/replay",
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
    for (const { path, text } of [...sized, ...small]) writeFileSync(join(folder, path), text);
    for (const path of [...errorsIn(folder), ...breachesIn(folder)]) rejected.add(path);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(planted.filter(({ isForbidden }) => isForbidden))("keep out of $path: $line", ({ path }) => {
    expect(rejected).toContain(path);
  });

  it.each(planted.filter(({ isForbidden }) => !isForbidden))("let $path have: $line", ({ path }) => {
    expect(rejected).not.toContain(path);
  });

  it.each(sized)("keep $what out of src", ({ path }) => {
    expect(rejected).toContain(path);
  });

  it.each(small)("let src have $what", ({ path }) => {
    expect(rejected).not.toContain(path);
  });
});

describe("the doors of the sub-rooms", () => {
  it("are all used: whatever no other room imports is no door", async () => {
    const { DOORS } = (await import(pathToFileURL(resolve(".dependency-cruiser.mjs")).href)) as {
      DOORS: Readonly<Record<string, readonly string[]>>;
    };
    const doors = Object.entries(DOORS).flatMap(([room, files]) => files.map((file) => `src/${room}/${file}.ts`));
    const entered = new Set(globSync("src/**/*.ts").flatMap((path) => importsAcross(path.replaceAll("\\", "/"))));
    expect(doors.filter((door) => !entered.has(door))).toEqual([]);
  });
});

/** The files of other rooms that a file imports. */
function importsAcross(path: string): string[] {
  const room = path.split("/")[1];
  return [...readFileSync(path, "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)]
    .map(([, to = ""]) => posix.join(posix.dirname(path), to))
    .filter((to) => to.split("/")[1] !== room);
}

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
