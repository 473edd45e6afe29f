import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
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

  it.each([...new Set([...page.matchAll(/`((?:src|test|scripts|docs)\/[\w./-]+)`/g)].map(([, path = ""]) => path))])(
    "lead to what is there: %s",
    (path) => {
      expect(existsSync(path)).toBe(true);
    },
  );
});
