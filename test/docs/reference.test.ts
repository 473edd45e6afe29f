import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { GENERATED_PAGES } from "../../scripts/generate-reference.ts";
import { COMMANDS } from "../../src/inputs/commands/table.ts";
import { NOTIFY_KINDS } from "../../src/inputs/list-kinds.ts";
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

it("has every command of the reference's table", () => {
  const table = page.slice(page.indexOf("## Commands"), page.indexOf("## Inputs"));
  const named = [...table.matchAll(/^\| `([a-z]+)`/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual([...COMMANDS].toSorted());
});

it("says of every kind of message when it is sent", () => {
  const messages = readFileSync("docs/discord.md", "utf8");
  const table = messages.slice(
    messages.indexOf("## Messages"),
    messages.indexOf("```yaml", messages.indexOf("## Messages")),
  );
  const named = [...table.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, kinds = ""]) =>
    [...kinds.matchAll(/`([a-z]+)`/g)].map(([, kind]) => kind),
  );
  expect(named.toSorted()).toEqual([...NOTIFY_KINDS].toSorted());
});

it("says of every reason but ok what to do", () => {
  const troubles = readFileSync("docs/troubleshooting.md", "utf8");
  const headed = [...troubles.matchAll(/^## (.*)$/gm)].flatMap(([, heading = ""]) =>
    [...heading.matchAll(/`([a-z-]+)`/g)].map(([, reason]) => reason),
  );
  expect(headed).toEqual(expect.arrayContaining(REASONS.filter((reason) => reason !== "ok")));
  expect(new Set(headed).size).toBe(headed.length);
});

it("finds every command in the README's table", () => {
  const readme = readFileSync("README.md", "utf8");
  const named = [...readme.matchAll(/^\| `([a-z]+)/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual([...COMMANDS, "completion"].toSorted());
});
