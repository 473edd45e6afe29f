import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AlertFacts, MeterSetup } from "../../src/meter/setup.ts";
import { nanoUsd } from "../../src/values/money.ts";
import { type Answer, post } from "./support/asking.ts";
import { startTestMeter, type TestMeter } from "./support/meter.ts";
import { type Provider, startProvider } from "./support/provider.ts";

/** 1,000 tokens of output cost $0.015, as much input $0.003: a call of $0.03. */
const CALL = { input_tokens: 5_000, output_tokens: 1_000 };
const CENT = 10_000_000;

let provider: Provider;
let meter: TestMeter | undefined;
let open: (() => void) | undefined;
let held: Promise<void> | undefined;
/** The model that the provider names. */
let answered: string;

beforeEach(async () => {
  held = undefined;
  answered = "claude-sonnet-4-5";
  provider = await startProvider(() => ({
    headers: { "content-type": "application/json" },
    pieces: [Buffer.from("{"), Buffer.from(JSON.stringify(message()).slice(1))],
    ...(held && { before: held }),
  }));
});
afterEach(async () => {
  open?.();
  await meter?.stop();
  meter = undefined;
  await provider.stop();
});

let last = 0;
function message() {
  last += 1;
  const content = [{ type: "text", text: "Hi" }];
  return {
    id: `msg_${last}`,
    type: "message",
    role: "assistant",
    model: answered,
    content,
    stop_reason: "end_turn",
    usage: CALL,
  };
}

async function start(facts: Partial<MeterSetup> & { hooks?: object }): Promise<TestMeter> {
  meter = await startTestMeter({ origin: provider.origin, ...facts });
  return meter;
}

const ASKED = { model: "claude-sonnet-4-5", max_tokens: 1_000, messages: [{ role: "user", content: "Hi" }] };

function call({ base }: TestMeter, headers: Record<string, string> = {}, asked: object = ASKED): Promise<Answer> {
  return post(`${base}/anthropic/v1/messages`, asked, headers);
}

