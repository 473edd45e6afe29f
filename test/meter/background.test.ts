import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { patient } from "../support/pace/pace.ts";
import { ask, post } from "./support/asking.ts";
import { startTestMeter, type TestMeter } from "./support/meter.ts";
import { type Plan, type Provider, startProvider } from "./support/provider.ts";

/** $0.625 with gpt-5. */
const USAGE = { input_tokens: 100_000, output_tokens: 50_000, total_tokens: 150_000 };
const ID = "resp_background";

let provider: Provider;
let meter: TestMeter;
/** What is known of the response when somebody asks for it. */
let now: object;
/** What the provider answers in place of that. */
let plan: Plan | undefined;

const response = (status: string, usage: object | null = null) => ({
  ...{ id: ID, object: "response", status, background: true, model: "gpt-5-2025-08-07", output: [], usage },
});
const json = (value: object): Plan => ({
  headers: { "content-type": "application/json" },
  pieces: [Buffer.from(JSON.stringify(value))],
});

beforeEach(async () => {
  [now, plan] = [response("queued"), undefined];
  provider = await startProvider(() => plan ?? json(now));
  meter = await startTestMeter({ origin: provider.origin, maxCost: 500_000_000, overrun: "stop" });
});
afterEach(async () => {
  await meter.stop();
  await provider.stop();
});

const asked = { model: "gpt-5", background: true, input: "Do deep research, please." };
const begin = (more = {}) => post(`${meter.base}/openai/v1/responses`, { ...asked, ...more });
const poll = (query = "") => ask({ url: `${meter.base}/openai/v1/responses/${ID}${query}`, method: "GET" });
const figures = () => meter.meter.figures();
const event = (type: string, value: object) =>
  Buffer.from(`event: ${type}\ndata: ${JSON.stringify({ type, response: value })}\n\n`);

describe("a response that is made in the background", () => {
  it("is booked when it is there, once, and stops the run at its cap", async () => {
    expect((await begin()).status).toBe(200);
    now = response("in_progress");
    expect(JSON.parse((await poll()).body.toString())).toEqual(now);
    expect(figures()).toMatchObject({ requests: 0, open: 1, cost: 0 });
    expect(meter.recorded()).toEqual([]);
    now = response("completed", USAGE);
    for (let times = 0; times < 3; times += 1) expect((await poll()).status).toBe(200);
    expect(figures()).toMatchObject({ requests: 1, open: 0, cost: 0.625, estimated: 0 });
    expect(meter.recorded()).toMatchObject([{ model: "gpt-5-2025-08-07", input: 100_000, output: 50_000 }]);
    expect((await begin()).status).toBe(400);
  });

  it("stays open while it can't be asked for", async () => {
    await begin();
    plan = { ...json({ error: { message: "Busy" } }), status: 500 };
    await poll();
    plan = { headers: { "content-type": "application/json" }, pieces: [Buffer.from('{"id":"re')], isCut: true };
    expect((await poll()).isCut).toBe(true);
    expect(figures()).toMatchObject({ requests: 0, open: 1 });
    [now, plan] = [response("incomplete", USAGE), undefined];
    await poll();
    expect(figures()).toMatchObject({ requests: 1, open: 0, cost: 0.625 });
  });

  it("that failed costs nothing, and one that was ended its least", async () => {
    await begin();
    now = response("failed");
    await poll();
    expect(figures()).toMatchObject({ requests: 0, open: 0, cost: 0 });
    now = response("queued");
    await begin();
    now = response("cancelled");
    await post(`${meter.base}/openai/v1/responses/${ID}/cancel`, {});
    expect(figures()).toMatchObject({ requests: 1, open: 0, estimated: 1 });
  });

  it("is at least its input if nobody asks for it, and nobody waits for it at the end", async () => {
    await begin({ input: "word ".repeat(4_000) });
    const ended = await meter.meter.stop(patient(60_000));
    expect(ended).toMatchObject({ requests: 1, open: 0, estimated: 1 });
    expect(ended.cost).toBeGreaterThan(0.005);
    expect(meter.recorded()).toMatchObject([{ model: "gpt-5", estimated: true, requests: 1 }]);
  });

  it("as a stream that breaks off is read where it goes on", async () => {
    const created = event("response.created", response("queued"));
    plan = { headers: { "content-type": "text/event-stream" }, pieces: [created], isCut: true };
    expect((await begin({ stream: true })).isCut).toBe(true);
    expect(figures()).toMatchObject({ requests: 0, open: 1 });
    const completed = event("response.completed", response("completed", USAGE));
    plan = { headers: { "content-type": "text/event-stream" }, pieces: [completed] };
    await poll("?stream=true&starting_after=1");
    expect(figures()).toMatchObject({ requests: 1, open: 0, cost: 0.625 });
  });

  it("is no other response that somebody asks for", async () => {
    now = response("completed", USAGE);
    await poll();
    expect(figures()).toMatchObject({ requests: 0, open: 0, cost: 0 });
  });
});
