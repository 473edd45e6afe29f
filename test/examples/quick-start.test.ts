import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { booksOn, NOON } from "../e2e/action-world.ts";
import { seedBooks } from "../e2e/books-on-branch.ts";
import type { StandIn } from "../support/workflow/run-options.ts";
import { claudeCode } from "./agents.ts";
import { ON_A_RUNNER, useExamples } from "./example-world.ts";
import { exampleText, pastedWorkflows } from "./written-workflows.ts";

const world = useExamples({ ownProcesses: true });
const byHand = { event: { name: "workflow_dispatch" }, inputs: { prompt: "Mend it" } };

/** The README's shortest snippet, in the job of a workflow whose agent is the one that `agent` says. */
function shortest(agent: string): string {
  const [, snippet = ""] = /^```yaml\n(permissions:\n.*?)^```/ms.exec(readFileSync("README.md", "utf8")) ?? [];
  const job = snippet.replace(/- run: .*/, agent).replace(/^(?=.)/gm, "    ");
  return `on: workflow_dispatch\npermissions: {}\njobs:\n  agent:\n    runs-on: ubuntu-latest\n${job}`;
}

describe("the README's shortest step", ON_A_RUNNER, () => {
  it("is a step without inputs", () => {
    expect(shortest("- run: true")).toContain("- uses: token-budget/token-budget@v0\n      - run: true\n");
  });

  it("books what the agent used, from the file that it left", async () => {
    const text = shortest("- uses: anthropics/claude-code-action@v1");
    const result = await world.run(text, { event: { name: "workflow_dispatch" }, ...claudeCode("success", 1) });
    expect(result.conclusion).toBe("success");
    const { state, entries } = await booksOn(world.repo);
    expect(state).toMatchObject({ monthly_budget: 15, total_spent: 0.04995, holds: [] });
    expect(entries).toMatchObject([{ cost: 0.04995, quality: "priced" }]);
  });

  it("keeps the agent from starting when the money is gone", async () => {
    await seedBooks(world.repo, { at: NOON, spent: 14.99 });
    const started: string[] = [];
    const text = shortest("- uses: anthropics/claude-code-action@v1");
    const standIns: Record<string, StandIn> = { "anthropics/claude-code-action": () => void started.push("agent") };
    const result = await world.run(text, { event: { name: "workflow_dispatch" }, standIns });
    expect(result.conclusion).toBe("failure");
    expect(started).toEqual([]);
    expect((await booksOn(world.repo)).state).toMatchObject({ total_spent: 14.99, holds: [] });
  });
});

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
    const later = text.replace("monthly-budget: 15", `usage-file: ${output}`);
    expect(later).not.toBe(text);
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
