import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { anchorsIn, linksIn } from "./pages.ts";

const read = (file: string) => readFileSync(file, "utf8");
const pages = ["*.md", "docs/**/*.md", "examples/**/*.md", ".github/**/*.{md,yml}"].flatMap((pattern) =>
  globSync(pattern),
);

/** Where this repository's files are on GitHub; such an address is checked like a path. */
const OWN_FILE = /^https:\/\/github\.com\/token-budget\/token-budget\/blob\/main\//;

const links = pages.flatMap((page) =>
  linksIn(read(page))
    .filter((target) => !/^(https?|mailto):/.test(target) || OWN_FILE.test(target))
    .map((target) => ({ page, target })),
);

/** What is wrong with a link on a page; undefined where it leads somewhere. */
function faultOf(page: string, target: string): string | undefined {
  const [path = "", anchor] = target.replace(OWN_FILE, "").split("#");
  const folder = OWN_FILE.test(target) ? "." : dirname(page);
  const file = path === "" ? page : normalize(join(folder, path));
  if (!existsSync(file)) return `${file} isn't there`;
  return anchor === undefined || anchorsIn(read(file)).includes(anchor) ? undefined : `${file} has no #${anchor}`;
}

describe("a link", () => {
  it.each(links)("in $page leads to $target", ({ page, target }) => {
    expect(faultOf(page, target)).toBeUndefined();
  });

  it("is found in text and pictures of pages, and by its whole address", () => {
    expect(links.length).toBeGreaterThan(200);
    for (const target of ["docs/images/job-summary.png", "LICENSE", "docs/versions.md#what-to-pin"]) {
      expect(links).toContainEqual({ page: "README.md", target });
    }
    expect(links.filter(({ target }) => OWN_FILE.test(target)).length).toBeGreaterThan(0);
  });

  it.each([
    ["a page that isn't there", "docs/none.md"],
    ["a heading that isn't there", "docs/versions.md#what-to-pinn"],
    ["a comment in code that looks like a heading", "#githubworkflowsagentyml"],
    ["an address of a file that isn't there", "https://github.com/token-budget/token-budget/blob/main/docs/none.md"],
  ])("to %s is found out", (_, target) => {
    expect(faultOf("README.md", target)).toBeDefined();
  });
});

describe("the links of a page", () => {
  it("are found in text, pictures, tables, references and HTML, and not in code", () => {
    const page = [
      "[a](a.md) ![b](b.png) [![c](c.png)](d.md) [e]",
      "| [f](f.md) |\n| --- |\n| [g](g.md) |",
      '<td><img src="h.png"> <a href="i.md">I</a></td>',
      "`[no](no.md)`\n\n```md\n[no](no.md)\n```",
      "[e]: e.md",
    ].join("\n\n");
    const found = ["a.md", "b.png", "c.png", "d.md", "e.md", "f.md", "g.md", "h.png", "i.md"];
    expect(linksIn(page).toSorted()).toEqual(found);
  });
});

describe("the program's own links", () => {
  const shown = globSync("src/**/*.ts").flatMap((file) =>
    [...read(file).matchAll(/https:\/\/github\.com\/token-budget\/token-budget\/blob\/main\/[\w./#-]+/g)].map(
      ([target]) => ({ file, target }),
    ),
  );

  it.each(shown)("in $file lead to $target", ({ file, target }) => {
    expect(faultOf(file, target)).toBeUndefined();
  });

  it("are there", () => {
    expect(shown.length).toBeGreaterThan(0);
  });
});

describe("the anchors of a page", () => {
  it("are those that GitHub makes of its headings", () => {
    const page = [
      "# How to …",
      "## A fork's `pull request`, after [a review](other.md#x)",
      "```sh\n# no heading\n```",
      "## Again\n## Again",
      "Under\n=====",
    ].join("\n\n");
    expect(anchorsIn(page)).toEqual(["how-to-", "a-forks-pull-request-after-a-review", "again", "again-1", "under"]);
  });
});
