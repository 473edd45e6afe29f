// Builds dist/ and serve/ again in a temporary folder and reports where the committed dist/, or the committed checksums of
// serve/, differ. node scripts/check-dist.ts
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.ts";
import { buildServe, SUMS } from "./build-serve.ts";

/** What may be committed at most, in bytes: every run of the Action downloads it. */
const MAX_BYTES = 4_000_000;
/** The same for the pictures' font and renderer. */
const MAX_PICTURE_BYTES = 3_000_000;

const committed = fileURLToPath(new URL("../dist", import.meta.url));
const fresh = mkdtempSync(join(tmpdir(), "dist-"));
try {
  await build(fresh);
  const [is, shouldBe] = [contentsOf(committed), contentsOf(fresh)];
  const names = [...new Set([...is.keys(), ...shouldBe.keys()])].sort();
  const problems = names.flatMap((name) => {
    const [found, wanted] = [is.get(name), shouldBe.get(name)];
    if (found === undefined) return [`dist/${name} is missing`];
    if (wanted === undefined) return [`dist/${name} is left over`];
    return found.equals(wanted) ? [] : [`dist/${name} is stale`];
  });
  const isOfPictures = (name: string) => /\.(wasm|woff2)$/.test(name);
  const bytesOf = (isWanted: (name: string) => boolean) =>
    [...shouldBe].reduce((sum, [name, content]) => sum + (isWanted(name) ? content.length : 0), 0);
  const bytes = bytesOf((name) => !isOfPictures(name));
  const pictureBytes = bytesOf(isOfPictures);
  if (bytes > MAX_BYTES) problems.push(`dist/ has ${bytes} bytes, more than ${MAX_BYTES}`);
  if (pictureBytes > MAX_PICTURE_BYTES)
    problems.push(`dist/ has ${pictureBytes} bytes for pictures, more than ${MAX_PICTURE_BYTES}`);
  if ((await buildServe(join(fresh, "serve"))) !== readFileSync(SUMS, "utf8")) problems.push("serve.sha256 is stale");
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) {
    process.stderr.write("Run npm run build and commit dist/ and serve.sha256.\n");
    process.exitCode = 1;
  } else process.stdout.write(`dist/ is fresh: ${names.length} files, ${bytes} bytes, ${pictureBytes} for pictures\n`);
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

function contentsOf(folder: string): Map<string, Buffer> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
}
