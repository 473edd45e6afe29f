// Builds the two programs of dist/: main.js for the Action, cli.js for the terminal; post.js starts main.js as the post
// part, and both programs start usage-reader.js to read what is large. Beside them are the font of the pictures and
// what draws them. node scripts/build.ts [folder]
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { minify } from "terser";
import { FONT_FILES, WASM_FILE } from "../src/edges/machine/picture-files.ts";
import { licencesOf } from "./licenses.ts";
import { commonIds, type ModuleNames, renumbered } from "./module-ids.ts";
import { quickStart, withoutCollator } from "./quick-start.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PROGRAMS = ["main", "cli"] as const;
const ENTRIES = [...PROGRAMS, "usage-reader"] as const;

/**
 * The runner tells a post part from its main part by the file it starts, and by nothing else where the main part was
 * cancelled before it could save anything. Who asks for main.js anew (`?…`) gets it anew.
 */
const POST = `process.argv[2]="post";await import("./main.js"+new URL(import.meta.url).search);\n`;

/** The webpack statistics of a module: its path with the loaders before it, and the modules joined into it. */
type ModuleStats = {
  readonly id?: number | string | null;
  readonly identifier?: string;
  readonly name?: string;
  readonly modules?: readonly ModuleStats[];
};
type Built = {
  readonly code: string;
  readonly assets: Readonly<Record<string, { readonly source: string | Uint8Array }>>;
  readonly stats: { toJson(options: object): { readonly modules: readonly ModuleStats[] } };
};
type Ncc = (input: string, options: object) => Promise<Built>;

/** Writes the programs, the chunks they load when they need them and the licences of all that is in them. */
export async function build(folder: string): Promise<void> {
  const files = new Map<string, string>();
  const packages = new Set<string>();
  const bundles = [];
  for (const entry of ENTRIES) bundles.push({ entry, ...(await bundle(entry)) });
  const ids = commonIds(bundles.map(moduleNames));
  for (const { entry, code, assets, stats } of bundles) {
    const names = moduleNames({ stats });
    files.set(`${entry}.js`, quickStart(asModule(`${entry}.js`, renumbered(code, names, ids))));
    for (const [name, { source }] of Object.entries(assets)) {
      const text = source.toString();
      files.set(
        name,
        name.endsWith(".js") ? await minified(name, renumbered(text, names, ids)) : `${text.trimEnd()}\n`,
      );
    }
    const { modules } = stats.toJson({ all: false, modules: true, nestedModules: true, modulesSpace: 1e6 });
    for (const name of packagesOf(modules)) packages.add(name);
  }
  alignChunks(files);
  shareChunks(files);
  files.set("post.js", POST);
  for (const name of [...PICTURE_PACKAGES]) packages.add(name);
  files.set("licenses.txt", licencesOf([...packages].sort()));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  for (const [name, path] of pictureFiles()) writeFileSync(join(folder, name), readFileSync(join(ROOT, path)));
  chmodSync(join(folder, "cli.js"), 0o755);
}

/** The modules of a bundle by number: their paths, whatever else is joined into them. */
function moduleNames({ stats }: Pick<Built, "stats">): ModuleNames {
  const { modules } = stats.toJson({ all: false, ids: true, modules: true, modulesSpace: 1e6 });
  const names = new Map<number, string>();
  for (const { id, name = "" } of modules) {
    if (typeof id === "number") names.set(id, name.replace(/ \+ \d+ modules$/, ""));
  }
  if (new Set(names.values()).size !== names.size) throw new Error("Two modules of a bundle have one name");
  return names;
}

/** The packages whose files are in dist/ as they are. */
const PICTURE_PACKAGES = ["@fontsource/inter", "@resvg/resvg-wasm"];

/** What a chunk reads to draw a PNG: the names in dist/, and where each is from. */
function pictureFiles(): (readonly [name: string, path: string])[] {
  const fonts = FONT_FILES.map((name) => [name, `node_modules/@fontsource/inter/files/${name}`] as const);
  return [...fonts, [WASM_FILE, "node_modules/@resvg/resvg-wasm/index_bg.wasm"]];
}

async function bundle(entry: string): Promise<Built> {
  const ncc = createRequire(import.meta.url)("@vercel/ncc") as Ncc;
  return ncc(join(ROOT, "src", `${entry}.ts`), {
    filename: `${entry}.js`,
    minify: true,
    cache: false,
    sourceMap: false,
    sourceMapRegister: false,
    quiet: true,
  });
}

/** The bundler leaves the chunks as they are, and they are most of the bytes. */
async function minified(name: string, code: string): Promise<string> {
  const result = await minify(asModule(name, code), { module: true, format: { comments: false } });
  const quick = quickStart(result.code ?? "");
  return `${code.includes(PRICE_TABLE) ? pricesWithoutCollator(name, quick) : quick}\n`;
}

