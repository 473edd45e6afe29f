import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { booksOn } from "../e2e/action-world.ts";
import type { StandIn } from "../support/workflow/run-options.ts";
import { claudeCode } from "./agents.ts";
import { ON_A_RUNNER, useExamples } from "./example-world.ts";
import { exampleText, pastedWorkflows } from "./written-workflows.ts";

const world = useExamples({ ownProcesses: true });
const byHand = { event: { name: "workflow_dispatch" }, inputs: { prompt: "Mend it" } };

describe("the README's quick start", ON_A_RUNNER, () => {
  const [{ text } = { text: "" }] = pastedWorkflows().filter(({ place }) => place === "README.md");

  it("works as pasted", async () => {
    const result = await world.run(text, { ...byHand, ...claudeCode("success", 1) });
    expect(result.conclusion).toBe("success");
    expect((await booksOn(world.repo)).entries).toMatchObject([{ cost: 0.04995, quality: "priced" }]);
  });

  it("may name the output of a later step: guard finds the file that it puts out", async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's expression, not ours
    const output = "${{ steps.agent.outputs.execution_file }}";
    const later = text
      .replace(/usage-file: .*/, `usage-file: ${output}`)
      .replace("- uses: anthropics", "- id: agent\n        uses: anthropics");
    const leaves: StandIn = ({ workspace, setOutput }) => {
      // Not where the tool leaves it by itself: the output of its step alone names the file.
      const file = join(workspace, "elsewhere.json");
      copyFileSync("test/fixtures/usage/claude-code/execution-file.json", file);
      setOutput("execution_file", file);
    };
    const standIns = { "actions/checkout": () => {}, "anthropics/claude-code-action": leaves };
    const result = await world.run(later, { ...byHand, standIns });
    expect(result.conclusion).toBe("success");
    expect((await booksOn(world.repo)).entries).toMatchObject([{ cost: 0.04995, quality: "priced" }]);
  });
});

describe("two runs with money for one", ON_A_RUNNER, () => {
  it("let one in and make the other red", async () => {
    const workflow = exampleText("claude-code").replace("monthly-budget: 15", "monthly-budget: 0.1");
    const run = (id: number) => world.run(workflow, { ...byHand, run: { id }, ...claudeCode("success", id) });
    const runs = await Promise.all([run(1), run(2)]);
    expect(runs.map(({ conclusion }) => conclusion).sort()).toEqual(["failure", "success"]);
    expect((await booksOn(world.repo)).state).toMatchObject({ total_spent: 0.04995, executions: 1, holds: [] });
  });
});
