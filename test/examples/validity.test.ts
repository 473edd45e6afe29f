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
    expect(found.filter((fault) => !isOfLaterStep(fault, text))).toEqual([]);
  });

  it("that names a step which isn't there is found out", async () => {
    const text = exampleText("claude-code").replace("steps.agent.outcome", "steps.agnet.outcome");
    expect((await faultsOf(text)).filter((fault) => !isOfLaterStep(fault, text)).join("\n")).toMatch(/agnet/);
  });
});

/** guard's inputs are filled in again for its post step, so they may name a step that comes later in the same job. */
function isOfLaterStep(fault: string, text: string): boolean {
  const [, line, id] = /^(\d+): (?:property "|Context access might be invalid: )([\w-]+)/.exec(fault) ?? [];
  const lines = text.split("\n");
  const [own = "", ...later] = lines.slice(Number(line ?? lines.length) - 1);
  const isOurs = /^ +(agent-outcome|usage-file): /.test(own) || /^ {12}\$\{\{ steps\.\w+\.outcome \}\}$/.test(own);
  return isOurs && later.some((one) => one.trim() === `- id: ${id}`);
}

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

type Step = {
  readonly id?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
};
type Workflow = { readonly permissions?: object; readonly jobs: Readonly<Record<string, { steps?: readonly Step[] }>> };

describe("every step that gates a whole job", () => {
  const jobs = [...examples(), ...pastedWorkflows()].flatMap(({ place, text }) =>
    Object.values((parse(text) as Workflow).jobs).map(({ steps = [] }) => ({ place, steps })),
  );
  const isGate = ({ uses = "", with: inputs = {} }: Step) =>
    uses.startsWith("token-budget/token-budget@") && (inputs["command"] ?? "guard") === "guard";
  const gates = jobs.flatMap(({ place, steps }) => steps.filter(isGate).map((gate) => ({ place, gate, steps })));

  it.each(gates)("in $place says how each agent of its job ended", ({ gate, steps }) => {
    const outcomes = gate.with?.["agent-outcome"] ?? "";
    const named = [...outcomes.matchAll(/\{\{ steps\.([\w-]+)\.outcome \}\}/g)].map(([, id]) => id);
    expect(named.length).toBeGreaterThan(0);
    expect(steps.map(({ id }) => id)).toEqual(expect.arrayContaining(named));
  });
});

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

  const agents = written.flatMap(({ name, workflow }) =>
    Object.values(workflow.jobs).flatMap(({ steps = [] }) =>
      steps.filter(({ uses }) => uses?.startsWith("anthropics/claude-code-action@")).map((step) => ({ name, step })),
    ),
  );

  it.each(agents)("$name limits the cost of its run to what the budget allows", ({ step }) => {
    expect(step.with?.["claude_args"]).toMatch(/--max-budget-usd \$\{\{ .*outputs\.max-cost \}\}/);
  });

  const geminis = written.flatMap(({ name, workflow }) =>
    Object.values(workflow.jobs).flatMap(({ steps = [] }) =>
      steps.filter(({ uses }) => uses?.startsWith("google-github-actions/")).map((step) => ({ name, step })),
    ),
  );

  it.each(geminis)("$name trusts the checkout: Gemini CLI ends at once without a person to ask", ({ step }) => {
    expect(step.env).toMatchObject({ GEMINI_CLI_TRUST_WORKSPACE: "true" });
  });

  it.each(written)("$name fills nothing into a script", ({ workflow }) => {
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps ?? []);
    for (const { run = "" } of steps) expect(run).not.toContain("$" + "{{");
  });
});