/** Nothing passes the last piece of an answer until it is opened. */
function hold(): void {
  held = new Promise((resolve) => {
    open = resolve;
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const spent = ({ meter: running }: TestMeter) => Math.round(running.figures().cost * 1e9);

describe("a run with max-cost", () => {
  it("of $0.10 goes beyond it at most by what its open requests cost, eight at once", async () => {
    const running = await start({ maxCost: 10 * CENT, overrun: "stop" });
    const rounds = [];
    for (let round = 0; round < 3; round += 1) {
      rounds.push(
        await Promise.all(Array.from({ length: 8 }, () => call(running, { "user-agent": "claude-cli/2.1" }))),
      );
    }
    const answers = rounds.flat();
    const passed = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    expect(passed.length + refused.length).toBe(24);
    expect(refused.length).toBeGreaterThanOrEqual(16);
    expect(provider.seen.begun).toBe(passed.length);
    expect(spent(running)).toBe(passed.length * 3 * CENT);
    // Of what is beyond the cap, all was open when it was reached.
    expect(spent(running)).toBeLessThanOrEqual(10 * CENT + 8 * 3 * CENT);
    const error = JSON.parse(refused[0]?.body.toString() ?? "").error;
    expect(error.type).toBe("billing_error");
    expect(error.message).toMatch(
      /^token-budget ends this run: it spent \$0\.\d+ of the \$0\.1000 it may cost.*\. Raise max-cost for it to continue\.$/,
    );
    expect(refused[0]?.headers).toMatchObject({ "x-should-retry": "false" });
    expect(refused[0]?.headers["retry-after"]).toBeUndefined();
    expect(running.meter.figures().refused["over-cap"]).toBe(refused.length);
  });

  it("asks for nothing that costs more than is left, whatever is open", async () => {
    // At the price of a cache's reading, 100,000 tokens are $0.03.
    const large = { ...ASKED, messages: [{ role: "user", content: "word ".repeat(80_000) }] };
    const running = await start({ maxCost: 10 * CENT, overrun: "stop" });
    hold();
    const asked = Array.from({ length: 8 }, () => call(running, {}, large));
    await until(() => provider.seen.begun === 3 && running.meter.figures().refused["over-cap"] === 5);
    open?.();
    const statuses = (await Promise.all(asked)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 200, 200, 402, 402, 402, 402, 402]);
  });

  it("is not exceeded by what the books would grant", async () => {
    const asked: number[] = [];
    const hooks = {
      extend: async (needed: number) => {
        asked.push(needed);
        return { granted: nanoUsd(1_000 * CENT) };
      },
    };
    const running = await start({ cap: 3 * CENT, maxCost: 7 * CENT, hooks });
    const statuses = [];
    for (let count = 0; count < 5; count += 1) statuses.push((await call(running)).status);
    expect(statuses).toEqual([200, 200, 200, 402, 402]);
    expect(asked).toHaveLength(1);
    expect(spent(running)).toBe(9 * CENT);
    expect(running.meter.figures().cap).toBe(0.07);
  });
});

describe("a run with an estimate", () => {
  it("goes on while the books grant more, and stops when they don't", async () => {
    const grants = [3 * CENT, 6 * CENT];
    const hooks = {
      extend: async () => {
        const granted = grants.shift();
        return granted === undefined ? { refused: "Another run took the rest." } : { granted: nanoUsd(granted) };
      },
    };
    const running = await start({ cap: 3 * CENT, estimate: 3 * CENT, hooks });
    const answers = [];
    for (let count = 0; count < 6; count += 1) answers.push(await call(running));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 402, 402]);
    expect(answers[4]?.body.toString()).toContain("Another run took the rest.");
    expect(running.meter.figures()).toMatchObject({ cost: 0.12, granted: 0.09, refused: { "over-budget": 2 } });
    expect(running.meter.figures().refusal?.code).toBe("over-budget");
  });

  it("asks the books once for all requests that wait for the answer", async () => {
    let questions = 0;
    const hooks = {
      extend: async () => {
        questions += 1;
        await new Promise((resolve) => setTimeout(resolve, 50));
        return { granted: nanoUsd(100 * CENT) };
      },
    };
    const running = await start({ cap: 1, hooks });
    const answers = await Promise.all(Array.from({ length: 8 }, () => call(running)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(questions).toBe(1);
  });

  it("is let on by grants of what is needed, for all requests that wait, however many", async () => {
    let questions = 0;
    const hooks = {
      extend: async (needed: number) => {
        questions += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
        return { granted: nanoUsd(needed) };
      },
    };
    const running = await start({ cap: 1, hooks });
    const answers = await Promise.all(Array.from({ length: 30 }, () => call(running)));
    expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200));
    expect(questions).toBeLessThan(30);
  });

  it("gets as many requests through as the budget has room for, and gives the others a reason", async () => {
    // At the price of a cache's reading, 100,000 tokens are $0.03.
    const large = { ...ASKED, messages: [{ role: "user", content: "word ".repeat(80_000) }] };
    let left = 10 * CENT;
    let questions = 0;
    const hooks = {
      extend: async (needed: number) => {
        questions += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (needed > left) return { refused: "What other runs hold leaves too little." };
        left -= needed;
        return { granted: nanoUsd(needed) };
      },
    };
    const running = await start({ cap: 1, hooks });
    hold();
    const asked = Array.from({ length: 12 }, () => call(running, {}, large));
    await until(() => running.meter.figures().refused["over-budget"] === 9);
    open?.();
    const answers = await Promise.all(asked);
    const refused = answers.filter(({ status }) => status === 402);
    expect(refused).toHaveLength(9);
    for (const { body } of refused) expect(body.toString()).toContain("What other runs hold leaves too little.");
    expect(left).toBeLessThan(3 * CENT);
    expect(questions).toBeLessThan(9);
  });

  it("is refused where the books can't be asked", async () => {
    const hooks = { extend: () => Promise.reject(new Error("secret-token")) };
    const running = await start({ cap: 1, hooks });
    const answer = await call(running);
    expect(answer.status).toBe(402);
    expect(answer.body.toString()).toContain("The books could not be asked.");
    expect(answer.body.toString()).not.toContain("secret-token");
  });

  it("is let on with overrun: warn, and announced once", async () => {
    const alerts: AlertFacts[] = [];
    const hooks = { alert: async (facts: AlertFacts) => void alerts.push(facts) };
    const running = await start({ cap: 5 * CENT, estimate: 5 * CENT, overrun: "warn", hooks });
    for (let count = 0; count < 4; count += 1) expect((await call(running)).status).toBe(200);
    expect(alerts).toEqual([{ hold: "hold-1", spent: 6 * CENT, estimate: 5 * CENT, percent: 120, cap: null }]);
    expect(running.meter.figures()).toMatchObject({ alerted: true, percent: 240 });
  });

  it("is announced although it ends right after the call that made it dear", async () => {
    let isAnnounced = false;
    const hooks = {
      alert: async () => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        isAnnounced = true;
      },
    };
    const running = await start({ cap: 5 * CENT, estimate: CENT, overrun: "warn", hooks });
    await call(running);
    await running.stop();
    meter = undefined;
    expect(isAnnounced).toBe(true);
  });
});

