import { describe, expect, it } from "vitest";
import { booksOn } from "../e2e/action-world.ts";
import { expectSoundBooks, seedBooks } from "../e2e/books-on-branch.ts";
import { claudeCode, type Way } from "./agents.ts";
import { ON_A_RUNNER, useExamples } from "./example-world.ts";

const world = useExamples();
const AT = "2026-02-14T12:00:00Z";
const POLICY = ".github/token-budget.yml";
const byHand = (inputs: Readonly<Record<string, string>> = {}) => ({ event: { name: "workflow_dispatch" }, inputs });
const INFRASTRUCTURE = `approval-environment: ai-budget
budgets:
  - { name: infrastructure, match: { division: infrastructure }, limit: 0.01 USD, on-exceed: approve }
  - { name: qa, match: { agent: qa }, limit: 3 USD }
`;

describe("the example approval", ON_A_RUNNER, () => {
  const run = (way: Way = "success") =>
    world.run("approval", { ...byHand({ prompt: "Mend it" }), ...claudeCode(way, 1), run: { id: 1 } });
  const resultsOf = ({ jobs }: Awaited<ReturnType<typeof run>>) => jobs.map(({ id, result }) => [id, result]);

  it("starts a run at once where it fits, and nobody is asked", async () => {
    await world.repo.writeFile("main", POLICY, INFRASTRUCTURE.replace("0.01 USD", "4 USD"));
    const ran = await run();
    expect(resultsOf(ran)).toEqual([
      ["ask", "success"],
      ["approve", "skipped"],
      ["work", "success"],
      ["unstarted", "skipped"],
    ]);
    const { state } = await booksOn(world.repo);
    expect(state).toMatchObject({ holds: [], budgets: { infrastructure: { spent: 0.04995 } } });
    expect(ran.conclusion).toBe("success");
  });

  it("starts a run beyond the limit once it was approved, and books who it was", async () => {
    await world.repo.writeFile("main", POLICY, INFRASTRUCTURE);
    world.repo.setApprovals(1, [{ environments: ["ai-budget"], user: "octocat" }]);
    const ran = await run("failure");
    expect(resultsOf(ran)).toEqual([
      ["ask", "success"],
      ["approve", "success"],
      ["work", "failure"],
      ["unstarted", "skipped"],
    ]);
    const { state, entries } = await booksOn(world.repo);
    expect(state).toMatchObject({ total_spent: 0.04995, holds: [] });
    expect(entries).toMatchObject([
      { approved_by: "octocat", result: "failure", tags: { division: "infrastructure" } },
    ]);
    await expectSoundBooks(world.repo, ["sk-ant-secret-1"]);
  });

  it("starts nothing without an approval", async () => {
    await world.repo.writeFile("main", POLICY, INFRASTRUCTURE);
    const ran = await run();
    expect(resultsOf(ran)).toEqual([
      ["ask", "success"],
      ["approve", "failure"],
      ["work", "skipped"],
      ["unstarted", "skipped"],
    ]);
    expect((await booksOn(world.repo)).entries).toEqual([]);
  });
});

describe("the example model-ladder", ON_A_RUNNER, () => {
  const models = `models:
  - { use: claude-opus-4-5, until: 60% }
  - { use: claude-sonnet-4-5, until: 85% }
  - { use: claude-haiku-4-5 }
`;

  it.each([
    [59, models, "claude-opus-4-5"],
    [61, models, "claude-sonnet-4-5"],
    [86, models, "claude-haiku-4-5"],
    [10, "{}\n", "claude-haiku-4-5"],
  ])("at %d percent runs the agent with the policy's model", async (percent, policy, model) => {
    await world.repo.writeFile("main", POLICY, policy);
    await seedBooks(world.repo, { at: AT, spent: (15 * percent) / 100 });
    const { standIns = {} } = claudeCode("success", 1);
    const asked: (string | undefined)[] = [];
    const agent = standIns["anthropics/claude-code-action"];
    const ran = await world.run("model-ladder", {
      ...byHand({ prompt: "Mend it" }),
      standIns: {
        ...standIns,
        "anthropics/claude-code-action": async (step) => {
          asked.push(step.inputs["claude_args"]);
          await agent?.(step);
        },
      },
    });
    expect(ran.conclusion).toBe("success");
    expect(asked).toEqual([expect.stringMatching(new RegExp(`^--model ${model} --max-budget-usd \\d+(\\.\\d+)?$`))]);
    expect((await booksOn(world.repo)).state).toMatchObject({ executions: 1, holds: [] });
  });
});

describe("the example adjust", ON_A_RUNNER, () => {
  const reason = 'Outage; see "#12" & $(date)';
  const adjust = (inputs: Readonly<Record<string, string>>, actor = "boss") => {
    world.repo.setRole("boss", "maintain");
    world.repo.setRole("dev", "write");
    const all = { adjustment: "top-up", amount: "5 USD", from: "", to: "", until: "", tags: "", reason, ...inputs };
    return world.run("adjust", { ...byHand(all), run: { actor } });
  };

  it("does what was chosen, with the maintainer's reason as it was written", async () => {
    await world.repo.writeFile("main", POLICY, INFRASTRUCTURE);
    await seedBooks(world.repo, { at: AT, spent: 12.4 });
    expect((await adjust({})).conclusion).toBe("success");
    const transfer = { adjustment: "transfer", from: "qa", to: "infrastructure", amount: "1 USD", until: "2026-02-20" };
    expect((await adjust(transfer)).conclusion).toBe("success");
    const correct = { adjustment: "correct", amount: "0.40 USD", tags: "agent=qa" };
    expect((await adjust(correct)).conclusion).toBe("success");
    const { state, entries } = await booksOn(world.repo);
    expect(state).toMatchObject({ top_ups: 5, total_spent: 12.8, budgets: { qa: { spent: 0.4, adjusted: -1 } } });
    expect(entries.slice(-3).map((entry) => [entry["adjustment"], entry["reason"], entry["actor"]])).toEqual(
      ["top-up", "transfer", "correct"].map((adjustment) => [adjustment, reason, "boss"]),
    );
  });

  it("is red for who isn't a maintainer, and for what can't be", async () => {
    await seedBooks(world.repo, { at: AT, spent: 12.4 });
    expect((await adjust({}, "dev")).conclusion).toBe("failure");
    expect((await adjust({ amount: "5 EUR" })).conclusion).toBe("failure");
    expect((await adjust({ adjustment: "transfer", from: "qa", to: "nobody" })).conclusion).toBe("failure");
    expect((await booksOn(world.repo)).state).toMatchObject({ top_ups: 0, total_spent: 12.4 });
  });
});
