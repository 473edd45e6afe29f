import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  renderAction,
  renderOutputSchema,
  renderPolicySchema,
  renderReportSchema,
} from "../../scripts/generate-schemas.ts";
import { COMMANDS, COMMANDS_OF, takes } from "../../src/inputs/commands/table.ts";
import { type NamedOption, OPTIONS, optionNamed, propertyOf } from "../../src/inputs/options.ts";
import { OUTPUTS } from "../../src/inputs/outputs.ts";
import { parseInputs } from "../../src/inputs/parse-inputs.ts";
import { policySchema } from "../../src/inputs/policy/policy.ts";

const actionText = readFileSync("action.yml", "utf8");
const schemaText = readFileSync("token-budget.schema.json", "utf8");
const action = parse(actionText) as {
  inputs: Record<string, { description: string; default?: string }>;
  outputs: Record<string, { description: string }>;
  runs: Record<string, string>;
};
const options: readonly NamedOption[] = OPTIONS;

/** What no input may say, or override. */
const POLICY_ALONE = [
  "prices",
  "reserve",
  "approval-environment",
  "admit",
  "budgets",
  "required-tags",
  "large-run",
  "models",
  "statements",
  "meter-hosts",
  "meter-batches",
];

describe("action.yml", () => {
  it("is what the tables say", () => {
    expect(actionText).toBe(renderAction());
  });

  it("declares every input of the Action and no other", () => {
    const names = options.filter((option) => option.only !== "terminal").map((option) => option.name);
    expect(Object.keys(action.inputs)).toEqual(["command", ...names]);
    expect(Object.keys(action.outputs)).toEqual(Object.keys(OUTPUTS));
  });

  it("gives no default where the policy file may speak", () => {
    for (const name of Object.keys(policySchema.shape)) {
      if (!POLICY_ALONE.includes(name)) expect(optionNamed(name as "name").policy, name).toBe(true);
    }
    for (const option of options.filter((row) => row.policy)) {
      expect(Object.keys(policySchema.shape)).toContain(option.name);
      expect(action.inputs[option.name]).not.toHaveProperty("default");
    }
  });

  it("says every default in the description", () => {
    for (const [name, input] of Object.entries(action.inputs)) {
      expect(input.description, name).toMatch(/Default: |no default/);
    }
  });

  it("runs on Node 24, and again when the job ends, whatever became of it", () => {
    expect(action.runs).toEqual({ using: "node24", main: "dist/main.js", post: "dist/post.js", "post-if": "always()" });
  });

  it("takes contexts that may stand in a default", () => {
    const contexts = options.flatMap((option) => (option.context === undefined ? [] : [option.context]));
    for (const context of contexts) expect(context).toMatch(/^(github|strategy|matrix|job|runner)\./);
  });
});

describe("the table of options", () => {
  it("has every command take something, and every option belong to a command of its edge", () => {
    for (const command of COMMANDS) expect(options.some(({ name }) => takes(command, name))).toBe(true);
    for (const option of options) {
      const commands = option.only === undefined ? Object.values(COMMANDS_OF).flat() : COMMANDS_OF[option.only];
      expect(
        commands.some((command) => takes(command, option.name)),
        option.name,
      ).toBe(true);
    }
  });

  it("has the properties that inputs come under", () => {
    expect(propertyOf("cached-input-tokens")).toBe("cachedInputTokens");
    expect(parseInputs("check", { "hold-minutes": "5" })).toHaveProperty("holdMinutes", 5);
  });
});

describe("token-budget.schema.json", () => {
  const validate = new Ajv({ strict: true }).compile(JSON.parse(schemaText) as object);

  it("is what the policy's schema says", () => {
    expect(schemaText).toBe(renderPolicySchema());
  });

  it.each([
    [{}, true],
    [{ "monthly-budget": 15, estimate: "auto", alerts: [75, 90], notify: { discord: "all" } }, true],
    [{ prices: { m: { input: 1.2, output: 4.8 } } }, true],
    [{ "monthly-budgett": 15 }, false],
    [{ "monthly-budget": "15" }, false],
    [{ "monthly-budget": -1 }, false],
    [{ notify: { discord: ["nothing"] } }, false],
    [{ prices: { m: { inputt: 1 } } }, false],
  ])("takes %j: %s", (policy, valid) => {
    expect(validate(policy)).toBe(valid);
  });
});

describe("token-budget-output.schema.json", () => {
  const text = readFileSync("token-budget-output.schema.json", "utf8");
  const validate = new Ajv({ strict: true }).compile(JSON.parse(text) as object);
  const status = { command: "status", message: "m", failed: false, notes: [] };

  it("is what the form of --json says", () => {
    expect(text).toBe(renderOutputSchema());
  });

  it.each([
    [status, true],
    [{ ...status, spent: 1.25, budgets: [] }, true],
    [{ ...status, aKeyOfLater: 1 }, true],
    [{ ...status, spent: "1.25" }, false],
    [{ ...status, notes: undefined }, false],
    [{ ...status, command: "guard" }, false],
  ])("takes %j: %s", (answer, valid) => {
    expect(validate(JSON.parse(JSON.stringify(answer)))).toBe(valid);
  });
});

describe("token-budget-report.schema.json", () => {
  it("is what the form of a report says", () => {
    expect(readFileSync("token-budget-report.schema.json", "utf8")).toBe(renderReportSchema());
  });
});
