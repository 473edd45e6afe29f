import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunRef } from "../../src/values/codecs.ts";
import { type NanoUsd, nanoOf } from "../../src/values/money.ts";
import { instantOf } from "../../src/values/month.ts";
import { countOf } from "../support/pace/pace.ts";
import { differencesOf } from "../support/replayed.ts";
import { rule } from "./part-samples.ts";
import { Bookkeeper, billed, check, NO_USAGE, RUN, record, release, usageOf } from "./sample-books.ts";

/** A job of a run: what its earlier steps left in its environment. */
type Job = {
  readonly run: RunRef;
  gate: string | undefined;
  jobHold: string | undefined;
  settledHold: string | undefined;
};

type Act = {
  readonly job: number;
  readonly kind: "guard" | "check" | "record" | "name" | "release" | "post" | "wait";
  readonly nano: number | null;
  readonly named: number;
};

const act: fc.Arbitrary<Act> = fc.record({
  job: fc.nat(3),
  kind: fc.constantFrom("guard", "check", "record", "record", "name", "release", "post", "wait"),
  nano: fc.option(fc.integer({ min: 1, max: 3_000_000_000 }), { freq: 6 }),
  named: fc.nat(3),
});

/** Two legs that can't be told apart, a job of its own, and one of another run. */
const RUNS: readonly RunRef[] = [RUN, RUN, { ...RUN, job: "report" }, { ...RUN, run_id: 2 }];

class Run {
  readonly keeper = new Bookkeeper();
  readonly reported = new Map<string, number>();
  readonly jobs: Job[] = RUNS.map((run) => ({ run, gate: undefined, jobHold: undefined, settledHold: undefined }));
  #count = 0;
  #nowMs = Date.parse("2026-02-10T10:00:00Z");

  play({ job: index, kind, nano, named }: Act): void {
    const job = this.jobs[index];
    if (job === undefined) throw new Error("no such job");
    this.#count += 1;
    this.#nowMs += kind === "wait" ? 7 * 3_600_000 : 1_000;
    const id = `op-${this.#count}`;
    if (kind === "guard" || kind === "check") this.#letIn(job, id, kind);
    if (kind === "record") this.#record(job, id, nano);
    if (kind === "name") this.#record(job, id, nano, this.jobs[named]?.jobHold);
    if (kind === "release") this.#do(release({ id, hold: job.jobHold, run: job.run }));
    if (kind === "post" && job.gate !== undefined) this.#post(job, job.gate, nano);
  }

