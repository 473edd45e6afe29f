import { describe, expect, it } from "vitest";
import { booksOn } from "../e2e/action-world.ts";
import { seedBooks } from "../e2e/books-on-branch.ts";
import { CANCEL_LINE, type RunOptions, type StandIn } from "../support/workflow/run-options.ts";
import {
  type Agent,
  agentic,
  claudeCode,
  claudeCodeApart,
  codex,
  gemini,
  opencode,
  provider,
  type Way,
} from "./agents.ts";
import { pullRequest } from "./events.ts";
import { ON_A_RUNNER, useExamples } from "./example-world.ts";
import { exampleText } from "./written-workflows.ts";

const world = useExamples();
const AT = "2026-02-14T12:00:00Z";

/** An example with an agent: what starts it, which job the agent works in, and what it costs, each way. */
type Example = {
  readonly name: string;
  readonly agent: Agent;
  readonly job: string;
  readonly start: () => Partial<RunOptions> & Pick<RunOptions, "event">;
  /**
   * What a run costs that ends well or badly, what a cancelled one, and what one that failed where it differs. A
   * cancelled one shows a single request, and is charged another for the one that was open, at least the estimate.
   */
  readonly cost: number;
  readonly cancelled: number;
  readonly failed?: number;
  /** Whether the money is asked for in a job of its own, so that a denied run is skipped and not red. */
  readonly gated?: true;
};

const byHand = (inputs: RunOptions["inputs"] = {}) => ({ event: { name: "workflow_dispatch" }, inputs });
const labelled = (label: string) => ({
  event: {
    name: "issues",
    payload: { action: "labeled", label: { name: label }, issue: { number: 3, title: "It's a bug: $(rm -rf /)" } },
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
    cancelled: 0.0585,
  },
  {
    name: "codex",
    agent: codex,
    job: "review",
    start: () => pullRequest(world.repo.nameWithOwner),
    cost: 0.006062,
    cancelled: ESTIMATE,
  },
  { name: "gemini", agent: gemini, job: "look", start: () => labelled("gemini"), cost: 0.010584, cancelled: ESTIMATE },
  {
    name: "opencode",
    agent: opencode,
    job: "agent",
    start: () => ({ event: { name: "schedule", payload: { schedule: "20 6 * * 1" } } }),
    cost: 0.036804,
    cancelled: 0.064512,
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
    cancelled: 0.0585,
    gated: true,
  },
  {
    name: "book-apart",
    agent: claudeCodeApart,
    job: "work",
    start: () => labelled("claude"),
    cost: 0.04995,
    cancelled: 0.0585,
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
    // That the month has no money is an alert.
    expect(entries.map(({ kind, cost }) => [kind, cost])).toEqual([
      ["import", 14.96],
      ["alert", 0],
    ]);
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

/** The examples in whose job something comes before the agent. */
const WITH_CHECKOUT = EXAMPLES.filter(({ name }) => name !== "plain-script" && name !== "gh-aw");

describe.each(WITH_CHECKOUT)("the example $name, cancelled at its checkout", ON_A_RUNNER, ({ name, agent, start }) => {
  it("releases the hold of a job that was cancelled before the agent began", async () => {
    const started = start();
    const { standIns, ...programs } = agent("success", 1);
    const cancelled: StandIn = (step) => step.cancel();
    const run = await world.run(name, {
      ...started,
      ...programs,
      standIns: { ...standIns, "actions/checkout": cancelled },
    });
    expect(run.conclusion).toBe("cancelled");
    const { state, entries } = await books();
    expect(entries).toMatchObject([{ kind: "release", amount: ESTIMATE, reason: "no agent started" }]);
    expect(state).toMatchObject({ total_spent: 0, executions: 0, holds: [] });
  });
});

describe("the example gate-and-work", ON_A_RUNNER, () => {
  it("releases the hold where the run was cancelled before the work began", async () => {
    const cancel = `      - run: 'echo "${CANCEL_LINE}" >&2; sleep 60'\n`;
    const workflow = exampleText("gate-and-work").replace("  work:\n", `${cancel}  work:\n`);
    const ran = await world.run(workflow, { event: { name: "schedule" }, ...claudeCode("success", 1) });
    expect(resultsOf(ran)).toEqual({ gate: "cancelled", work: "cancelled", unstarted: "success" });
    const { state, entries } = await books();
    expect(entries).toMatchObject([{ kind: "release", amount: ESTIMATE }]);
    expect(state).toMatchObject({ total_spent: 0, executions: 0, holds: [] });
  });
});

describe("the example two-agents", ON_A_RUNNER, () => {
  const [planned, worked] = ["success", "failure"] as const;
  /** Agents of the job one after the other, each with a session of its own at the same path. */
  const run = (...ways: readonly (Way | undefined)[]) => {
    const left = ways.map((way, index) => way && claudeCode(way, index + 1).standIns);
    const one: StandIn = (step) => {
      const standIn = left.shift()?.["anthropics/claude-code-action"];
      return standIn === undefined ? step.cancel() : standIn(step);
    };
    const standIns = { "actions/checkout": () => {}, "anthropics/claude-code-action": one };
    return world.run("two-agents", { ...byHand({ prompt: "Mend it" }), standIns });
  };

  it("books both, each under its tag, and counts one execution", async () => {
    expect((await run(planned, worked)).conclusion).toBe("failure");
    const { state, entries } = await books();
    expect(entries).toMatchObject([
      { kind: "charge", cost: 0.04995, quality: "priced", tags: { agent: "planner" }, result: "success" },
      { kind: "charge", cost: 0.04995, quality: "priced", tags: { agent: "developer" }, further: true },
    ]);
    expect(state).toMatchObject({ total_spent: 0.0999, executions: 1, holds: [] });
  });

  it("books the first alone where it fails, and the second at the estimate where it leaves nothing", async () => {
    await run("failure");
    expect((await books()).entries).toMatchObject([{ cost: 0.04995, tags: { agent: "planner" } }]);
    await run(planned, undefined);
    expect((await books()).entries.slice(1)).toMatchObject([
      { cost: 0.04995 },
      { cost: ESTIMATE, quality: "estimated" },
    ]);
  });
});
