import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { TEMPLATES } from "../../src/edges/terminal/init/templates.ts";

type Step = { readonly uses: string; readonly with?: Readonly<Record<string, unknown>> };

/** Everything that shows people a checkout: pages, examples, our own workflows, what `init` writes. */
const shown = [
  ...["*.md", "docs/**/*.md", "examples/**/*.{yml,md}", ".github/**/*.{yml,md}", "action.yml"].flatMap((pattern) =>
    globSync(pattern).map((place) => ({ place, text: readFileSync(place, "utf8") })),
  ),
  ...Object.values(TEMPLATES).map(({ path, text }) => ({ place: `init: ${path}`, text })),
].filter(({ text }) => text.includes("actions/checkout@"));

/** What is YAML in a text: all of it, a page's snippets, or an agentic workflow's frontmatter. */
function yamlIn(place: string, text: string): readonly string[] {
  if (!place.endsWith(".md")) return [text];
  const fenced = [...text.matchAll(/^ *```ya?ml\n(.*?)^ *```/gms)].map(([, block = ""]) => block);
  const [, frontmatter] = /^---\n(.*?)^---$/ms.exec(text) ?? [];
  return frontmatter === undefined ? fenced : [frontmatter, ...fenced];
}

/** The checkouts in a value of YAML, whether it is a whole workflow or a list of steps. */
function checkoutsIn(value: unknown): readonly Step[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.values(value).flatMap(checkoutsIn);
  const { uses } = value as Partial<Step>;
  return uses?.startsWith("actions/checkout@") === true ? [value as Step, ...inside] : inside;
}

describe("every checkout that is shown", () => {
  it("is looked for in the quick start, the examples and what init writes", () => {
    const places = shown.map(({ place }) => place);
    expect(places).toEqual(
      expect.arrayContaining(["README.md", "docs/how-to.md", "examples/claude-code.yml", "examples/book-apart.yml"]),
    );
    expect(places.filter((place) => place.startsWith("init: ")).length).toBeGreaterThan(3);
  });

  it.each(shown)("in $place leaves no token behind", ({ place, text }) => {
    const checkouts = yamlIn(place, text).flatMap((yaml) => checkoutsIn(parse(yaml)));
    // One that is in no YAML would be seen by nobody.
    expect(checkouts).toHaveLength(text.split("actions/checkout@").length - 1);
    for (const { with: inputs } of checkouts) expect(inputs).toMatchObject({ "persist-credentials": false });
  });
});
