import { describe, expect, it } from "vitest";
import { type Crowd, type Settled, settleCrowd } from "./crowd.ts";

const RECORD = { patienceMs: 120_000, mostPatienceMs: 600_000 };
/** A gate's post part begins with less. */
const POST = { patienceMs: 60_000, mostPatienceMs: 600_000 };
const STEADY = [0.8, 1.2] as const;
/** Runners that wait for a processor, too. */
const STARVED = [0.5, 2] as const;
const SEEDS = [1, 2, 3];

const settleEach = (crowd: Omit<Crowd, "seed">): Promise<Settled[]> =>
  Promise.all(SEEDS.map((seed) => settleCrowd({ ...crowd, seed })));

const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

function expectAllWritten(rounds: readonly Settled[], writers: number): void {
  for (const { gaveUp, written } of rounds) expect({ gaveUp, written }).toEqual({ gaveUp: 0, written: writers });
}

describe("operations of many at once", () => {
  it.each([
    // What it takes where requests are quick, and what no slower GitHub shall change.
    [100, 8, 4.5, 3],
    [100, 20, 4.7, 6],
    [100, 50, 4.4, 12],
    [1_000, 8, 5, 30],
    [1_000, 20, 6, 120],
    [1_000, 50, 7.5, 180],
    [3_000, 8, 5, 120],
    [3_000, 20, 4.5, 180],
    [3_000, 50, 6, 400],
  ])("whose requests take %i ms: %i of them need no more than %d requests each, and %d s", async (...row) => {
    const [requestMs, writers, mostRequests, mostS] = row;
    const rounds = await settleEach({ writers, requestMs, spread: STEADY, work: "settle", patience: RECORD });
    expectAllWritten(rounds, writers);
    for (const { requests, lastMs } of rounds) {
      expect(meanOf(requests)).toBeLessThanOrEqual(mostRequests);
      expect(lastMs).toBeLessThanOrEqual(mostS * 1_000);
    }
  });

  it.each([
    ["that settle holds", { work: "settle", patience: POST, spread: STEADY }],
    ["that settle holds on starved runners", { work: "settle", patience: POST, spread: STARVED }],
    ["that settle none", { work: "book", patience: RECORD, spread: STEADY }],
    ["that settle none, on starved runners", { work: "book", patience: RECORD, spread: STARVED }],
    ["that ask to be let in", { work: "check", patience: RECORD, spread: STEADY }],
  ] as const)(
    "of 20 %s, at three seconds a request: six requests each at most, and nobody gives up",
    async (_, crowd) => {
      const rounds = await settleEach({ ...crowd, writers: 20, requestMs: 3_000 });
      expectAllWritten(rounds, 20);
      expect(meanOf(rounds.flatMap(({ requests }) => requests))).toBeLessThanOrEqual(6);
    },
  );

  it("of 20 that settle holds, at three seconds a request: none needs more than six requests", async () => {
    const rounds = await settleEach({
      ...{ writers: 20, requestMs: 3_000, spread: STEADY, work: "settle", patience: RECORD },
    });
    for (const { requests } of rounds) expect(Math.max(...requests)).toBeLessThanOrEqual(6);
  });

  it("keeps nobody longer than its patience where a crowd is quick", async () => {
    const crowd = { writers: 50, requestMs: 100, spread: STARVED, work: "book", patience: POST } as const;
    for (const { lastMs } of await settleEach(crowd)) expect(lastMs).toBeLessThan(POST.patienceMs);
  });
});