/** What only the package of the price table has. */
const PRICE_TABLE = "REMOTE_DATA_JSON_URL:";

/** Throws where the package no longer compares as expected, so that the time is not lost unnoticed. */
function pricesWithoutCollator(name: string, code: string): string {
  const quick = withoutCollator(code);
  if (quick === code || quick.includes("localeCompare")) throw new Error(`${name} compares keys in another way`);
  return quick;
}

/**
 * The bundler numbers a program's chunks with more digits from the 51st on, so the two programs may have two numbers for
 * one chunk: the terminal program takes the Action's number then, where nothing else has it.
 */
function alignChunks(files: Map<string, string>): void {
  const numbersOf = (entry: string) =>
    [...files.keys()].flatMap((name) => new RegExp(`^(\\d+)\\.${entry}\\.js$`).exec(name)?.[1] ?? []);
  const bodyOf = (name: string) => (files.get(name) ?? "").replace(CHUNK_HEAD, "").replace(CHUNK_LOAD, ".e()");
  const taken = new Set(numbersOf("cli"));
  for (const number of numbersOf("main").filter((one) => !taken.has(one))) {
    const body = bodyOf(`${number}.main.js`);
    const twin = numbersOf("cli").find((one) => one !== number && bodyOf(`${one}.cli.js`) === body);
    if (twin === undefined) continue;
    for (const [name, code] of [...files].filter(([name]) => /(?:^|\.)cli\.js$/.test(name))) {
      files.set(
        name,
        code.replace(CHUNK_LOAD, (load, loaded) => (loaded === twin ? `.e(${number})` : load)),
      );
    }
    const code = files.get(`${twin}.cli.js`) ?? "";
    files.delete(`${twin}.cli.js`);
    files.set(`${number}.cli.js`, code.replace(CHUNK_HEAD, `export const id=${number};export const ids=[${number}];`));
  }
}

/** How a chunk begins, and how one is loaded. */
const CHUNK_HEAD = /^export const id=\d+;export const ids=\[\d+\];/;
const CHUNK_LOAD = /\.e\((\d+)\)/g;

/** Chunks that are the same in both programs are kept once: "294.main.js" and "294.cli.js" are both "294.js" then. */
function shareChunks(files: Map<string, string>): void {
  const shared: number[] = [];
  for (const name of [...files.keys()].filter((file) => /^\d+\.main\.js$/.test(file))) {
    const twins = PROGRAMS.map((entry) => name.replace("main", entry));
    const [first, second] = twins.map((twin) => files.get(twin));
    if (first === undefined || first !== second) continue;
    for (const twin of twins) files.delete(twin);
    files.set(name.replace(".main", ""), first);
    shared.push(Number.parseInt(name, 10));
  }
  for (const entry of PROGRAMS) files.set(`${entry}.js`, withShared(files.get(`${entry}.js`) ?? "", entry, shared));
}

/** The program with its function that names a chunk's file. Throws if the bundler writes that differently. */
function withShared(code: string, entry: string, shared: readonly number[]): string {
  const named = `=e=>""+e+".${entry}.js"`;
  if (code.split(named).length !== 2) throw new Error(`${entry}.js doesn't name its chunks as expected`);
  return code.replace(named, `=e=>e+([${shared.join()}].includes(+e)?".js":".${entry}.js")`);
}

/**
 * The code as it can run in an ES module, where a CommonJS package's `__filename` has to be made. Throws for what can't:
 * the bundler leaves code that throws for a module it did not find, and is content.
 */
function asModule(name: string, code: string): string {
  if (code.includes("webpackMissingModule")) throw new Error(`A module that ${name} needs was not found`);
  if (/\b__dirname\b/.test(code)) throw new Error(`${name} uses __dirname, which an ES module does not have`);
  if (!/\b__filename\b/.test(code)) return code;
  const [, shebang = "", rest = ""] = /^(#!.*\n)?(.*)$/s.exec(code) ?? [];
  return `${shebang}import{fileURLToPath as __pathOf}from"node:url";const __filename=__pathOf(import.meta.url);${rest}`;
}

function packagesOf(modules: readonly ModuleStats[]): string[] {
  return modules.flatMap(({ identifier = "", name = "", modules: joined = [] }) => {
    const paths = [identifier, name].map((path) => path.split("!").at(-1) ?? "");
    const names = paths.flatMap(
      (path) => [...path.matchAll(/node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/|?]+)/g)].at(-1)?.[1] ?? [],
    );
    return [...names.map((found) => found.replace("\\", "/")), ...packagesOf(joined)];
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await build(resolve(process.argv[2] ?? join(ROOT, "dist")));
  } catch (error) {
    // The bundler's stack shows its own minified source.
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
