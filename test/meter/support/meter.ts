import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { meterAgent } from "../../../src/edges/machine/meter-agent.ts";
import { type Meter, serveMeter } from "../../../src/meter/server.ts";
import type { MeterHooks, MeterSetup } from "../../../src/meter/setup.ts";
import { patient } from "../../support/pace/pace.ts";

export const SECRET = "s3cr3t-path-4f1c9d";
export const CONTROL = "c0ntr0l-word-77aa31";

/** A setup that forwards everything to hosts of the tests. */
export function setupFor(
  facts: Partial<MeterSetup> & { readonly folder: string; readonly origin: string },
): MeterSetup {
  const { origin, ...given } = facts;
  const forward = { anthropic: origin, openai: `${origin}/v1`, gemini: origin };
  return {
    ...{ hold: "hold-1", secret: SECRET, control: CONTROL, estimate: null, cap: null, maxCost: null },
    ...{ overrun: "extend", alertPercent: 110, models: null, forward, hosts: [new URL(origin).host] },
    ...{ batches: false, usage: "exact", prices: {}, endsAtMs: Date.now() + patient(600_000), books: null },
    ...given,
  };
}

export const NO_HOOKS: MeterHooks = {
  extend: async () => ({ refused: "The month's budget is used up." }),
  alert: async () => {},
};

export type TestMeter = {
  readonly meter: Meter;
  readonly port: number;
  readonly folder: string;
  readonly base: string;
  /** The elements of its record so far. */
  readonly recorded: () => Record<string, unknown>[];
  readonly stop: () => Promise<void>;
};

type Facts = Partial<MeterSetup> & { readonly origin: string; readonly hooks?: Partial<MeterHooks> };

/** A meter in this process, on a port of its own. */
export async function startTestMeter({ hooks, ...facts }: Facts): Promise<TestMeter> {
  const folder = mkdtempSync(join(tmpdir(), "meter-test-"));
  const setup = setupFor({ folder, ...facts });
  const meter = await serveMeter(setup, { hooks: { ...NO_HOOKS, ...hooks }, outside: meterAgent({}) });
  const server = createServer({ allowHalfOpen: true }, (socket) => meter.accept(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ meter, port, folder, base: `http://127.0.0.1:${port}/${SECRET}` },
    recorded: () => recordedIn(join(folder, `meter-${setup.hold}.jsonl`)),
    async stop() {
      await meter.stop(0);
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

/** The elements of a record. */
export function recordedIn(path: string): Record<string, unknown>[] {
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  return text
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => JSON.parse(line).usage as Record<string, unknown>[]);
}
