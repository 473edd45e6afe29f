import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { meterFigures, startMeter } from "../../src/meter/client.ts";
import type { MeterFigures } from "../../src/meter/figures.ts";
import { patient } from "../support/pace/pace.ts";
import { ask, post } from "./support/asking.ts";
import { CONTROL, SECRET, setupFor } from "./support/meter.ts";
import { type Provider, startProvider } from "./support/provider.ts";
import { COMMAND, isAlive, type Running, startRunning, until } from "./support/running.ts";

const SAID = "What the agent says is nobody's business";
const KEY = "sk-ant-REDACTED";
const BOOKS = "ghs_t0kenOfTheBooks0123456789012345678";
const USAGE = { input_tokens: 1_000, output_tokens: 100 };
const COST = 0.0045;

const event = (name: string, value: object) => Buffer.from(`event: ${name}\ndata: ${JSON.stringify(value)}\n\n`);
const STREAM = [
  event("message_start", {
    type: "message_start",
    message: { id: "msg_stream", type: "message", role: "assistant", model: "claude-sonnet-4-5", usage: USAGE },
  }),
  event("content_block_delta", {
    type: "content_block_delta",
    index: 0,
    delta: { type: "text_delta", text: "Hi there" },
  }),
  event("message_stop", { type: "message_stop" }),
];
const MESSAGE = Buffer.from(
  JSON.stringify({
    ...{ id: "msg_1", type: "message", role: "assistant", model: "claude-sonnet-4-5", stop_reason: "end_turn" },
    content: [{ type: "text", text: SAID }],
    usage: USAGE,
  }),
);

let provider: Provider;
let running: Running | undefined;
let held: Promise<void> | undefined;

beforeAll(async () => {
  provider = await startProvider(({ headers }) =>
    headers["x-stream"] === undefined
      ? { headers: { "content-type": "application/json" }, pieces: [MESSAGE] }
      : { headers: { "content-type": "text/event-stream" }, pieces: STREAM, ...(held && { before: held }) },
  );
});
afterAll(() => provider.stop());
beforeEach(() => {
  held = new Promise(() => {});
});
afterEach(() => {
  running?.clean();
  running = undefined;
});

const ASKED = { model: "claude-sonnet-4-5", messages: [{ role: "user", content: SAID }] };
const call = ({ base }: Running) => post(`${base}/anthropic/v1/messages`, ASKED, { "x-api-key": KEY });

/** A stream that stays open; resolves when its first event came. */
async function openStream({ base }: Running) {
  const body = JSON.stringify({ ...ASKED, stream: true });
  const before = provider.seen.begun;
  const asked = ask({
    url: `${base}/anthropic/v1/messages`,
    headers: { "x-stream": "1", "content-length": String(Buffer.byteLength(body)), "x-api-key": KEY },
    pieces: [Buffer.from(body)],
  });
  // It may end before its answer begins.
  const ended = asked.catch(() => ({ isCut: true }));
  await until(() => provider.seen.begun > before);
  return ended;
}

async function start(facts: object = {}, env: Record<string, string> = {}): Promise<Running> {
  running = await startRunning({ origin: provider.origin, ...facts }, env);
  return running;
}

/** All that the meter's processes and files show. */
function shown({ folder, pid, inner }: Running): string {
  const files = readdirSync(folder).map((name) => `${name}\n${readFileSync(join(folder, name), "utf8")}`);
  const processes = [pid, inner()].flatMap((one) =>
    process.platform === "linux"
      ? [readFileSync(`/proc/${one}/environ`, "utf8"), readFileSync(`/proc/${one}/cmdline`, "utf8")]
      : [],
  );
  return [...files, ...processes].join("\n");
}

