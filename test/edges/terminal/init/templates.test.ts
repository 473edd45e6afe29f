import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { renderTemplates } from "../../../../scripts/generate-templates.ts";
import { type Answers, completed } from "../../../../src/edges/terminal/init/answers.ts";
import { nextSteps } from "../../../../src/edges/terminal/init/next-steps.ts";
import { plannedFiles } from "../../../../src/edges/terminal/init/render-files.ts";
import { METERED_AGENTS } from "../../../../src/edges/terminal/init/template.ts";
import { MAINTENANCE_TEMPLATES, METERED_TEMPLATES, TEMPLATES } from "../../../../src/edges/terminal/init/templates.ts";
import { COMMANDS, type Command, takes } from "../../../../src/inputs/commands/table.ts";
import { MAINTENANCE } from "../../../../src/inputs/list-kinds.ts";
import { AGENTS, type OptionName } from "../../../../src/inputs/options.ts";
import { parseInputs } from "../../../../src/inputs/parse-inputs.ts";
import { decodePolicy } from "../../../../src/inputs/policy/decode.ts";
import { POLICY_PATH } from "../../../../src/inputs/policy/policy-path.ts";
import { nanoOf } from "../../../../src/values/money.ts";

type Step = {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
};
type Workflow = {
  readonly name: string;
  readonly on?: {
    readonly workflow_dispatch?: {
      readonly inputs?: Readonly<Record<string, { readonly options?: readonly string[] }>>;
    };
  };
  readonly jobs: Readonly<Record<string, { readonly steps?: readonly Step[] }>>;
};

const answers = (agent: Answers["agent"], discord = false, maxCost?: Answers["maxCost"]): Answers => ({
  ...{ agent, maxCost },
  monthlyBudget: nanoOf(22.5),
  runCost: nanoOf(0.123456789),
  timezone: "America/Argentina/Buenos_Aires",
  isGuess: false,
  discord,
  workflows: [],
});

const WORKFLOWS = [
  ...AGENTS.map((agent) => ({ agent, meter: false, template: TEMPLATES[agent] })),
  ...METERED_AGENTS.map((agent) => ({ agent, meter: true, template: METERED_TEMPLATES[agent] })),
];
const CASES = WORKFLOWS.flatMap((of) => [true, false].map((discord) => ({ ...of, discord })));

it("are what the examples make of them", () => {
  expect(readFileSync("src/edges/terminal/init/templates.ts", "utf8")).toBe(renderTemplates());
});

describe.each(CASES)("the workflow for $agent, meter: $meter, discord: $discord", (given) => {
  const { agent, meter, discord, template } = given;
  const told = answers(agent, discord, meter ? nanoOf(0.75) : undefined);
  const [workflow, policy] = plannedFiles(told, [template], POLICY_PATH);
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

  it("meters the agent where that was asked for, up to the cost that was answered", () => {
    const gates = ours.filter(({ with: inputs = {} }) => inputs["meter"] !== undefined);
    expect(gates.map(({ with: inputs = {} }) => [inputs["meter"], inputs["max-cost"]])).toEqual(
      meter ? [[true, 0.75]] : [],
    );
    expect(text).not.toMatch(/[^/]docs\//);
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
    const steps = nextSteps({
      answers: told,
      template,
      files: [],
      repository: undefined,
      columns: 80,
    });
    const set = [...steps.matchAll(/gh secret set (\w+)/g)].map(([, secret = ""]) => secret);
    expect(set).toEqual([...new Set(set)]);
    expect(set).toEqual(expect.arrayContaining(used));
    expect(set.includes("DISCORD_WEBHOOK")).toBe(discord);
  });
});

it.each([
  [{ meter: true }, 1.4],
  [{ meter: true, runCost: nanoOf(0.1) }, 0.4],
  [{ meter: true, runCost: nanoOf(5) }, 15],
  [{ meter: true, runCost: nanoOf(5), monthlyBudget: nanoOf(12) }, 12],
  [{ meter: true, maxCost: nanoOf(0.25) }, 0.25],
  [{ meter: false }, undefined],
  [{}, undefined],
])("stops a metered run at four times its usual cost where nobody says: %j", (given, dollars) => {
  const { maxCost } = completed({ command: "init", agent: "claude-code", ...given }, undefined);
  expect(maxCost).toBe(dollars === undefined ? undefined : nanoOf(dollars));
});

it("decodes policies with the line ends of Windows", async () => {
  const [, policy] = plannedFiles(answers("codex"), [TEMPLATES.codex], POLICY_PATH);
  const text = policy?.text ?? "";
  expect(await decodePolicy(text.replaceAll("\n", "\r\n"))).toEqual(await decodePolicy(text));
});

describe("the policy file", () => {
  const policyOf = (given: Partial<Answers>) =>
    plannedFiles({ ...answers("codex"), ...given }, [], POLICY_PATH).map(({ text }) => text)[0] ?? "";

  it("names this release's schema for editors first", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    const url = `https://raw.githubusercontent.com/token-budget/token-budget/v${version}/token-budget.schema.json`;
    expect(policyOf({}).split("\n")[0]).toBe(`# yaml-language-server: $schema=${url}`);
  });

  it.each([true, false])("calls the cost of a run a guess where nobody named one: %s", (isGuess) => {
    expect(/default-estimate: .*; a guess for codex$/m.test(policyOf({ isGuess }))).toBe(isGuess);
  });

  it.each([
    [50, undefined],
    [54.99, undefined],
    [55, "5.5"],
    [200, "20"],
    [123.45, "12.35"],
  ])("of $%s proposes fewer milestones where there would be more than ten: %s", (dollars, proposed) => {
    const [, found] = /^# milestone-interval: (.*)$/m.exec(policyOf({ monthlyBudget: nanoOf(dollars) })) ?? [];
    expect(found).toBe(proposed);
  });
});

describe.each(MAINTENANCE)("the workflow for maintainers %s", (name) => {
  const { path, text, start } = MAINTENANCE_TEMPLATES[name];

  it.each([true, false])("gives our step inputs that it takes, discord: %s", (discord) => {
    const [file] = plannedFiles(answers("codex", discord), [MAINTENANCE_TEMPLATES[name]], undefined);
    const { on, jobs } = parse(file?.text ?? "") as Workflow;
    const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);
    expect(steps).toHaveLength(1);
    const { command, ...inputs } = steps[0]?.with ?? {};
    // A workflow of two commands asks which.
    const asked = on?.workflow_dispatch?.inputs?.["command"]?.options ?? [];
    const commands = asked.length > 0 ? asked : [command];
    for (const one of commands) expect(COMMANDS).toContain(one);
    const isTaken = (input: string) => commands.some((one) => takes(one as Command, input as OptionName));
    expect(Object.keys(inputs).filter((input) => !isTaken(input))).toEqual([]);
    expect("discord-webhook" in inputs).toBe(discord);
    // Only a named channel can be the one that escalations go to.
    if (command === "alerts") expect(inputs["channels"]).toBe("$" + "{{ secrets.BUDGET_CHANNELS }}");
  });

  it("is the example of the same file name, and can be started by hand", () => {
    expect(text).toBe(readFileSync(`examples/${path.split("/").at(-1)}`, "utf8"));
    expect(start.kind).toBe("command");
  });
});
