import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { faultsOf } from "../support/workflow/faults.ts";
import { EXAMPLES, examples, exampleText, ownWorkflows, pastedWorkflows } from "./written-workflows.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const all = [...examples(), ...ownWorkflows(), ...pastedWorkflows()];

describe("every workflow in the repository", () => {
  it.each(all)("in $place is valid to GitHub and to actionlint", async ({ text }) => {
    const found = await faultsOf(text);
    // guard's inputs are filled in again for its post step, so they may name a step that comes later.
    const later = /property "agent" is not defined in object type \{\}|Context access might be invalid: agent/;
    expect(
      found.filter((fault) => !(text.includes("uses: anthropics/claude-code-action@v1") && later.test(fault))),
    ).toEqual([]);
  });
});

describe("the checks find", () => {
  const planted: readonly (readonly [string, string, string, RegExp])[] = [
    ["an input our action hasn't", "monthly-budget:", "monthly-buget:", /Invalid action input 'monthly-buget'/],
    ["an output our action hasn't", "gate.outputs.hold", "gate.outputs.holt", /holt/],
    ["an output of a job that it hasn't", "needs.gate.outputs.allowed", "needs.gate.outputs.alowed", /alowed/],
    ["an input another action hasn't", "anthropic_api_key:", "anthropic-api-key:", /Invalid action input/],
    ["an output another action hasn't", "outputs.execution_file", "outputs.execution-file", /execution-file/],
    ["a job that isn't there", "needs: gate\n", "needs: gates\n", /gates/],
    ["a key GitHub doesn't know", "timeout-minutes", "timeout-minuets", /timeout-minuets/],
    ["a permission GitHub doesn't know", "pull-requests: write", "pullrequests: write", /pullrequests/],
    ["a condition that can't be read", "== 'true'", "= 'true'", /expression|symbol|unexpected/i],
    ["a runner that isn't there", "ubuntu-latest", "ubuntu-lastest", /ubuntu-lastest/],
    ["an action nobody knows", "anthropics/claude-code-action@", "anthropic/claude-code-action@", /Unable to resolve/],
  ];

  it.each(planted)("%s", async (_, right, wrong, fault) => {
    const text = exampleText("gate-and-work");
    expect(text).toContain(right);
    expect((await faultsOf(text.replace(right, wrong))).join("\n")).toMatch(fault);
  });

  it("what a stranger may write, filled into a script", async () => {
    const text = exampleText("gemini").replace('echo "$ANSWER"', `echo \${{ github.event.issue.title }}`);
    expect((await faultsOf(text)).join("\n")).toMatch(/potentially untrusted/);
  });

  it("an input that another action requires", async () => {
    const text = exampleText("shared-budget").replace(/^ +private-key: .*\n/m, "");
    expect((await faultsOf(text)).join("\n")).toMatch(/private-key/);
  });
});

type Step = { readonly uses?: string; readonly run?: string };
type Workflow = { readonly permissions?: object; readonly jobs: Readonly<Record<string, { steps?: readonly Step[] }>> };

describe("every example", () => {
  const written = EXAMPLES.map((name) => {
    const path = name === "gh-aw" ? "examples/gh-aw.md" : `examples/${name}.yml`;
    return { name, text: readFileSync(path, "utf8"), workflow: parse(exampleText(name)) as Workflow };
  });

  it.each(written)("$name says in two lines what it is for", ({ text }) => {
    const [first = "", second = "", third = ""] = text.replace(/^---\n/, "").split("\n");
    for (const line of [first, second]) {
      expect(line).toMatch(/^# \w.{20,}/);
      expect(line.length).toBeLessThanOrEqual(120);
    }
    expect(third).toMatch(/^name: /);
  });

  it.each(written)("$name gives no right to all its jobs", ({ workflow }) => {
    expect(workflow.permissions).toEqual({});
    for (const job of Object.values(workflow.jobs)) expect(job).toHaveProperty("permissions");
  });

  it.each(written)("$name pins other people's actions by their commit, and ours by this version", ({ text }) => {
    const uses = [...text.matchAll(/uses: (\S+)( # v[\d.]+)?$/gm)].map(([, action = "", tag]) => ({ action, tag }));
    expect(uses.length).toBeGreaterThan(0);
    for (const { action, tag } of uses) {
      if (action.startsWith("token-budget/")) expect(action).toBe(`token-budget/token-budget@v${version}`);
      else {
        expect(action).toMatch(/@[0-9a-f]{40}$/);
        expect(tag).toBeDefined();
      }
    }
  });

  it.each(written)("$name fills nothing into a script", ({ workflow }) => {
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps ?? []);
    for (const { run = "" } of steps) expect(run).not.toContain("$" + "{{");
  });
});
