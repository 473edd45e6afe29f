// Writes src/report/html/client-scripts.ts: the scripts of the dashboard's pages as texts, from src/report/html/client.
// With --check it only says whether the file is stale and exits 1. node scripts/generate-client.ts [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TARGET = "src/report/html/client-scripts.ts";
const SCRIPTS = { SWITCH_SCRIPT: "look.ts", RUNS_SCRIPT: "runs.ts" } as const;

/** A script with all that it imports, and nothing that it doesn't use. */
async function scriptOf(file: string): Promise<string> {
  const bundle = await rolldown({
    input: join(ROOT, "src/report/html/client", file),
    platform: "browser",
    treeshake: { moduleSideEffects: false },
  });
  const { output } = await bundle.generate({ format: "iife", minify: true });
  const [{ code }] = output;
  // Text beyond ASCII is written as escapes, so that the hash in a page's policy doesn't depend on an encoding.
  const script = code
    .trim()
    .replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  // In a page, this would end the script.
  if (/<\/script|<!--/i.test(script)) throw new Error(`${file} has text that ends a script`);
  return script;
}

const texts = await Promise.all(
  Object.entries(SCRIPTS).map(
    async ([name, file]) => `export const ${name} =\n  ${JSON.stringify(await scriptOf(file))};\n`,
  ),
);
const made = `// Made by scripts/generate-client.ts from src/report/html/client: \`npm run generate\`.\n\n${texts.join("\n")}`;
const path = join(ROOT, TARGET);
if (process.argv.includes("--check")) {
  let there = "";
  try {
    there = readFileSync(path, "utf8");
  } catch {}
  if (there !== made) {
    process.stderr.write(`${TARGET} is stale: npm run generate\n`);
    process.exitCode = 1;
  }
} else {
  writeFileSync(path, made);
}
