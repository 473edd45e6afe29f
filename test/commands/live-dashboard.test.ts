import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { liveDashboard } from "../../src/commands/live-dashboard.ts";
import type { Ports } from "../../src/commands/operation/ports.ts";
import { filesOf, portsOver } from "../edges/serve/serve-ports.ts";
import { countOf } from "../support/pace/pace.ts";
import { useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();

/** Ports that count how often the ledger is read. */
async function counting() {
  const ports = await portsOver(world.store);
  const counted = { ledger: 0 };
  const { store } = ports;
  const ledger = Object.assign(
    (...asked: Parameters<Ports["store"]["ledger"]>) => {
      counted.ledger += 1;
      return store.ledger(...asked);
    },
    { isPatient: true as const },
  );
  return { ports: { ...ports, store: { ...store, ledger } }, counted };
}

const SHOWN = { shown: "names", warn: () => {} } as const;

const record = (inputs: Readonly<Record<string, string>>) => world.run("record", { profile: "nightly", ...inputs });

describe("a live dashboard", () => {
  it("reads the ledger once, then only what was booked since", async () => {
    world.policy("budgets:\n  - { name: web, match: { team: web }, limit: 4 USD }\n");
    await record({ cost: "1", tags: "team=web" });
    const { ports, counted } = await counting();
    const look = liveDashboard(ports, SHOWN);
    const first = await look();
    expect(counted.ledger).toBe(1);
    expect(await look()).toBe(first);
    await record({ cost: "0.5", tags: "team=infra" });
    const second = await look();
    expect(second).not.toBe(first);
    expect(second.figures.spent).toBe(1.5e9);
    expect(second.report(second.spans.months[0] as never, ["tag:team"]).rows).toHaveLength(2);
    expect(counted.ledger).toBe(1);
  });

  it("reads all of it again on a new day, and when the policy's budgets change", async () => {
    await record({ cost: "1", tags: "team=web" });
    const { ports, counted } = await counting();
    const look = liveDashboard(ports, SHOWN);
    await look();
    world.at("2026-02-15T08:00:00Z");
    await look();
    expect(counted.ledger).toBe(2);
    world.policy("budgets:\n  - { name: web, match: { team: web }, limit: 4 USD }\n");
    const { outlook } = await look();
    expect(outlook.budgets.map(({ name }) => name)).toEqual(["web"]);
    expect(counted.ledger).toBe(3);
  });

  it("is made again after a minute, for holds expire and days pass though nobody writes", async () => {
    await record({ cost: "1" });
    const look = liveDashboard((await counting()).ports, SHOWN);
    const first = await look();
    world.at("2026-02-14T12:00:59Z");
    expect(await look()).toBe(first);
    world.at("2026-02-14T12:01:01Z");
    const later = await look();
    expect(later).not.toBe(first);
    expect(later.now).toBe("2026-02-14T12:01:01Z");
  });

  it("shows books that aren't there yet, and those that begin then", async () => {
    const look = liveDashboard((await counting()).ports, SHOWN);
    expect((await look()).isNew).toBe(true);
    await record({ cost: "1" });
    expect(await look()).toMatchObject({ isNew: false, figures: { spent: 1e9 } });
  });

  it("throws for a ledger that lacks something, and shows it again once that is back", async () => {
    await record({ cost: "1" });
    const look = liveDashboard((await counting()).ports, SHOWN);
    await look();
    await record({ cost: "2" });
    const { state, lines } = world.store.kept;
    world.store.put({ state, lines: lines.slice(0, -1) });
    await expect(look()).rejects.toThrow(/ledger/);
    world.store.put({ state, lines });
    expect((await look()).figures.spent).toBe(3e9);
  });

  it("is, whatever is booked, what reading the whole ledger gives", async () => {
    const team = fc.constantFrom("web", "infra", "a/b ü");
    const booking = fc.record({
      minutes: fc.integer({ min: 0, max: 900 }),
      command: fc.constantFrom("record", "record", "check", "adjust", "correct"),
      cost: fc.integer({ min: 1, max: 300 }),
      team,
    });
    const walk = fc.asyncProperty(fc.array(booking, { minLength: 3, maxLength: 7 }), async (bookings) => {
      world.store.put({ state: null, lines: [] });
      world.policy("monthly-budget: 50\nbudgets:\n  - { name: web, match: { team: web }, limit: 9 USD }\n");
      let atMs = Date.parse("2026-02-26T06:00:00Z");
      world.at(new Date(atMs).toISOString());
      const ports = await portsOver(world.store);
      const look = liveDashboard(ports, SHOWN);
      for (const { minutes, command, cost, team } of bookings) {
        atMs += minutes * 60_000;
        world.at(new Date(atMs).toISOString());
        await book(command, cost / 100, team);
        expect(filesOf(await look())).toEqual(filesOf(await liveDashboard(ports, SHOWN)()));
      }
    });
    await fc.assert(walk, { numRuns: countOf("fewCases") });
  });
});

async function book(command: string, cost: number, team: string): Promise<void> {
  if (command === "record") await record({ cost: String(cost), tags: `team=${team}` });
  if (command === "check") await world.run("check", { estimate: String(cost), tags: `team=${team}` });
  if (command !== "adjust" && command !== "correct") return;
  const by = { event: { name: "workflow_dispatch" }, run: { actor: "maintainer" } };
  world.store.messages.length = 0;
  const adjustment = command === "adjust" ? "top-up" : "correct";
  await world.run("adjust", { adjustment, amount: String(cost), reason: "because", tags: `team=${team}` }, by);
}
