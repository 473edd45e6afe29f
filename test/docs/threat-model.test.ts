import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const text = readFileSync("docs/threat-model.md", "utf8");
const named = [...text.matchAll(/\[([^\]]+)\]\((\.\.\/test\/[^)]+)\)/g)].map(([, name = "", path = ""]) => ({
  name,
  path,
}));

it("the threat model names tests", () => {
  expect(named.length).toBeGreaterThan(8);
});

it.each(named)("there is a test that $name", ({ name, path }) => {
  expect(readFileSync(join("docs", path), "utf8")).toContain(name);
});
