import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { renderTemplates } from "../../../../scripts/generate-templates.ts";
import type { Answers } from "../../../../src/edges/terminal/init/answers.ts";
import { nextSteps } from "../../../../src/edges/terminal/init/next-steps.ts";
import { plannedFiles } from "../../../../src/edges/terminal/init/render-files.ts";
import { TEMPLATES } from "../../../../src/edges/terminal/init/templates.ts";
import { AGENTS } from "../../../../src/inputs/options.ts";
import { parseInputs } from "../../../../src/inputs/parse-inputs.ts";
import { decodePolicy } from "../../../../src/inputs/policy/decode.ts";
import { nanoOf } from "../../../../src/values/money.ts";

type Step = {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
};
type Workflow = {
  readonly name: string;
  readonly jobs: Readonly<Record<string, { readonly steps?: readonly Step[] }>>;
};

const answers = (agent: Answers["agent"], discord = false): Answers => ({
  agent,
  monthlyBudget: nanoOf(22.5),
  runCost: nanoOf(0.123456789),
  timezone: "America/Argentina/Buenos_Aires",
  discord,
});

const CASES = AGENTS.flatMap((agent) => [true, false].map((discord) => ({ agent, discord })));

it("are what the examples make of them", () => {
  expect(readFileSync("src/edges/terminal/init/templates.ts", "utf8")).toBe(renderTemplates());
});

describe.each(CASES)("the workflow for $agent, discord: $discord", ({ agent, discord }) => {
  const template = TEMPLATES[agent];
  const [workflow, policy] = plannedFiles(answers(agent, discord), template);
  const text = workflow?.text ?? "";
  const { name, jobs } = parse(template.compile === undefined ? text : (text.split(/^---$/m)[1] ?? "")) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);
  const ours = steps.filter(({ uses }) => uses?.startsWith("token-budget/token-budget@"));

  it("parses, and gives our steps inputs that they take", () => {
    expect(name).toBe(agent);
    expect(ours.length).toBeGreaterThan(0);
    for (const { with: inputs = {} } of ours) {
      const raw = Object.entries(inputs).filter(([input]) => input !== "discord-webhook" && input !== "result");
      // Before the agent's step has run, its outcome is empty.
      const texts = raw.map(([input, value]) => [
        input,
        String(value).replace(/^\$\{\{ steps\.agent\.outcome \}\}$/, ""),
      ]);
      const { command = "guard", ...rest } = Object.fromEntries(texts);
      const hold = rest["hold"] === undefined ? {} : { hold: "some-hold" };
      expect(() => parseInputs(command, { ...rest, ...hold }, "action")).not.toThrow();
    }
  });

  it("says how the agent ended, wherever the agent is a step of the same job", () => {
    for (const job of Object.values(jobs)) {
      const gate = (job.steps ?? []).find(
        ({ uses, with: inputs }) => uses?.startsWith("token-budget/") && inputs?.["command"] === undefined,
      );
      if (gate === undefined) continue;
      expect(gate.with?.["agent-outcome"]).toBe("$" + "{{ steps.agent.outcome }}");
      expect((job.steps ?? []).map(({ id }) => id)).toContain("agent");
    }
  });

  it("leaves the money to the policy file, and tells the channel only where that was asked for", () => {
    for (const { with: inputs = {} } of ours) {
      expect(inputs).not.toHaveProperty("monthly-budget");
    }
    // A step that only lets a hold go has nothing to tell.
    expect(ours.some(({ with: inputs = {} }) => "discord-webhook" in inputs)).toBe(discord);
    expect(text.includes("DISCORD_WEBHOOK")).toBe(discord);
  });

  it("stands beside a policy that says what was answered", async () => {
    expect(await decodePolicy(policy?.text ?? "")).toEqual({
      "monthly-budget": nanoOf(22.5),
      timezone: "America/Argentina/Buenos_Aires",
      "default-estimate": nanoOf(0.123456789),
    });
  });

  it("comes with every secret it uses, each once", () => {
    const used = [...text.matchAll(/secrets\.(\w+)/g)].map(([, secret = ""]) => secret);
    const steps = nextSteps({ answers: answers(agent, discord), template, files: [], repository: undefined });
    const set = [...steps.matchAll(/gh secret set (\w+)/g)].map(([, secret = ""]) => secret);
    expect(set).toEqual([...new Set(set)]);
    expect(set).toEqual(expect.arrayContaining(used));
    expect(set.includes("DISCORD_WEBHOOK")).toBe(discord);
  });
});

it("decodes policies with the line ends of Windows", async () => {
  const [, policy] = plannedFiles(answers("codex"), TEMPLATES.codex);
  const text = policy?.text ?? "";
  expect(await decodePolicy(text.replaceAll("\n", "\r\n"))).toEqual(await decodePolicy(text));
});
