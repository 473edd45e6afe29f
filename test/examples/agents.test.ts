import { describe, expect, it } from "vitest";
import { booksOn } from "../e2e/action-world.ts";
import { seedBooks } from "../e2e/books-on-branch.ts";
import type { RunOptions } from "../support/workflow/run-options.ts";
import { type Agent, agentic, claudeCode, codex, gemini, opencode, provider, type Way } from "./agents.ts";
import { pullRequest } from "./events.ts";
import { ON_A_RUNNER, useExamples } from "./example-world.ts";

const world = useExamples();
const AT = "2026-02-14T12:00:00Z";

/** An example with an agent: what starts it, which job the agent works in, and what it costs, each way. */
type Example = {
  readonly name: string;
  readonly agent: Agent;
  readonly job: string;
  readonly start: () => Partial<RunOptions> & Pick<RunOptions, "event">;
  /** What a run costs that ends well or badly, what a cancelled one, and what one that failed where it differs. */
  readonly cost: number;
  readonly cancelled: number;
  readonly failed?: number;
  /** Whether the money is asked for in a job of its own, so that a denied run is skipped and not red. */
  readonly gated?: true;
};

const byHand = (inputs: RunOptions["inputs"] = {}) => ({ event: { name: "workflow_dispatch" }, inputs });
const labelled = () => ({
  event: {
    name: "issues",
    payload: { action: "labeled", label: { name: "gemini" }, issue: { number: 3, title: "It's a bug: $(rm -rf /)" } },
  },
});

const ESTIMATE = 0.055;
const EXAMPLES: readonly Example[] = [
  {
    name: "claude-code",
    agent: claudeCode,
    job: "agent",
    start: () => byHand({ prompt: "Mend it" }),
    cost: 0.04995,
    cancelled: 0.08425,
  },
  {
    name: "codex",
    agent: codex,
    job: "review",
    start: () => pullRequest(world.repo.nameWithOwner),
    cost: 0.006062,
    cancelled: 0.057149,
  },
  { name: "gemini", agent: gemini, job: "look", start: labelled, cost: 0.010584, cancelled: ESTIMATE },
  {
    name: "opencode",
    agent: opencode,
    job: "agent",
    start: () => ({ event: { name: "schedule", payload: { schedule: "20 6 * * 1" } } }),
    cost: 0.036804,
    cancelled: 0.087256,
  },
  {
    name: "plain-script",
    agent: provider,
    job: "ask",
    start: () => byHand({ prompt: `Say "hi" to $USER's 'friends'` }),
    cost: 0.04526,
    cancelled: ESTIMATE,
    failed: ESTIMATE,
  },
  {
    name: "gate-and-work",
    agent: claudeCode,
    job: "work",
    start: () => ({ event: { name: "schedule", payload: { schedule: "40 2 * * *" } } }),
    cost: 0.04995,
    cancelled: 0.08425,
    gated: true,
  },
  {
    name: "gh-aw",
    agent: agentic,
    job: "agent",
    start: () => byHand(),
    cost: 0.16278,
    cancelled: 0.16278,
    gated: true,
  },
];

function runOf({ name, agent, start }: Example, way: Way, id = 1) {
  const started = start();
  return world.run(name, { ...started, ...agent(way, id), run: { ...started.run, id } });
}

const books = () => booksOn(world.repo);
const resultsOf = ({ jobs }: Awaited<ReturnType<typeof runOf>>) =>
  Object.fromEntries(jobs.map(({ id, result }) => [id, result]));

describe.each(EXAMPLES)("the example $name", ON_A_RUNNER, (example) => {
  const { name, job, cost, gated } = example;
  const profile = name === "gh-aw" ? "agent" : name;

  it("lets a run go and books what the agent used", async () => {
    const run = await runOf(example, "success");
    expect(run.conclusion).toBe("success");
    const { state, entries } = await books();
    expect(state).toMatchObject({ total_spent: cost, executions: 1, holds: [], monthly_budget: 15 });
    const quality = name === "gh-aw" ? "reported" : "priced";
    expect(entries).toMatchObject([{ kind: "charge", cost, quality, result: "success", profile }]);
  });

  it("denies a run the month has no money for, before the agent begins", async () => {
    await seedBooks(world.repo, { at: AT, spent: 14.96 });
    const run = await runOf(example, "success");
    expect(run.conclusion).toBe(gated === true ? "success" : "failure");
    expect(resultsOf(run)[job]).toBe(gated === true ? "skipped" : "failure");
    const [, ...afterGate] = run.jobs.flatMap(({ steps }) => steps);
    for (const { outcome } of afterGate) expect(outcome).toBe("skipped");
    const { state, entries } = await books();
    expect(state).toMatchObject({ total_spent: 14.96, executions: 0, holds: [] });
    expect(entries.map(({ kind }) => kind)).toEqual(["import"]);
  });

  it("books an agent that failed", async () => {
    const run = await runOf(example, "failure");
    expect(run.conclusion).toBe("failure");
    expect(resultsOf(run)[job]).toBe("failure");
    const { state, entries } = await books();
    expect(state).toMatchObject({ total_spent: example.failed ?? cost, executions: 1, holds: [] });
    expect(entries).toMatchObject([{ kind: "charge", result: "failure" }]);
  });

  it("books a job that was cancelled while the agent worked", async () => {
    const run = await runOf(example, "cancelled");
    expect(run.conclusion).toBe("cancelled");
    const { state, entries } = await books();
    expect(state).toMatchObject({ total_spent: example.cancelled, executions: 1, holds: [] });
    expect(entries).toMatchObject([{ kind: "charge", result: "cancelled" }]);
  });

  // One that guards in one job and one with a job for the gate: the others begin and end in the same way.
  if (name === "claude-code" || name === "gate-and-work") {
    it("books two runs at once, each for itself", async () => {
      const runs = await Promise.all([runOf(example, "success", 1), runOf(example, "success", 2)]);
      expect(runs.map(({ conclusion }) => conclusion)).toEqual(["success", "success"]);
      const { state, entries } = await books();
      expect(state).toMatchObject({ total_spent: Number((2 * cost).toFixed(9)), executions: 2, holds: [] });
      expect(entries.map(({ run }) => run.run_id).sort()).toEqual([1, 2]);
    });
  }
});
