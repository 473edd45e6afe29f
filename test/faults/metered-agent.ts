// One life of a run's meter in the schedules, with the agent and the provider on both sides of it, in one process that
// lives in the time of the schedule: what the meter's two processes do for each other run-metered.ts does. It is told
// in TEST_METERED what to do, and writes to a journal what must be known of it however it ends.
import "../support/json-imports.ts";
import { appendFileSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import type { Dispatcher } from "undici";
import type { MeterBooks } from "../../src/edges/meter/books.ts";
import type { Memory } from "../../src/meter/memory.ts";
import type { OpenChange } from "../../src/meter/opens.ts";
import type { MeterSetup } from "../../src/meter/setup.ts";
import { post } from "../meter/support/asking.ts";
import { MODELS, startProviders } from "../support/providers/server.ts";
import type { CallPlan } from "./schedule.ts";

/** What a life of a meter is told. */
export type MeteredLife = {
  readonly setup: MeterSetup;
  readonly memory: Memory;
  readonly calls: readonly CallPlan[];
  /** It comes to its end as the post part asks it to; otherwise its process is gone all at once. */
  readonly isEnded: boolean;
  readonly journal: string;
};

/** What it writes: what must outlive its process, and what its agent asked and got, in tokens. */
export type Journaled =
  | { readonly kind: "memory"; readonly memory: Memory }
  | { readonly kind: "opens"; readonly change: OpenChange }
  | { readonly kind: "ended" }
  | { readonly kind: "passed"; readonly input: number; readonly output: number }
  | { readonly kind: "answered"; readonly status: number; readonly input: number; readonly output: number };

// Another process has loaded the same before.
enableCompileCache();
const { setup, memory, calls, isEnded, journal } = JSON.parse(process.env["TEST_METERED"] ?? "") as MeteredLife;
const [{ hooksFor }, { meterAgent }, { serveMeter }] = await Promise.all([
  import("../../src/edges/meter/hooks.ts"),
  import("../../src/edges/machine/meter-agent.ts"),
  import("../../src/meter/server.ts"),
]);
const tell = (journaled: Journaled) => appendFileSync(journal, `${JSON.stringify(journaled)}\n`);

const providers = await startProviders();
providers.beforeEnd = async () => tell({ kind: "passed", ...providers.tokens });
// In the time of a schedule a process has one thing at a time that it waits for.
const asked = hooksFor(setup.books as MeterBooks, memory.account.granted);
let asking: Promise<unknown> = Promise.resolve();
function inTurn<A, T>(ask: (about: A) => Promise<T>): (about: A) => Promise<T> {
  return (about) => {
    const answer = asking.then(() => ask(about));
    asking = answer.catch(() => {});
    return answer;
  };
}
const agents: Dispatcher[] = [];
const { origin } = providers;
const meter = await serveMeter(
  { ...setup, forward: { anthropic: origin }, hosts: [new URL(origin).host] },
  {
    hooks: { extend: inTurn(asked.extend), alert: inTurn(asked.alert) },
    outside: {
      ...meterAgent({}),
      agent(lookup) {
        const agent = meterAgent({}).agent(lookup);
        agents.push(agent);
        return agent;
      },
    },
    memory,
    onMemory: (kept) => tell({ kind: "memory", memory: kept }),
    onOpen: (change) => tell({ kind: "opens", change }),
  },
);
const server = createServer({ allowHalfOpen: true }, (socket) => meter.accept(socket));
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${setup.secret}/anthropic/v1/messages`;

async function call({ input, output, isStream, isDouble }: CallPlan): Promise<boolean> {
  providers.tokens = { input, output };
  const body = { model: MODELS.anthropic, max_tokens: output, stream: isStream, messages: [] };
  const answers = await Promise.all(Array.from({ length: isDouble ? 2 : 1 }, () => post(url, body)));
  for (const { status } of answers) tell({ kind: "answered", status, input, output });
  return answers.every(({ status }) => status === 200);
}

// A refusal ends an agent at once.
for (const one of calls) if (!(await call(one))) break;
if (!isEnded) process.kill(process.pid, "SIGKILL");
await meter.stop(0);
tell({ kind: "ended" });
server.close();
await providers.stop();
await Promise.all(agents.map((agent) => agent.destroy()));
