import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { booksOn } from "../e2e/action-world.ts";
import { MODELS, type Providers, startProviders } from "../support/providers/server.ts";
import type { StandIn, StandInStep } from "../support/workflow/run-options.ts";
import { ON_A_RUNNER, useExamples } from "./example-world.ts";

// A meter is a separate process in the machine's time: so are the steps here.
const world = useExamples({ ownProcesses: true });
let providers: Providers;

beforeAll(async () => {
  providers = await startProviders();
});
afterAll(() => providers.stop());
beforeEach(async () => {
  providers.asked.length = 0;
  await world.repo.writeFile("main", ".github/token-budget.yml", `meter-hosts: ["${providers.origin}"]\n`);
});

const workflow = (steps: string) => `name: two
on: workflow_dispatch
permissions: {}
env:
  ANTHROPIC_BASE_URL: ${providers.origin}
jobs:
  agents:
    runs-on: ubuntu-latest
    permissions:
      contents: write
    steps:
${steps}`;

const guard = (id: string, more = "") => `      - id: ${id}
        uses: token-budget/token-budget@v0
        with:
          meter: true
          profile: ${id}
          agent-outcome: \${{ steps.agent-${id}.outcome }}
${more}`;

const agent = (id: string, calls: number, address = "env.ANTHROPIC_BASE_URL") => `      - id: agent-${id}
        uses: octo-org/agent@v1
        with:
          url: \${{ ${address} }}
          calls: ${calls}
`;

/** Asks so many times where its input says, each for $0.0045, and says where that was. */
const asking: StandIn = async ({ inputs, setOutput }: StandInStep) => {
  for (let calls = 0; calls < Number(inputs["calls"]); calls += 1) {
    const body = JSON.stringify({ model: MODELS.anthropic, messages: [] });
    const response = await fetch(`${inputs["url"]}/v1/messages`, { method: "POST", body });
    await response.text();
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
  }
  setOutput("url", inputs["url"] ?? "");
};

/** Codex's configuration as the job found it, and where it is. */
const CODEX = 'model = "gpt-5.1-codex"\n';
let config = "";
const codex: StandIn = ({ home }) => {
  config = join(home, ".codex", "config.toml");
  mkdirSync(join(home, ".codex"), { recursive: true });
  writeFileSync(config, CODEX);
};
const codexStep = "      - uses: octo-org/codex@v1\n";

async function run(steps: string) {
  const result = await world.run(workflow(steps), {
    event: { name: "workflow_dispatch" },
    standIns: { "octo-org/agent": asking, "octo-org/codex": codex },
    // Not in the time that the test makes.
    time: undefined as never,
  });
  const { state, entries } = await booksOn(world.repo);
  const booked = Object.fromEntries(
    entries.filter(({ kind }) => kind === "charge").map(({ profile, cost }) => [profile, cost]),
  );
  return { result, state, entries, booked };
}

describe("two guards with a meter each in one job", ON_A_RUNNER, () => {
  it("one after the other, are each booked once, with what their own agents used", async () => {
    const { result, state, entries, booked } = await run(
      codexStep + guard("first") + agent("first", 2) + guard("second") + agent("second", 3),
    );
    expect(result.conclusion).toBe("success");
    expect(providers.asked).toHaveLength(5);
    expect(entries.filter(({ kind }) => kind === "charge")).toHaveLength(2);
    expect(booked).toEqual({ first: 0.009, second: 0.0135 });
    expect(entries).toMatchObject([{ source: "meter" }, { source: "meter" }]);
    expect(state).toMatchObject({ holds: [], executions: 2, total_spent: 0.0225 });
    expect(existsSync(config) && readFileSync(config, "utf8")).toBe(CODEX);
  });

  it("one within the other, keep apart what goes to the outer one's address meanwhile", async () => {
    const { result, booked, state } = await run(
      guard("outer") +
        agent("outer", 1) +
        guard("inner") +
        agent("inner", 2) +
        agent("still-outer", 3, "steps.agent-outer.outputs.url") +
        agent("still-inner", 1),
    );
    expect(result.conclusion).toBe("success");
    expect(booked).toEqual({ outer: 0.018, inner: 0.0135 });
    expect(state).toMatchObject({ holds: [], executions: 2, total_spent: 0.0315 });
  });

  it("have each their own cap", async () => {
    const { result, booked } = await run(
      guard("first", "          max-cost: 0.005\n          overrun: stop\n") +
        agent("first", 4).replace("        uses:", "        continue-on-error: true\n        uses:") +
        guard("second") +
        agent("second", 3),
    );
    expect(providers.asked).toHaveLength(5);
    expect(result.conclusion).toBe("success");
    expect(booked).toEqual({ first: 0.009, second: 0.0135 });
    expect(result.jobs[0]?.steps.map(({ outcome }) => outcome)).toEqual(["success", "failure", "success", "success"]);
  });

  it("book each what they had not when a step between them booked", async () => {
    const record = `      - uses: token-budget/token-budget@v0
        with:
          command: record
`;
    const { result, state, entries } = await run(
      guard("first") + agent("first", 2) + record + guard("second") + agent("second", 3),
    );
    expect(result.conclusion).toBe("success");
    const charges = entries.filter(({ kind }) => kind === "charge").map(({ cost }) => cost);
    expect(charges.reduce((sum, cost) => sum + (cost ?? 0), 0)).toBeCloseTo(0.0225, 9);
    expect(state).toMatchObject({ holds: [], total_spent: 0.0225 });
  });
});
