import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

type Named = { readonly name: string; readonly file: string };
type Row = { readonly says: string; readonly tests: readonly Named[] };

/** The rows of the table whose last column is "Test", each with the tests it names. */
function rowsIn(page: string): readonly Row[] {
  const [, table = ""] = /^\|.* Test \|\n\| --- .*\n((?:\|.*\n)+)/m.exec(readFileSync(page, "utf8")) ?? [];
  return table
    .trimEnd()
    .split("\n")
    .map((line) => {
      const cells = line.split(" | ");
      const tests = [...(cells.at(-1) ?? "").matchAll(/\[([^\]]+)\]\(([^)\s]+)\)/g)];
      return {
        says: cells[0]?.replace(/^\| /, "") ?? "",
        tests: tests.map(([, name = "", path = ""]) => ({ name, file: normalize(join(dirname(page), path)) })),
      };
    });
}

/** Whether a file has a test of exactly this title that isn't skipped. */
function hasTest({ name, file }: Named): boolean {
  if (!existsSync(file)) return false;
  const title = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(\\bit|\\))\\(\\s*["'\`]${title}["'\`],`).test(readFileSync(file, "utf8"));
}

const PROMISES = rowsIn("SECURITY.md");
const DEFENCES = rowsIn("docs/threat-model.md");
const rows = [
  ...PROMISES.map((row) => ({ page: "SECURITY.md", ...row })),
  ...DEFENCES.map((row) => ({ page: "docs/threat-model.md", ...row })),
];
const keyOf = ({ name, file }: Named) => `${file}: ${name}`;

describe("what is promised and what is defended", () => {
  it("are tables that are read here", () => {
    expect(PROMISES.length).toBeGreaterThan(8);
    expect(DEFENCES.length).toBeGreaterThan(20);
  });

  it.each(rows)("has a test that tries to break it, in $page: $says", ({ tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    expect(tests.filter((test) => !hasTest(test))).toEqual([]);
  });

  it("is no promise without its defence", () => {
    const defended = DEFENCES.flatMap(({ tests }) => tests.map(keyOf));
    expect(PROMISES.flatMap(({ tests }) => tests.map(keyOf)).filter((test) => !defended.includes(test))).toEqual([]);
  });

  it("leaves out no test file that is there for an attack", () => {
    const attacks = globSync("test/e2e/{forged,hostile,secrets}*.test.ts").map(normalize);
    expect(attacks.length).toBeGreaterThan(1);
    const named = DEFENCES.flatMap(({ tests }) => tests.map(({ file }) => file));
    expect(attacks.filter((file) => !named.includes(file))).toEqual([]);
  });

  it("would miss a test by another name, in another file, or one that is skipped", () => {
    const file = "test/docs/threat-model.test.ts";
    const name = "is no promise without its defence";
    expect(hasTest({ name, file })).toBe(true);
    expect(hasTest({ name: name.slice(3), file })).toBe(false);
    expect(hasTest({ name, file: "test/docs/links.test.ts" })).toBe(false);
    expect(hasTest({ name, file: "test/docs/none.test.ts" })).toBe(false);
  });
});

describe("what isn't protected", () => {
  it.each(["SECURITY.md", "docs/threat-model.md"])("is the first that %s says", (page) => {
    const [, first] = /^## (.*)$/m.exec(readFileSync(page, "utf8")) ?? [];
    expect(first).toBe("What it doesn't protect against");
  });

  it.each(["README.md", "SECURITY.md", "docs/threat-model.md", "docs/examples.md", "docs/how-to.md"])(
    "is said plainly in %s, with what to do",
    (page) => {
      const text = readFileSync(page, "utf8");
      expect(text).toMatch(/[Cc]ode that runs in a job can read everything that later steps of the job receive/);
      expect(text).toContain("examples/book-apart.yml");
    },
  );
});
