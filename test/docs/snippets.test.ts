import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { OUTPUTS } from "../../src/inputs/outputs.ts";
import { decodePolicy } from "../../src/inputs/policy/decode.ts";
import { policySchema } from "../../src/inputs/policy/policy.ts";

type Step = { readonly uses?: string; readonly with?: Readonly<Record<string, unknown>> };

const action = parse(readFileSync("action.yml", "utf8")) as { inputs: object };
const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
/** The tag that every release of this major version moves. */
const MAJOR = `v${version.split(".")[0]}`;

/** The major version of each action that the examples pin by commit. */
const TAGS_IN_EXAMPLES = new Map(
  globSync("examples/*.{yml,md}").flatMap((path) =>
    [...readFileSync(path, "utf8").matchAll(/uses: (\S+)@[0-9a-f]{40} # (v\d+)\./g)].map(
      ([, name = "", major = ""]) => [name, major] as const,
    ),
  ),
);
const listed = JSON.parse(readFileSync("test/fixtures/actions.json", "utf8")) as Readonly<
  Record<string, { readonly inputs: readonly string[] }>
>;

const snippets = ["README.md", ...globSync("docs/**/*.md")].flatMap((page) =>
  [...readFileSync(page, "utf8").matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = ""]) => ({ page, text })),
);

const WORKFLOW_KEYS = ["name", "on", "permissions", "env", "concurrency", "jobs"];

/** The steps in a snippet, whether it is a list of them or a whole workflow. */
function stepsIn(value: unknown): Step[] {
  if (Array.isArray(value)) return value.flatMap(stepsIn);
  if (typeof value !== "object" || value === null) return [];
  return "uses" in value ? [value as Step] : Object.values(value).flatMap(stepsIn);
}

/** Whether a snippet is a list of steps, whatever actions they use. */
function isStepList(value: unknown): boolean {
  return Array.isArray(value) && value.every((step: object) => "uses" in step || "run" in step);
}

describe("what the pages say to paste", () => {
  it.each(snippets)("in $page is a workflow's or a policy's: $text", async ({ text }) => {
    const value: unknown = parse(text);
    const steps = stepsIn(value).filter(({ uses }) => uses?.startsWith("token-budget/"));
    const isOfWorkflow = isStepList(value) || Object.keys(value as object).every((key) => WORKFLOW_KEYS.includes(key));
    if (steps.length === 0 && !isOfWorkflow) {
      expect(Object.keys(policySchema.shape)).toEqual(expect.arrayContaining(Object.keys(value as object)));
      await expect(decodePolicy(text, ".github/token-budget.yml")).resolves.toBeDefined();
    }
    for (const step of steps) {
      expect(step.uses).toBe(`token-budget/token-budget@${MAJOR}`);
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})));
    }
  });

  const others = snippets
    .flatMap(({ page, text }) => stepsIn(parse(text)).map((step) => ({ page, ...step })))
    .filter(({ uses }) => uses !== undefined && !uses.startsWith("token-budget/"));

  it.each(others)("in $page agrees with the examples on $uses and its inputs", ({ uses = "", with: inputs = {} }) => {
    const [name = "", tag] = uses.split("@");
    expect(tag).toBe(TAGS_IN_EXAMPLES.get(name));
    expect(listed[name]?.inputs).toEqual(expect.arrayContaining(Object.keys(inputs)));
  });

  it("names no output that isn't there", () => {
    for (const { text } of snippets) {
      const names = [...text.matchAll(/steps\.gate\.outputs\.([\w-]+)/g)].map(([, name]) => name);
      expect(Object.keys(OUTPUTS)).toEqual(expect.arrayContaining(names));
    }
  });
});
