import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";

const page = readFileSync("CONTRIBUTING.md", "utf8");

/** The paths below src/ that the map shows: two blanks more for each folder they are in. */
function mapped(): string[] {
  const map = /```\naction\.yml[\s\S]*?\n```/.exec(page)?.[0] ?? "";
  const within = map.slice(map.indexOf("src/\n"), map.indexOf("\ntest/"));
  const folders: string[] = [];
  return [...within.matchAll(/^( *)(\S+)/gm)].map(([, blanks = "", name = ""]) => {
    const depth = blanks.length / 2;
    folders.splice(depth, Number.POSITIVE_INFINITY, name);
    return folders.slice(0, depth + 1).join("");
  });
}

/** The files that a file imports, types and what it loads on need too. */
function imports(path: string): string[] {
  return [...readFileSync(path, "utf8").matchAll(/(?:from |import\((?:\/\*.*?\*\/ )?)"(\.[^"]+)"/g)].map(
    ([, to = ""]) => posix.join(posix.dirname(path), to),
  );
}

describe("the rooms in CONTRIBUTING.md", () => {
  it("are those of the tree", () => {
    const folders = globSync("src/**/").map((path) => `${path.replaceAll("\\", "/").replace(/\/$/, "")}/`);
    const entries = readdirSync("src", { withFileTypes: true }).filter((entry) => /\.ts$/.test(entry.name));
    expect(mapped().toSorted()).toEqual([...folders, ...entries.map(({ name }) => `src/${name}`)].toSorted());
  });

  it("answer twenty questions by one path each", () => {
    const table = page.slice(page.indexOf("## Where would you look"), page.indexOf("## To add"));
    const answers = [...table.matchAll(/\| `(src\/[^`]+)` \|$/gm)].map(([, path = ""]) => path);
    expect(answers.length).toBeGreaterThanOrEqual(20);
    expect(new Set(answers).size).toBe(answers.length);
  });

  it("lead a reader of one check from file to file", () => {
    const section = page.slice(page.indexOf("## One check"), page.indexOf("## Where would you look"));
    const [way = "", back = ""] = section.split("The decision goes back up");
    const [down, up] = [way, back].map((text) =>
      [...text.matchAll(/^\d+\. `(src\/[^`]+)`/gm)].map(([, path = ""]) => path),
    );
    expect(down?.length).toBeGreaterThanOrEqual(8);
    const isLinked = (a: string, b: string) => imports(a).includes(b) || imports(b).includes(a);
    expect(down?.filter((path, index) => index > 0 && !isLinked(path, down[index - 1] ?? ""))).toEqual([]);
    // The way back begins at a file above.
    const listed = [...(down ?? []), ...(up ?? [])];
    expect(up?.filter((path) => !listed.slice(0, listed.indexOf(path)).some((above) => isLinked(path, above)))).toEqual(
      [],
    );
  });

  it.each([...new Set([...page.matchAll(/`((?:src|test|scripts|docs)\/[\w./-]+)`/g)].map(([, path = ""]) => path))])(
    "lead to what is there: %s",
    (path) => {
      expect(existsSync(path)).toBe(true);
    },
  );
});
