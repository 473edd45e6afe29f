import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { booksOn } from "../e2e/action-world.ts";
import { MODELS, type Providers, startProviders } from "../support/providers/server.ts";
import type { RunOptions, StandIn, StandInStep } from "../support/workflow/run-options.ts";
import { pullRequest } from "./events.ts";
import { ON_A_RUNNER, useExamples } from "./example-world.ts";
import { exampleText } from "./written-workflows.ts";

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

/** An example in a job whose providers are stand-ins on loopback. */
const atStandIns = (name: string) =>
  exampleText(name).replace(
    "permissions: {}\n",
    `permissions: {}\nenv:\n  ANTHROPIC_BASE_URL: ${providers.origin}\n  OPENAI_BASE_URL: ${providers.origin}/v1\n  GOOGLE_GEMINI_BASE_URL: ${providers.origin}\n`,
  );

async function posted(url: string, body: object): Promise<void> {
  const headers = { "content-type": "application/json", authorization: "Bearer key" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  await response.text();
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
}

/** An agent that makes three calls and leaves nothing. */
const claude: StandIn = async ({ env }: StandInStep) => {
  for (let calls = 0; calls < 3; calls += 1)
    await posted(`${env["ANTHROPIC_BASE_URL"]}/v1/messages`, { model: MODELS.anthropic, messages: [] });
};

/** Codex's action sends its requests to the address in its input. */
const codex: StandIn = async ({ inputs, setOutput }: StandInStep) => {
  for (let calls = 0; calls < 3; calls += 1)
    await posted(inputs["responses-api-endpoint"] ?? "", { model: MODELS.openai, input: [] });
  setOutput("final-message", "Looks good.");
};

/** run-gemini-cli passes the variables of its step on to the CLI. */
const gemini: StandIn = async ({ env, setOutput }: StandInStep) => {
  const url = `${env["GOOGLE_GEMINI_BASE_URL"]}/v1beta/models/${MODELS.gemini}:generateContent`;
  for (let calls = 0; calls < 2; calls += 1) await posted(url, { contents: [] });
  setOutput("summary", "It is about src/main.ts.");
};

/** opencode takes its base address from its configuration, and asks for a title beside the answer. */
const OPENCODE = `
url=$(node -p 'JSON.parse(process.env.OPENCODE_CONFIG_CONTENT).provider.anthropic.options.baseURL')/messages
for calls in title answer; do
  curl --silent --fail --noproxy '*' --data '{"model":"${MODELS.anthropic}","messages":[]}' "$url"
done`;

type Example = {
  readonly name: string;
  readonly start: () => Partial<RunOptions> & Pick<RunOptions, "event">;
  readonly requests: number;
  readonly cost: number;
};

const byHand = { event: { name: "workflow_dispatch" }, inputs: { prompt: "Say hello" } };
const checkout: StandIn = () => {};

const EXAMPLES: readonly Example[] = [
  {
    name: "meter-claude-code",
    start: () => ({ ...byHand, standIns: { "actions/checkout": checkout, "anthropics/claude-code-action": claude } }),
    requests: 3,
    cost: 0.0135,
  },
  {
    name: "meter-codex",
    start: () => ({
      ...pullRequest(world.repo.nameWithOwner),
      standIns: { "actions/checkout": checkout, "openai/codex-action": codex },
    }),
    requests: 3,
    cost: 0.00675,
  },
  {
    name: "meter-gemini",
    start: () => ({
      event: { name: "issues", payload: { action: "labeled", label: { name: "gemini" }, issue: { title: "A bug" } } },
      standIns: { "actions/checkout": checkout, "google-github-actions/run-gemini-cli": gemini },
    }),
    requests: 2,
    cost: 0.0045,
  },
  {
    name: "meter-opencode",
    start: () => ({
      ...byHand,
      standIns: { "actions/checkout": checkout },
      programs: { npm: "exit 0", opencode: OPENCODE },
    }),
    requests: 2,
    cost: 0.009,
  },
  { name: "meter-script", start: () => byHand, requests: 1, cost: 0.0045 },
];

describe.each(EXAMPLES)("the example $name", ON_A_RUNNER, ({ name, start, requests, cost }) => {
  it("books what its agent used, which leaves no file", async () => {
    // Not in the time that the test makes.
    const { conclusion } = await world.run(atStandIns(name), { ...start(), time: undefined as never });
    expect(conclusion).toBe("success");
    expect(providers.asked).toHaveLength(requests);
    const { state, entries } = await booksOn(world.repo);
    expect(entries).toMatchObject([{ kind: "charge", cost, quality: "priced", source: "meter", result: "success" }]);
    expect(state).toMatchObject({ holds: [], executions: 1 });
  });
});
