import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { atLeast, atMost, median } from "../../bench/figures.ts";
import { tableOf, withPart } from "../../bench/results.ts";

it("writes a Markdown table whose columns stand in line", () => {
  const rows = [
    ["", "ms", "at most"],
    ["check", "97", "1.4: met"],
    ["record", "1,204", ""],
  ];
  expect(tableOf(rows)).toBe(
    [
      "|        |    ms | at most  |",
      "| ------ | ----: | -------- |",
      "| check  |    97 | 1.4: met |",
      "| record | 1,204 |          |",
    ].join("\n"),
  );
});

it("replaces one part of the page and leaves the others, however often", () => {
  const page = "# Page\n\n<!-- a -->\nold\n<!-- /a -->\n\n<!-- b -->\nkept\n<!-- /b -->\n";
  const once = withPart(page, "a", "new\n");
  expect(once).toBe("# Page\n\n<!-- a -->\n\nnew\n\n<!-- /a -->\n\n<!-- b -->\nkept\n<!-- /b -->\n");
  expect(withPart(once, "a", "new\n")).toBe(once);
  expect(() => withPart(page, "c", "new\n")).toThrow("has no part c");
});

it.each([
  ["startup", "benchmarks"],
  ["contention", "benchmarks"],
  ["growth", "benchmarks"],
  ["usage", "benchmarks"],
  ["report", "benchmarks"],
  ["fleet", "benchmarks"],
  ["forecast", "forecasts"],
])("finds the part %s in docs/%s.md, and its command", (name, file) => {
  const page = readFileSync(`docs/${file}.md`, "utf8");
  expect(withPart(page, name, "figures")).toContain(`<!-- ${name} -->\n\nfigures\n<!-- /${name} -->`);
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(page).toContain(`npm run bench:${name}`);
  expect(scripts[`bench:${name}`]).toBe(`node bench/${name}.ts`);
});

it("says whether a figure keeps to its target, and takes no missing figure for one that does", () => {
  expect([atMost(1.4, 1.4), atMost(1.41, 1.4), atMost(Number.NaN, 1.4)]).toEqual([
    "1.4: met",
    "1.4: missed",
    "1.4: missed",
  ]);
  expect([atLeast(3, 3), atLeast(2.9, 3), atLeast(Number.NaN, 3)]).toEqual(["3: met", "3: missed", "3: missed"]);
  expect([median([3, 1, 2]), median([])]).toEqual([2, Number.NaN]);
});