describe("under a cap", () => {
  it("a model without a price is refused, and without one it passes and is never $0", async () => {
    const asked = { ...ASKED, model: "nobody-knows-this" };
    const capped = await start({ maxCost: 10 * CENT });
    const answer = await call(capped, {}, asked);
    expect(answer.status).toBe(400);
    expect(answer.body.toString()).toMatch(
      /token-budget knows no price for the model (\S+), .*\.github\/token-budget\.yml\): prices: \{ \\"\1\\": \{ input:/,
    );
    await capped.stop();
    const free = await start({});
    expect((await call(free, {}, asked)).status).toBe(200);
    expect(spent(free)).toBe(3 * CENT);
  });

  it("batches are refused unless they are allowed", async () => {
    const capped = await start({ maxCost: 10 * CENT });
    const refused = await post(`${capped.base}/anthropic/v1/messages/batches`, { requests: [] });
    expect(refused.status).toBe(400);
    expect(refused.body.toString()).toContain("token-budget refuses batches");
    await capped.stop();
    const allowed = await start({ maxCost: 10 * CENT, batches: true });
    expect((await post(`${allowed.base}/anthropic/v1/messages/batches`, { requests: [] })).status).toBe(200);
  });

  it("what goes to an address that it doesn't know counts, and is refused once the cap is reached", async () => {
    const running = await start({ maxCost: 5 * CENT });
    const complete = () => post(`${running.base}/anthropic/v1/complete`, ASKED);
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await complete()).status);
    expect(statuses).toEqual([200, 200, 402]);
    expect(spent(running)).toBe(6 * CENT);
    // Escaped, it is what it was.
    expect((await post(`${running.base}/anthropic/v1/%6dessages`, ASKED)).status).toBe(402);
    expect((await post(`${running.base}/anthropic/v1/files`, {})).status).toBe(200);
    const batches = await post(`${running.base}/anthropic/v1/messages/%62atches`, { requests: [] });
    expect(batches.body.toString()).toContain("token-budget refuses batches");
    expect(provider.seen.begun).toBe(3);
  });

  it("a gateway's own name for a model costs as the model that was asked for, and the record has both", async () => {
    answered = "my-deploy";
    const running = await start({ maxCost: 5 * CENT });
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await call(running)).status);
    expect(statuses).toEqual([200, 200, 402]);
    expect(spent(running)).toBe(6 * CENT);
    expect(running.recorded()[0]).toMatchObject({ model: "my-deploy", asked: "claude-sonnet-4-5" });
  });

  it("the policy's prices count", async () => {
    const running = await start({ prices: { "claude-sonnet-4-5": { input: 30, output: 150 } }, maxCost: 100 * CENT });
    await call(running);
    expect(spent(running)).toBe(30 * CENT);
  });
});

it("refuses models above the step, and names the one to use", async () => {
  const models = { allowed: ["claude-haiku-4-5"], useInstead: "claude-haiku-4-5" };
  const running = await start({ models });
  const refused = await call(running);
  expect(refused.status).toBe(400);
  expect(refused.body.toString()).toContain(
    "token-budget doesn't allow the model claude-sonnet-4-5 in this run (meter-models: enforce). Use claude-haiku-4-5.",
  );
  const dated = { ...ASKED, model: "claude-haiku-4-5-20251001" };
  expect((await call(running, {}, dated)).status).toBe(200);
  // The model comes after more than the beginning of the body.
  const late = { messages: [{ role: "user", content: "x ".repeat(200_000) }], model: "claude-sonnet-4-5" };
  expect((await call(running, {}, late)).status).toBe(400);
  expect((await call(running, {}, { ...late, model: "claude-haiku-4-5" })).status).toBe(200);
  expect((await call(running, {}, { messages: [] })).status).toBe(400);
});