describe.skipIf(process.platform === "win32")("a meter's processes", () => {
  it("outlive who started them, keep nothing of what was said, and end when they are asked", async () => {
    const secret = { HTTPS_PROXY: "", NO_PROXY: "", GITHUB_TOKEN: BOOKS, ANTHROPIC_API_KEY: KEY };
    const meter = await start({ books: { token: BOOKS } }, { ...secret, RUNNER_TRACKING_ID: "github_123" });
    expect((await call(meter)).status).toBe(200);
    const stream = openStream(meter);
    await until(() => meter.recorded().length === 1);
    const all = shown(meter);
    for (const word of [SAID, KEY, BOOKS, SECRET, CONTROL, "msg_1", "/v1/messages", provider.host])
      expect(all).not.toContain(word);
    if (process.platform === "linux") expect(all.split("RUNNER_TRACKING_ID=github_123")).toHaveLength(3);
    for (const name of readdirSync(meter.folder)) expect(statSync(join(meter.folder, name)).mode & 0o077).toBe(0);
    const figures = await meter.stop();
    expect(figures).toMatchObject({ requests: 2, open: 0, estimated: 1, ended: true, restarts: 0 });
    expect(figures?.cost).toBeGreaterThan(COST);
    expect((await stream).isCut).toBe(true);
    expect(meter.recorded().map(({ estimated }) => estimated)).toEqual([undefined, true]);
    await meter.gone();
    expect(JSON.parse(readFileSync(join(meter.folder, "meter-hold-1.json"), "utf8"))).toMatchObject({
      ended: true,
      requests: 2,
    });
  });

  it("are started once for a hold", async () => {
    const meter = await start();
    await expect(startMeter(COMMAND, meter.setup, {})).rejects.toThrow(
      "The meter could not be started. This hold has a meter already.",
    );
    await meter.stop();
    await expect(startMeter(COMMAND, meter.setup, {})).rejects.toThrow("has a meter already");
  });

  it("don't start with what they can't work by, and say why", async () => {
    const folder = mkdtempSync(join(tmpdir(), "meter-test-"));
    const setup = { ...setupFor({ folder, origin: provider.origin }), hosts: [] };
    await expect(startMeter(COMMAND, setup, {})).rejects.toMatchObject({
      code: "meter-unavailable",
      message: expect.stringContaining("add it to meter-hosts in the policy file"),
    });
    await expect(startMeter([process.execPath, "-e", "0"], setup, {})).rejects.toThrow("Its process ended");
    await expect(startMeter([join(folder, "nothing")], setup, {})).rejects.toThrow("Its process ended");
    const file = join(folder, "file");
    writeFileSync(file, "");
    await expect(startMeter(COMMAND, { ...setup, folder: file }, {})).rejects.toThrow("record can't be written");
    mkdirSync(join(folder, "own"));
    rmSync(folder, { recursive: true });
  });

  it("go on after the inner one died once, with what it knew and at least what was open", async () => {
    const meter = await start({ maxCost: 10_000_000, overrun: "stop" });
    expect((await call(meter)).status).toBe(200);
    const stream = openStream(meter);
    await until(async () => (await live(meter))?.open === 1);
    process.kill(meter.inner(), "SIGKILL");
    expect((await stream).isCut).toBe(true);
    // The next one is answered by another process.
    expect((await call(meter)).status).toBe(200);
    const recorded = meter.recorded();
    expect(recorded).toHaveLength(3);
    expect(recorded[1]).toMatchObject({ model: "claude-sonnet-4-5", estimated: true });
    expect(recorded[1]?.["input"]).toBeGreaterThan(0);
    // The cap counts what was before.
    expect((await call(meter)).status).toBe(200);
    expect((await call(meter)).status).toBe(402);
    const figures = await meter.stop();
    expect(figures).toMatchObject({ requests: 4, restarts: 1, estimated: 1, refused: { "over-cap": 1 } });
    await meter.gone();
  });

  it("refuse every request after the inner one died twice", async () => {
    const meter = await start();
    for (let died = 0; died < 2; died += 1) {
      expect((await call(meter)).status).toBe(200);
      const dead = meter.inner();
      process.kill(dead, "SIGKILL");
      await until(() => !isAlive(dead));
    }
    const refused = await post(
      `${meter.base}/openai/v1/responses`,
      { model: "gpt-5" },
      { "user-agent": "codex_cli_rs/1" },
    );
    expect(refused.status).toBe(400);
    expect(refused.body.toString()).toContain("token-budget's meter is unavailable");
    expect(refused.headers["x-should-retry"]).toBe("false");
    expect((await ask({ url: `http://127.0.0.1:${meter.port}/x/openai/v1/models`, method: "GET" })).status).toBe(404);
    expect(meter.recorded()).toHaveLength(2);
    expect(await meter.stop()).toBeUndefined();
    await meter.gone();
    // Whoever books the run reads there that, and why, it was stopped.
    const left = JSON.parse(readFileSync(join(meter.folder, "meter-hold-1.json"), "utf8"));
    expect(left).toMatchObject({ ended: false, refused: { unavailable: 1 }, refusal: { code: "unavailable" } });
  });

  it("go on after the outer one died", async () => {
    const meter = await start();
    expect((await call(meter)).status).toBe(200);
    process.kill(meter.pid, "SIGKILL");
    // What connects while the system still closes the dead one's socket is reset.
    const again = () => call(meter).then(({ status }) => status === 200);
    await until(() => again().catch(() => false));
    expect(await meter.stop()).toMatchObject({ requests: 2 });
    await meter.gone();
  });

  it("refuse every request from the end of their time on, book what was open then, and count what they refuse", async () => {
    const meter = await start({ endsAtMs: Date.now() + patient(3_000) });
    expect((await call(meter)).status).toBe(200);
    const stream = openStream(meter);
    expect((await stream).isCut).toBe(true);
    const refused = await call(meter);
    expect(refused.status).toBe(402);
    expect(refused.body.toString()).toMatch(/the time that it was let in for is over.*Raise hold-minutes/);
    expect(await live(meter)).toMatchObject({ ended: true, requests: 2, refused: { unavailable: 1 } });
    const figures = await meter.stop();
    expect(figures).toMatchObject({ ended: true, requests: 2, refused: { unavailable: 1 } });
    expect(figures?.refusal?.text).toMatch(/hold-minutes/);
    await meter.gone();
    expect(JSON.parse(readFileSync(join(meter.folder, "meter-hold-1.json"), "utf8"))).toEqual(figures);
    expect(meter.recorded()).toHaveLength(2);
  });

  it("don't outlive their owner when their time is over", async () => {
    const owner = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    const meter = await start({ owner: owner.pid as number, endsAtMs: Date.now() });
    await until(async () => (await live(meter))?.ended === true);
    owner.kill("SIGKILL");
    await meter.gone();
  });

  it("end with the process that they must not outlive", async () => {
    const owner = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    const meter = await start({ owner: owner.pid as number });
    expect((await call(meter)).status).toBe(200);
    owner.kill("SIGKILL");
    await meter.gone();
    expect(meter.recorded()).toHaveLength(1);
  });

  it("book the least of what is open when the inner one dies at their end", async () => {
    const meter = await start();
    const stream = openStream(meter);
    await until(async () => (await live(meter))?.open === 1);
    const inner = meter.inner();
    // It can neither end nor answer.
    process.kill(inner, "SIGSTOP");
    process.kill(meter.pid, "SIGTERM");
    await new Promise((resolve) => setTimeout(resolve, patient(200)));
    process.kill(inner, "SIGKILL");
    expect((await stream).isCut).toBe(true);
    await meter.gone();
    expect(meter.recorded()).toMatchObject([{ model: "claude-sonnet-4-5", estimated: true }]);
  });

  it("book what is open when they are told to end by a signal", async () => {
    const meter = await start();
    const stream = openStream(meter);
    await until(async () => (await live(meter))?.open === 1);
    process.kill(meter.pid, "SIGTERM");
    expect((await stream).isCut).toBe(true);
    await meter.gone();
    expect(meter.recorded()).toMatchObject([{ model: "claude-sonnet-4-5", estimated: true }]);
  });
});

function live({ port }: Running): Promise<MeterFigures | undefined> {
  return meterFigures({ port, control: CONTROL });
}
