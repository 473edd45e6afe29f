// Writes package.json's version to every other place that names it. node scripts/set-version.ts
import { globSync, readFileSync, writeFileSync } from "node:fs";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const pages = ["README.md", ".github/ISSUE_TEMPLATE/bug.yml", ...globSync(["docs/*.md", "examples/*.{yml,md}"])];
for (const path of ["src/version.ts", ...pages]) {
  const text = readFileSync(path, "utf8");
  const renewed = text
    .replace(/(VERSION = ")[^"]*/, `$1${version}`)
    .replace(/(token-budget\/token-budget@v|npx --yes token-budget@|placeholder: v)\d+\.\d+\.\d+/g, `$1${version}`)
    // Pages show the tag that moves with the major version; what is to be copied whole names the release.
    .replace(/(token-budget\/token-budget@v)\d+(?![\d.])/g, `$1${version.split(".")[0]}`);
  if (renewed !== text) writeFileSync(path, renewed);
}

// The lock file names it twice; npm itself would ask the registry to write it.
const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
lock.version = version;
lock.packages[""].version = version;
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
