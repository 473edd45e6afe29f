// Builds the program of dist/: main.js for the Action; cli.js starts it as the terminal program and post.js as the post
// part, and it starts usage-reader.js to read what is large. Beside them are the font of the pictures and what draws
// them. node scripts/build.ts [folder]
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { minify } from "terser";
import { FONT_FILES, WASM_FILE } from "../src/edges/machine/picture-files.ts";
import { licencesOf } from "./licenses.ts";
import { quickStart, withoutAssert, withoutCollator } from "./quick-start.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ENTRIES = ["main", "usage-reader"] as const;

/**
 * The runner tells a post part from its main part by the file it starts, and by nothing else where the main part was
 * cancelled before it could save anything. Code that imports main.js again with a query (`?…`) loads it again.
 */
const POST = `process.argv[2]="post";await import("./main.js"+new URL(import.meta.url).search);\n`;

/** The terminal program, which starts main.js as it. */
const CLI = `#!/usr/bin/env node\nprocess.argv.splice(2,0,"cli");await import("./main.js");\n`;

/** The webpack statistics of a module: its path with the loaders before it, and the modules joined into it. */
type ModuleStats = {
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

/** Writes the program, the chunks it loads when they need them and the licences of all that is in them. */
export async function build(folder: string): Promise<void> {
  const files = new Map<string, string>();
  const packages = new Set<string>();
  for (const entry of ENTRIES) {
    const { code, assets, stats } = await bundle(entry);
    for (const [name, source] of [[`${entry}.js`, code] as const, ...textsOf(assets)]) {
      files.set(name, name.endsWith(".js") ? await minified(name, source) : `${source.trimEnd()}\n`);
    }
    const { modules } = stats.toJson({ all: false, modules: true, nestedModules: true, modulesSpace: 1e6 });
    for (const name of packagesOf(modules)) packages.add(name);
  }
  files.set("cli.js", CLI);
  files.set("post.js", POST);
  for (const name of PICTURE_PACKAGES) packages.add(name);
  files.set("licenses.txt", licencesOf([...packages].sort()));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  for (const [name, path] of pictureFiles()) writeFileSync(join(folder, name), readFileSync(join(ROOT, path)));
  chmodSync(join(folder, "cli.js"), 0o755);
}

/** The packages whose files are in dist/ as they are. */
const PICTURE_PACKAGES = ["@fontsource/inter", "@resvg/resvg-wasm"];

/** What a chunk reads to draw a PNG: the names in dist/, and where each is from. */
function pictureFiles(): (readonly [name: string, path: string])[] {
  const fonts = FONT_FILES.map((name) => [name, `node_modules/@fontsource/inter/files/${name}`] as const);
  return [...fonts, [WASM_FILE, "node_modules/@resvg/resvg-wasm/index_bg.wasm"]];
}

function textsOf(assets: Built["assets"]): (readonly [name: string, text: string])[] {
  return Object.entries(assets).map(([name, { source }]) => [name, source.toString()]);
}

async function bundle(entry: string): Promise<Built> {
  const ncc = createRequire(import.meta.url)("@vercel/ncc") as Ncc;
  return ncc(join(ROOT, "src", `${entry}.ts`), {
    filename: `${entry}.js`,
    minify: false,
    cache: false,
    sourceMap: false,
    sourceMapRegister: false,
    quiet: true,
  });
}

/**
 * The bundler's own minifier keeps dead code, a fifth of what a start reads, and leaves the chunks as they are. Names of
 * functions and classes stay, for stacks.
 */
async function minified(name: string, code: string): Promise<string> {
  const names = { keep_classnames: true, keep_fnames: true };
  const own = code.includes(ZLIB_ASSERTION) ? zlibWithoutAssert(name, code) : code;
  const result = await minify(own, { module: true, ...names, format: { comments: false } });
  const quick = quickStart(asModule(name, result.code ?? ""));
  return `${code.includes(PRICE_TABLE) ? pricesWithoutCollator(name, quick) : quick}\n`;
}

/** What only the package asserts that decodes compressed answers. */
const ZLIB_ASSERTION = "zlib binding closed";

/** Throws where the package no longer asserts as expected, so that the time is not lost unnoticed. */
function zlibWithoutAssert(name: string, code: string): string {
  const quick = withoutAssert(code);
  if (quick === code || withoutAssert(quick) !== quick) throw new Error(`${name} asserts in another way`);
  return quick;
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
 * The code as it can run in an ES module, where a CommonJS package's `__filename` has to be made. Throws for what can't:
 * the bundler leaves code that throws for a module it did not find, and is content.
 */
function asModule(name: string, code: string): string {
  if (code.includes("webpackMissingModule")) throw new Error(`A module that ${name} needs was not found`);
  if (/\b__dirname\b/.test(code)) throw new Error(`${name} uses __dirname, which an ES module does not have`);
  if (!/\b__filename\b/.test(code)) return code;
  return `import{fileURLToPath as __pathOf}from"node:url";const __filename=__pathOf(import.meta.url);${code}`;
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