  #letIn(job: Job, id: string, kind: "guard" | "check"): void {
    this.#do(check({ id, run: job.run, isGate: kind === "guard", tags: { agent: "dev" } }));
    job.jobHold = id;
    if (kind === "guard") job.gate = id;
  }

  #record(job: Job, id: string, nano: number | null, hold?: string): void {
    const { run, jobHold, settledHold } = job;
    const { answer } = this.#do(record({ id, hold, jobHold, settledHold, run, usage: usageIn(nano) }));
    if (answer.booking?.hold !== undefined) job.settledHold = answer.booking.hold;
    if (nano !== null) this.reported.set(id, nano);
  }

  /** A gate has one post part; what a step of its own job has booked is not for it. */
  #post(job: Job, hold: string, nano: number | null): void {
    const { run, jobHold, settledHold } = job;
    const id = `${hold}:settle`;
    job.gate = undefined;
    const isBooked = this.keeper.state.closed_holds.some((one) => one.id === hold && one.own === true);
    this.#do(record({ id, origin: "post", hold, jobHold, settledHold, run, usage: usageIn(nano) }));
    if (nano !== null && !isBooked && settledHold !== hold) this.reported.set(id, nano);
  }

  #do(request: Parameters<Bookkeeper["do"]>[0]) {
    const parts = [rule({ name: "dev", match: { agent: ["dev"] } })];
    return this.keeper.do(request, { now: instantOf(this.#nowMs), settings: { parts, estimate: nanoOf(0.5) } });
  }
}

function usageIn(nano: number | null) {
  return nano === null ? NO_USAGE : usageOf({ ...billed(0), reported_cost: nano as NanoUsd });
}

describe("law: own", () => {
  it("whatever jobs of a run do in whatever order, every cost that is reported is booked, in full and once", () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 2, maxLength: 25 }), (acts) => {
        const run = new Run();
        for (const one of acts) run.play(one);
        const { entries, state } = run.keeper;
        for (const [id, nano] of run.reported) {
          const own = entries.filter((entry) => entry.id === id);
          expect(own.map(({ cost, replaces = 0 }) => cost + replaces)).toEqual([nano]);
        }
        expect(differencesOf(state, entries)).toEqual([]);
      }),
      { numRuns: countOf("manyCases") },
    );
  });

  it("a job's second record doesn't take the hold of another job's gate, whose cost is booked at its end", () => {
    const keeper = new Bookkeeper();
    const other = { ...RUN, job: "other" };
    keeper.do(check({ id: "a", isGate: true }));
    keeper.do(check({ id: "b", isGate: true, run: other }));
    keeper.do(record({ id: "r1", jobHold: "a", usage: usageOf(billed(0.1)) }));
    keeper.do(record({ id: "r2", jobHold: "a", settledHold: "a", usage: usageOf(billed(0.1)) }));
    expect(keeper.state.holds.map(({ id }) => id)).toEqual(["b"]);
    const post = record({ id: "b:settle", origin: "post", hold: "b", run: other, usage: usageOf(billed(2.5)) });
    expect(keeper.do(post).answer.booking).toMatchObject({ how: "settled", cost: nanoOf(2.5) });
    expect(keeper.state).toMatchObject({ total_spent: nanoOf(2.7), executions: 2 });
  });

  it.each([
    ["an ungated record in a third job", record({ run: { ...RUN, job: "third" } })],
    ["a release that names no hold in a third job", release({ run: { ...RUN, job: "third" } })],
    ["a matrix leg that can't be told from its sister", record()],
  ])("%s leaves the hold of a gate open", (_, request) => {
    const keeper = new Bookkeeper();
    keeper.do(check({ isGate: true }));
    keeper.do(request);
    expect(keeper.state.holds.map(({ id }) => id)).toEqual(["hold-1"]);
  });

  it("a further charge counts where its hold does: in its sub-budgets, with its tags", () => {
    const parts = [rule({ name: "dev", match: { agent: ["dev"] }, limit: { unit: "USD", amount: nanoOf(2) } })];
    const keeper = new Bookkeeper();
    const when = { settings: { parts, estimate: nanoOf(0.5) } };
    const tags = { agent: "dev" };
    keeper.do(check({ tags }), when);
    for (const id of ["r1", "r2", "r3"]) {
      keeper.do(record({ id, jobHold: "hold-1", usage: usageOf(billed(1)) }), when);
    }
    expect(keeper.state.budgets?.["dev"]?.spent).toBe(nanoOf(3));
    expect(keeper.state.tagged).toBe(nanoOf(3));
    expect(keeper.entries.map((entry) => entry.tags)).toEqual([tags, tags, tags]);
    const { answer } = keeper.do(check({ id: "hold-2", tags }), when);
    expect(answer.admission).toMatchObject({ decision: "deny", reason: "budget-exceeded" });
    const unreadable = { settings: { ...when.settings, parts: undefined } };
    keeper.do(record({ id: "r4", jobHold: "hold-1", usage: usageOf(billed(1)) }), unreadable);
    expect(keeper.state.budgets?.["dev"]?.spent).toBe(nanoOf(4));
  });

  it("a released hold whose run happened after all counts where it did, and once", () => {
    const parts = [rule({ name: "dev", match: { agent: ["dev"] } })];
    const keeper = new Bookkeeper();
    const when = { settings: { parts } };
    keeper.do(check({ tags: { agent: "dev" } }), when);
    keeper.do(release({ hold: "hold-1" }), when);
    keeper.do(record({ id: "r1", hold: "hold-1", usage: usageOf(billed(1)) }), when);
    keeper.do(record({ id: "r2", hold: "hold-1", usage: usageOf(billed(1)) }), when);
    expect(keeper.state.budgets?.["dev"]?.spent).toBe(nanoOf(2));
    expect(keeper.state.executions).toBe(1);
  });

  it("what was charged with its tags when its time ran out is corrected with them", () => {
    const keeper = new Bookkeeper();
    keeper.do(check({ tags: { agent: "dev" } }));
    keeper.do(check({ id: "plain" }));
    const late = { now: "2026-02-14T20:00:00Z" };
    keeper.do(record({ id: "r1", hold: "hold-1", usage: usageOf(billed(3)) }), late);
    keeper.do(record({ id: "r2", hold: "plain", tags: { agent: "x" }, usage: usageOf(billed(4)) }), late);
    expect(keeper.state).toMatchObject({ total_spent: nanoOf(7), tagged: nanoOf(3) });
  });

  it("a hold that expired is corrected for forty days, and charged once", () => {
    const keeper = new Bookkeeper();
    keeper.do(check({}), { settings: { estimate: nanoOf(2) } });
    keeper.do(record({ id: "other" }), { now: "2026-02-14T20:00:00Z" });
    keeper.do(record({ id: "late", hold: "hold-1", usage: usageOf(billed(1.02)) }), { now: "2026-03-20T10:00:00Z" });
    expect(keeper.entries.filter(({ hold }) => hold === "hold-1").map(({ cost }) => cost)).toEqual([
      nanoOf(2),
      nanoOf(-0.98),
    ]);
  });
});

