import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

type Field = { readonly type: string; readonly id?: string; readonly attributes: Readonly<Record<string, unknown>> };
type Form = {
  readonly name: string;
  readonly description: string;
  readonly labels: readonly string[];
  readonly body: readonly Field[];
};

const read = (file: string) => readFileSync(file, "utf8");

describe("the forms for issues", () => {
  const forms = globSync(".github/ISSUE_TEMPLATE/{bug,feature}.yml").map((file) => ({
    file,
    form: parse(read(file)) as Form,
  }));

  it("are for what is wrong and for what is missing", () => {
    expect(forms.map(({ form }) => form.name).toSorted()).toEqual(["Something is missing", "Something is wrong"]);
  });

  it.each(forms)("$file has fields that GitHub can show, each with its own id", ({ form }) => {
    expect(form.description.length).toBeGreaterThan(0);
    expect(form.labels).toHaveLength(1);
    const fields = form.body.filter(({ type }) => type !== "markdown");
    expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
    for (const { type, attributes } of form.body) {
      expect(["markdown", "textarea", "input", "dropdown"]).toContain(type);
      expect(attributes).toHaveProperty(type === "markdown" ? "value" : "label");
    }
  });

  it.each(forms)("$file warns of secrets", ({ form }) => {
    expect(JSON.stringify(form.body[0])).toContain("leave out tokens and webhook URLs");
  });
});

describe("the version of Node for developers", () => {
  it("is the runner's, and that of every workflow here", () => {
    const version = read(".node-version").trim();
    const { runs } = parse(read("action.yml")) as { runs: { using: string } };
    expect(`node${version}`).toBe(runs.using);
    const named = globSync(".github/workflows/*.yml").flatMap((file) =>
      [...read(file).matchAll(/node-version: (\d+)$/gm)].map(([, one]) => one),
    );
    expect(new Set(named)).toEqual(new Set([version]));
  });
});

describe("the owners of the code", () => {
  it("own every file", () => {
    const rules = read(".github/CODEOWNERS")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(rules[0]).toMatch(/^\* @[\w-]+\/[\w-]+$/);
  });
});
