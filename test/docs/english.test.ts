import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findingsIn, type Passage, passagesOfLines, passagesOfPage, passagesOfSource, RULES } from "./plain-english.ts";

const read = (file: string) => readFileSync(file, "utf8");
const files = (...patterns: string[]) =>
  patterns.flatMap((pattern) => globSync(pattern).map((file) => file.replaceAll("\\", "/"))).toSorted();

const texts: ReadonlyMap<string, readonly Passage[]> = new Map([
  ...files("*.md", "docs/**/*.md", ".changeset/*.md").flatMap(proseAndTables),
  ...files(
    "action.yml",
    "token-budget*.schema.json",
    "examples/*.{yml,md}",
    "examples/*/*.mjs",
    ".github/**/*.yml",
  ).map((file) => [file, passagesOfLines(file, read(file))] as const),
  ...files("src/**/*.ts").map((file) => [file, passagesOfSource(file, read(file))] as const),
]);

/** The lines of a page apart from the rows of its tables, many of which are generated. */
function proseAndTables(file: string): readonly (readonly [string, readonly Passage[]])[] {
  const passages = passagesOfPage(file, read(file));
  return [
    [file, passages.filter(({ text }) => !text.startsWith("|"))],
    [`${file} (tables)`, passages.filter(({ text }) => text.startsWith("|"))],
  ];
}

describe("the English of what people read", () => {
  it("is looked at in pages, examples, inputs and the texts of the program", () => {
    for (const file of ["README.md", "docs/adr/0007-http-clients.md", "examples/codex.yml", "action.yml"]) {
      expect(texts.get(file)?.length).toBeGreaterThan(5);
    }
    expect([...texts.keys()].filter((file) => file.startsWith("src/")).length).toBeGreaterThan(100);
  });

  it.each([...texts])("is plain in %s", (_, passages) => {
    expect(findingsIn(passages)).toEqual([]);
  });
});

describe("a rule", () => {
  it.each([
    ["tells the channel", "tells"],
    ["print it anew", "anew"],
    ["what to mend", "mend"],
    ["lets the money set aside go", "lets the money set aside go"],
    ["what it brought about", "brought about"],
    ["they stand on the branch", "stand on"],
    ["`repair: true` puts them right", "puts them right"],
    ["a branch of its own", "of its own"],
    ["the job goes on", "goes on"],
    ["one step asks for the money", "asks for the money"],
    ["Budgets within the budget", "Budgets within the budget"],
    ["So it is. Who settles no hold waits below the window.", ". Who settles no hold waits below the window."],
    ["the hold that is named, else the only one", ", else the"],
    ["prices are kept for ever", "for ever"],
    ["without colours", "colours"],
  ])("finds %j", (text, found) => {
    expect(findingsIn([{ file: "a.md", line: 1, text }])).toEqual([expect.stringContaining(`a.md:1 "${found}" → `)]);
  });

  it.each([
    "A recommended, amended foretelling of untold costs",
    "It lets a run go through, and let us go to the branch",
    "The stand-in stands in for GitHub and stands for the estimate",
    "It puts the right figure first, on its own branch",
    "Who may start a run?",
    "Who did it.",
    "| Who | Can | Can't |",
    "Anyone who may edit a workflow can remove the step.",
    "if a; then b; else c; fi, or somewhere else the file is missing",
    "The run was cancelled; its result is `cancelled`",
  ])("leaves alone %j", (text) => {
    expect(findingsIn([{ file: "a.md", line: 1, text }])).toEqual([]);
  });

  it("is one of fifteen, each with what to write instead", () => {
    expect(RULES).toHaveLength(15);
    const guide = read("CONTRIBUTING.md");
    for (const { instead } of RULES) expect(guide).toContain(instead);
  });
});

describe("the text of a file", () => {
  it("leaves out the code of a page, but not its comments, and the titles of tests", () => {
    const page = "Run `mend` or [mends it](../test/a.test.ts).\n```sh\nmend # anew\n```\nSee [how](mend.md).";
    expect(passagesOfPage("a.md", page).map(({ text }) => text)).toEqual([
      "Run X or X.",
      "",
      " # anew",
      "",
      "See [how].",
    ]);
  });

  it("is every sentence of a source with the line it is on, its comments and names left out", () => {
    const source = `import a from "./mend.ts";\n// mend it\nsay(\`lets \${a}\ngo anew\`, "told", "is told");`;
    const passages = passagesOfSource("a.ts", source);
    expect(passages).toEqual([
      { file: "a.ts", line: 3, text: "lets X\ngo anew" },
      { file: "a.ts", line: 4, text: "is told" },
    ]);
    expect(findingsIn(passages)).toEqual([
      'a.ts:4 "anew" → again',
      'a.ts:4 "told" → report, print, notify, announce, name',
    ]);
  });
});