describe("a hold whose time runs out", () => {
  const late = { now: "2026-02-14T20:00:00Z" };

  it("under a flat fee is charged nothing, its estimate kept beside it, and corrected by nothing", () => {
    const keeper = new Bookkeeper();
    keeper.do(check({ billing: "subscription" }));
    keeper.do(record({ id: "other", usage: usageOf(billed(1)) }), late);
    expect(keeper.entries[0]).toMatchObject({ kind: "charge", cost: 0, notional: nanoOf(0.055), quality: "estimated" });
    keeper.do(record({ id: "late", hold: "hold-1", usage: usageOf(billed(3)) }), late);
    expect(keeper.state.total_spent).toBe(nanoOf(1));
    expect(keeper.entries.at(-1)).toMatchObject({ kind: "correction", cost: 0, notional: nanoOf(3) });
  });

  it("is released where its run asked for unsettled: release, and charged in full when it is booked after all", () => {
    const keeper = new Bookkeeper();
    keeper.do(check({ unsettled: "release" }));
    keeper.do(record({ id: "other", usage: usageOf(billed(1)) }), late);
    expect(keeper.entries[0]).toMatchObject({ id: "hold-1:expire", kind: "release", amount: nanoOf(0.055), cost: 0 });
    keeper.do(record({ id: "late", hold: "hold-1", usage: usageOf(billed(3)) }), late);
    expect(keeper.state.total_spent).toBe(nanoOf(4));
  });

  it("is settled on the terms it was let in on, which a later step needn't repeat", () => {
    const keeper = new Bookkeeper();
    keeper.do(check({ billing: "subscription" }));
    keeper.do(check({ id: "hold-2", unsettled: "release" }));
    expect(keeper.do(record({ hold: "hold-1", usage: usageOf(billed(3)) })).answer.booking?.cost).toBe(0);
    const { answer } = keeper.do(record({ id: "r2", hold: "hold-2", usage: NO_USAGE }));
    expect(answer.booking?.how).toBe("released");
    expect(keeper.state.total_spent).toBe(0);
  });
});
