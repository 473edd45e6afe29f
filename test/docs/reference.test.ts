import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { GENERATED_PAGES } from "../../scripts/generate-reference.ts";
import { COMMANDS } from "../../src/inputs/commands.ts";
import { REASONS } from "../../src/values/errors.ts";

const page = readFileSync("docs/reference.md", "utf8");

it.each(Object.entries(GENERATED_PAGES))("%s has the tables that the code goes by", (name, render) => {
  const written = readFileSync(name, "utf8");
  expect(written).toBe(render(written));
});

it("names every input and output of action.yml and every reason", () => {
  const action = parse(readFileSync("action.yml", "utf8")) as Record<"inputs" | "outputs", object>;
  const names = [...Object.keys(action.inputs), ...Object.keys(action.outputs), ...REASONS];
  for (const name of names) expect(page).toContain(`\`${name}\``);
});

it("finds every command in the README's table", () => {
  const readme = readFileSync("README.md", "utf8");
  const named = [...readme.matchAll(/^\| `([a-z]+)/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual([...COMMANDS, "completion"].toSorted());
});
