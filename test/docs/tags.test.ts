import { execFileSync } from "node:child_process";
import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { TEMPLATES } from "../../src/edges/terminal/init/templates.ts";
import { emptyFolder } from "../support/runner/action.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const RELEASE = `v${version}`;
/** The tag that every release of this major version moves. */
const MAJOR = `v${version.split(".")[0]}`;

/** The tags under which a text names the action. */
const tagsIn = (text: string): readonly string[] =>
  [...text.matchAll(/token-budget\/token-budget@([\w.-]*\w)/g)].map(([, tag = ""]) => tag);

const named = (...patterns: string[]) =>
  patterns
    .flatMap((pattern) => globSync(pattern))
    .flatMap((place) => tagsIn(readFileSync(place, "utf8")).map((tag) => ({ place, tag })));

/** Placeholders of the table of what to pin. */
const PLACEHOLDERS = ["vX", "vX.Y.Z"];

describe("the tag of the action", () => {
  const pages = named("*.md", "docs/**/*.md", ".github/**/*.md");
  const copied = named("examples/**/*.{yml,md}", ".github/**/*.yml");

  it.each(pages.filter(({ tag }) => !PLACEHOLDERS.includes(tag)))("in $place is the major version's", ({ tag }) => {
    expect(tag).toBe(MAJOR);
  });

  it.each(copied)("in $place is this release's", ({ tag }) => {
    expect(tag).toBe(RELEASE);
  });

  it.each(Object.values(TEMPLATES))("in what init writes to $path is this release's", ({ text }) => {
    expect(new Set(tagsIn(text))).toEqual(new Set([RELEASE]));
  });

  it("is this release's in the form for a bug", () => {
    expect(readFileSync(".github/ISSUE_TEMPLATE/bug.yml", "utf8")).toContain(`placeholder: ${RELEASE},`);
  });

  it("is looked for where it is", () => {
    expect(pages.length).toBeGreaterThan(20);
    expect(copied.length).toBeGreaterThan(20);
  });
});

describe("a new version", () => {
  const TAGGED = [
    "README.md",
    "docs/how-to.md",
    "examples/codex.yml",
    ".github/ISSUE_TEMPLATE/bug.yml",
    "src/version.ts",
  ];

  it.each([
    ["0.2.0", "v0"],
    ["1.0.0", "v1"],
    ["10.11.12", "v10"],
  ])("%s is written wherever a page, an example or the program names one", (next, major) => {
    const folder = emptyFolder("sources");
    for (const path of TAGGED) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      copyFileSync(path, join(folder, path));
    }
    writeFileSync(join(folder, "package.json"), JSON.stringify({ version: next }));
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ version, packages: { "": { version } } }));
    execFileSync(process.execPath, [resolve("scripts/set-version.ts")], { cwd: folder, stdio: "pipe" });
    const [readme = "", howTo = "", example = "", form = "", source = ""] = TAGGED.map((path) =>
      readFileSync(join(folder, path), "utf8"),
    );
    for (const page of [readme, howTo]) expect(new Set(tagsIn(page))).toEqual(new Set([major]));
    expect(new Set(tagsIn(example))).toEqual(new Set([`v${next}`]));
    expect(form).toContain(`placeholder: v${next},`);
    expect(source).toContain(`"${next}"`);
  });
});

describe("the release checklist", () => {
  const guide = readFileSync("CONTRIBUTING.md", "utf8");
  const checklist = guide.slice(guide.indexOf("## Releases"), guide.indexOf("## dist/"));

  it.each(["PRICE_TABLE_DAY", "CHANGELOG.md", "scripts/set-version.ts", "npm pack", "NPM_PUBLISH"])(
    "has %s",
    (item) => {
      expect(checklist).toContain(item);
    },
  );
});
