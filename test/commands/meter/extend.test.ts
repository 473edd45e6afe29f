import { describe, expect, it } from "vitest";
import { decodeEntry } from "../../../src/books/entry.ts";
import { decodeState } from "../../../src/books/file/decode.ts";
import { decideOther } from "../../../src/books/operations.ts";
import { DEFAULT_SETTINGS } from "../../../src/books/settings.ts";
import { extendHold } from "../../../src/commands/meter/extend.ts";
import type { Ports } from "../../../src/commands/operation/ports.ts";
import { patientStore } from "../../../src/store/patient-store.ts";
import { StoreFault } from "../../../src/store/port.ts";
import { type NanoUsd, nanoOf, plus, ZERO } from "../../../src/values/money.ts";
import { billed, check, record, usageOf } from "../../books/sample-books.ts";
import { createDice } from "../../faults/dice.ts";
import { type CommitStep, patience, ScriptedStore } from "../../store/scripted-store.ts";
import { countOf } from "../../support/pace/pace.ts";

/** Another writer was faster. */
const conflict = (store: ScriptedStore) => store.put({ ...store.kept, state: `${store.state} ` });

function booksIn({ state: text, lines }: ScriptedStore) {
  const decoded = decodeState(text ?? "");
  if (decoded.kind !== "state") throw new Error(JSON.stringify(decoded));
  return { state: decoded.state, entries: lines.map(decodeEntry) };
}

/** Books whose commits meet conflicts, faults and lost answers, as a seed has it. */
function troubled(seed: number) {
  const dice = createDice(seed);
  let ids = 0;
  const store = new ScriptedStore({});
  const patient = patientStore(store, patience(60_000));
  const run = { repository: "o/r", run_id: 1, attempt: 1, job: "agent", index: 0 };
  const ports = {
    store: patient,
    caller: { run, fullRun: { ...run, actor: "octocat" }, profile: "ai-pr", maySetBudget: true },
    newId: () => `op-${seed}-${ids++}`,
    now: () => Date.parse(store.now),
    redact: (text: string) => text,
    log: () => {},
    webhook: null,
    channels: [],
  } as unknown as Ports;
  const trouble = (): CommitStep => dice.oneOf<CommitStep>(["ok", "ok", "lost", new StoreFault("busy"), conflict]);
  const disturb = () => store.commits.splice(0, store.commits.length, trouble(), trouble());
  const decide = (request: ReturnType<typeof check> | ReturnType<typeof record>) =>
    patient.transact({
      tell: () => {},
      plan: async () => ({ request, circumstances: { settings: DEFAULT_SETTINGS, channels: {}, others: decideOther } }),
      describe: () => ({ message: "test", page: null }),
    });
  return { dice, store, ports, disturb, decide };
}

describe("holds that meters raise while others write and answers are lost", () => {
  it("are raised once for each grant, and bookings and holds add up", async () => {
    for (let seed = 1; seed <= Math.ceil(countOf("fewCases") / 2); seed += 1) {
      const { dice, store, ports, disturb, decide } = troubled(seed);
      const runs = ["a", "b", "c"];
      const granted = new Map<string, NanoUsd>();
      for (const hold of runs) await decide(check({ id: hold, run: { run_id: runs.indexOf(hold) + 1 } }));
      for (let acts = 0; acts < 12; acts += 1) {
        disturb();
        const hold = dice.oneOf(runs);
        const needed = nanoOf(dice.number(1, 300) / 100);
        const amount = plus(nanoOf(0.055), granted.get(hold) ?? ZERO);
        const asked = { hold, needed, amount, priority: undefined, maxCost: null };
        const grant = await extendHold(ports, {}, asked);
        if ("granted" in grant) granted.set(hold, plus(granted.get(hold) ?? ZERO, grant.granted));
      }
      expect(granted.size).toBeGreaterThan(0);
      const { state: held } = booksIn(store);
      for (const { id, amount } of held.holds) expect(amount).toBe(plus(nanoOf(0.055), granted.get(id) ?? ZERO));
      expect(held.holds.reduce((sum, { amount }) => sum + amount, 0)).toBeLessThanOrEqual(held.monthly_budget);
      store.commits.length = 0;
      for (const hold of runs) await decide(record({ id: `settle-${hold}`, hold, usage: usageOf(billed(0.5)) }));
      const { state, entries } = booksIn(store);
      expect(state.holds).toEqual([]);
      expect(state.total_spent).toBe(entries.reduce((sum, { cost }) => sum + cost, 0));
      expect(state.total_spent).toBe(nanoOf(1.5));
    }
  });
});
