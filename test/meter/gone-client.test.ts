import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import { connect } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { patient } from "../support/pace/pace.ts";
import { startTestMeter, type TestMeter } from "./support/meter.ts";
import { type Provider, startProvider } from "./support/provider.ts";

/** How many names are being looked up, which takes until this is opened. */
const lookUp = { count: 0, open: () => {} };
const whole = dns.lookup;
beforeEach(() => {
  dns.lookup = ((...asked: unknown[]) => {
    const go = () => Reflect.apply(whole, dns, asked);
    // Servers look up the address that they listen at.
    if (asked[0] !== "localhost") return go();
    lookUp.count += 1;
    lookUp.open = go;
  }) as typeof dns.lookup;
  syncBuiltinESMExports();
});

let provider: Provider | undefined;
let meter: TestMeter | undefined;
afterEach(async () => {
  dns.lookup = whole;
  syncBuiltinESMExports();
  await meter?.stop();
  await provider?.stop();
});

const BODY = JSON.stringify({ model: "claude-sonnet-4-5", messages: [{ role: "user", content: "Hi" }] });

/** Sends a request and leaves while the meter looks up where it goes. */
async function askAndLeave({ port, base }: TestMeter): Promise<void> {
  const { pathname, host } = new URL(base);
  const head = `POST ${pathname}/anthropic/v1/messages HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${BODY.length}\r\n`;
  const socket = connect(port, "127.0.0.1", () => socket.write(`${head}Content-Type: application/json\r\n\r\n${BODY}`));
  socket.on("error", () => {});
  await expect.poll(() => lookUp.count).toBe(1);
  socket.resetAndDestroy();
  // Nothing tells when the meter has noticed.
  await new Promise((resolve) => setTimeout(resolve, 100));
  lookUp.open();
}

it("a client that goes while the provider's name is looked up leaves nothing open and asks nothing", async () => {
  provider = await startProvider(() => ({ pieces: [] }));
  const origin = provider.origin.replace("127.0.0.1", "localhost");
  meter = await startTestMeter({ origin, maxCost: 10_000_000 });
  await askAndLeave(meter);
  const { meter: running } = meter;
  await expect.poll(() => running.figures().open, { timeout: patient(10_000) }).toBe(0);
  expect(provider.seen.begun).toBe(0);
  expect(running.figures()).toMatchObject({ requests: 0, cost: 0 });
});
