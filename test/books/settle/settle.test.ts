import { describe, expect, it } from "vitest";
import type { RecordRequest } from "../../../src/books/request.ts";
import { usageLine } from "../../../src/usage/usage.ts";
import { BudgetError } from "../../../src/values/errors.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { differencesOf } from "../../support/replayed.ts";
import {
  Bookkeeper,
  billed,
  check,
  freshState,
  NO_USAGE,
  RUN,
  record,
  release,
  unpriced,
  usageOf,
} from "../sample-books.ts";

const LATER = "2026-02-14T20:00:00Z";

/** Books in which one run was let in, under `hold-1`. */
function letIn(change: Parameters<typeof check>[0] = {}): Bookkeeper {
  const keeper = new Bookkeeper();
  keeper.do(check(change));
  return keeper;
}

function book(keeper: Bookkeeper, change: Partial<RecordRequest> = {}, now = "2026-02-14T11:00:00Z") {
  const { answer } = keeper.do(record(change), { now });
  if (answer.booking === undefined) throw new Error("no booking");
  return answer.booking;
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof BudgetError) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

describe("a record", () => {
  it("settles the hold it names: the run's cost instead of the estimate", () => {
    const keeper = letIn({ tags: { team: "core" } });
    const booking = book(keeper, {
      hold: "hold-1",
      prs: 1,
      result: "success",
      outcomes: { lines: 240 },
      tags: { team: "x", a: "b" },
    });
    expect(booking).toMatchObject({
      how: "settled",
      cost: nanoOf(0.05),
      charged: nanoOf(0.05),
      quality: "reported",
      hold: "hold-1",
    });
    expect(keeper.state).toMatchObject({ holds: [], total_spent: nanoOf(0.05), executions: 1, prs_generated: 1 });
    expect(keeper.state.closed_holds).toEqual([
      {
        ...{ id: "hold-1", by: "record-1", charged: nanoOf(0.05), at: "2026-02-14T11:00:00Z" },
        ...{ profile: "ai-pr", tags: { team: "core" }, run: { run_id: RUN.run_id } },
      },
    ]);
    expect(keeper.entries).toMatchObject([
      {
        id: "record-1",
        kind: "charge",
        cost: nanoOf(0.05),
        predicted: nanoOf(0.055),
        hold: "hold-1",
        started_at: "2026-02-14T10:00:00Z",
        result: "success",
        prs: 1,
        outcomes: { lines: 240 },
        tags: { team: "core", a: "b" },
      },
    ]);
  });

  it("charges list prices to the nano-dollar", () => {
    const keeper = new Bookkeeper(
      freshState({ total_spent: nanoOf(5.23), executions: 95, milestones_reached: [nanoOf(5)] }),
    );
    const claude = usageLine({
      provider: "anthropic",
      model: "claude-sonnet-4-5",
      input: 2000,
      output: 1500,
      requests: 1,
    });
    const gpt = usageLine({ provider: "openai", model: "gpt-4o-mini", input: 2500, output: 4000, requests: 1 });
    const booking = book(keeper, {
      usage: usageOf({ ...claude, prices: { input: 3, output: 15 } }, { ...gpt, prices: { input: 0.15, output: 0.6 } }),
    });
    expect(booking).toMatchObject({ cost: nanoOf(0.031275), quality: "priced" });
    expect(keeper.state.total_spent).toBe(nanoOf(5.261275));
    expect(keeper.state.tokens_used).toEqual({
      claude_input: 2000,
      claude_output: 1500,
      openai_input: 2500,
      openai_output: 4000,
    });
    expect(keeper.state.models).toMatchObject({
      "claude-sonnet-4-5": { cost: nanoOf(0.0285) },
      "gpt-4o-mini": { cost: nanoOf(0.002775) },
    });
  });

  it("without any hold charges in full, with a warning that nobody checked", () => {
    const keeper = new Bookkeeper();
    const { answer } = keeper.do(record());
    expect(answer.booking).toMatchObject({ how: "unheld", cost: nanoOf(0.05) });
    expect(answer.notes).toMatchObject([{ level: "warning", text: expect.stringContaining("without a check") }]);
  });

  it("of a released or unknown hold charges in full, with a warning: a re-run without its gate", () => {
    const keeper = letIn();
    keeper.do(release({ hold: "hold-1" }));
    expect(book(keeper, { hold: "hold-1" })).toMatchObject({ how: "unchecked", cost: nanoOf(0.05), hold: "hold-1" });
    const { answer } = keeper.do(record({ id: "r2", hold: "of-other-books" }));
    expect(answer.booking).toMatchObject({ how: "unchecked", cost: nanoOf(0.05) });
    expect(answer.notes[0]?.level).toBe("warning");
    expect(keeper.state.executions).toBe(2);
  });

  it("after another settled the hold charges in full, as a further charge of the same execution", () => {
    const keeper = letIn();
    book(keeper, { hold: "hold-1" });
    expect(book(keeper, { id: "r2", hold: "hold-1", usage: usageOf(billed(0.2)) })).toMatchObject({
      how: "further",
      cost: nanoOf(0.2),
    });
    expect(keeper.state).toMatchObject({ total_spent: nanoOf(0.25), executions: 1 });
    expect(keeper.entries[1]).toMatchObject({ further: true, hold: "hold-1" });
  });

  it.each([
    ["down", 0.03, -0.025],
    ["up", 0.2, 0.145],
    ["by nothing", 0.055, 0],
  ])("after its hold expired corrects the charge %s", (_way, cost, difference) => {
    const keeper = letIn();
    const booking = book(keeper, { hold: "hold-1", usage: usageOf(billed(cost)), prs: 1 }, LATER);
    expect(booking).toMatchObject({ how: "corrected", cost: nanoOf(difference), charged: nanoOf(cost) });
    expect(keeper.state).toMatchObject({
      total_spent: nanoOf(cost),
      executions: 1,
      prs_generated: 1,
      estimated: 0,
      corrections: { count: 1, amount: nanoOf(difference) },
    });
    expect(keeper.state.models["unpriced"]).toBeUndefined();
    expect(keeper.entries.map(({ kind }) => kind)).toEqual(["charge", "correction"]);
    expect(keeper.state.closed_holds).toEqual([expect.objectContaining({ id: "hold-1", charged: nanoOf(cost) })]);
    expect(keeper.state.closed_holds[0]).not.toHaveProperty("how");
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("corrects an expired hold in the month after, whose spent may get smaller", () => {
    const keeper = letIn();
    const booking = book(keeper, { hold: "hold-1", usage: usageOf(billed(0.01)) }, "2026-03-02T10:00:00Z");
    expect(booking).toMatchObject({ how: "corrected", cost: nanoOf(-0.045) });
    expect(keeper.state.total_spent).toBe(nanoOf(-0.045));
    expect(keeper.state.history).toMatchObject([{ month: "2026-02", total_spent: nanoOf(0.055) }]);
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("that can't say what was used is charged the hold's estimate", () => {
    const keeper = letIn();
    expect(book(keeper, { usage: NO_USAGE })).toMatchObject({
      how: "settled",
      cost: nanoOf(0.055),
      quality: "estimated",
    });
    expect(keeper.state).toMatchObject({ estimated: nanoOf(0.055), models: { unpriced: { cost: nanoOf(0.055) } } });
  });

  it.each([
    ["no usage at all", NO_USAGE, 0.055],
    ["a file that is missing beside one that isn't", { ...usageOf(billed(0.2)), incomplete: true }, 0.255],
    ["an interrupted run of one request", { ...usageOf(billed(0.2)), cutShort: true }, 0.4],
    ["an interrupted run of four requests", { ...usageOf({ ...billed(0.2), requests: 4 }), cutShort: true }, 0.25],
    ["a run that was interrupted early", { ...usageOf(billed(0.02)), cutShort: true }, 0.055],
    ["an interrupted run with a file missing", { ...usageOf(billed(0.2)), cutShort: true, incomplete: true }, 0.255],
    ["an interrupted run of a model without a price", { ...usageOf(billed(0.2), unpriced()), cutShort: true }, 0.255],
    ["a file without a line", usageOf(), 0.055],
    ["a model without a price", usageOf(billed(0.2), unpriced()), 0.255],
    [
      "a model without a price that the tool has a figure for",
      usageOf({ ...unpriced(), reported_cost: nanoOf(0.4) }),
      0.4,
    ],
  ])("of %s is never booked at nothing", (_what, usage, dollars) => {
    expect(book(new Bookkeeper(), { usage }).cost).toBe(nanoOf(dollars));
    expect(book(letIn(), { usage }).cost).toBe(nanoOf(dollars));
    expect(book(letIn(), { usage, hold: "hold-1" }, LATER).charged).toBe(nanoOf(dollars));
  });

  it("names the model without a price in the channel, once a day", () => {
    const keeper = new Bookkeeper();
    book(keeper, { usage: usageOf(unpriced("mystery-1")) });
    book(keeper, { id: "r2", usage: usageOf(unpriced("mystery-2")) });
    expect(keeper.queued("warning").map(({ facts }) => facts["text"])).toEqual([expect.stringContaining("mystery-1")]);
  });

  it("without a hold is estimated by what the profile costs, whatever fixed estimate checks go by", () => {
    const keeper = new Bookkeeper();
    for (const id of ["a", "b", "c"]) book(keeper, { id, usage: usageOf(billed(0.7)) });
    const { answer } = keeper.do(record({ usage: NO_USAGE }), { settings: { estimate: nanoOf(9) } });
    expect(answer.booking?.cost).toBe(nanoOf(0.7));
  });

  it("of a run that a flat fee covers charges nothing and keeps its list price", () => {
    const keeper = letIn();
    expect(book(keeper, { billing: "subscription", usage: usageOf(billed(3)) })).toMatchObject({
      cost: 0,
      how: "settled",
    });
    expect(keeper.entries[0]).toMatchObject({ cost: 0, notional: nanoOf(3) });
    expect(keeper.state).toMatchObject({ total_spent: 0, executions: 1, holds: [] });
    expect(keeper.state.models).toMatchObject({ "claude-sonnet-4-5": { input: 1000, cost: 0 } });
    expect(keeper.state.models["unpriced"]).toBeUndefined();
  });
});

describe("a record that lets its hold go where no usage is found", () => {
  it("writes a release with the amount", () => {
    const keeper = letIn();
    expect(book(keeper, { usage: NO_USAGE, unsettled: "release" })).toMatchObject({
      how: "released",
      cost: 0,
      hold: "hold-1",
    });
    expect(keeper.entries).toMatchObject([
      { id: "record-1", kind: "release", cost: 0, amount: nanoOf(0.055), hold: "hold-1" },
    ]);
    expect(keeper.state).toMatchObject({ holds: [], executions: 0, closed_holds: [{ how: "released", charged: 0 }] });
  });

  it("books nothing without a hold", () => {
    const keeper = new Bookkeeper();
    expect(book(keeper, { usage: NO_USAGE, unsettled: "release" })).toMatchObject({ how: "released", cost: 0 });
    expect(keeper.entries).toEqual([]);
  });

  it("charges all the same where there is usage that can't be priced", () => {
    expect(book(letIn(), { usage: usageOf(unpriced()), unsettled: "release" })).toMatchObject({
      how: "settled",
      cost: nanoOf(0.055),
    });
  });
});

describe("the hold of a record that names none", () => {
  const mate = (job: string, index = 0) => ({ ...RUN, job, index });

  it("is the open one of the same run, attempt, job, matrix index and check run", () => {
    const keeper = new Bookkeeper();
    keeper.do(check({ id: "leg-0", run: mate("agent", 0) }));
    keeper.do(check({ id: "leg-1", run: mate("agent", 1) }));
    keeper.do(check({ id: "other-job", run: mate("review", 1) }));
    expect(book(keeper, { run: mate("agent", 1) }).hold).toBe("leg-1");
    expect(book(keeper, { id: "r2", run: mate("agent", 0) }).hold).toBe("leg-0");
  });

  it("is the one of its own check run where a reusable workflow is called twice", () => {
    const keeper = new Bookkeeper();
    keeper.do(check({ id: "first", run: { ...RUN, check_run: 11 } }));
    keeper.do(check({ id: "second", run: { ...RUN, check_run: 12 } }));
    expect(book(keeper, { run: { ...RUN, check_run: 12 } }).hold).toBe("second");
  });

  it("is else the only open one of the same run and attempt: a gate in a job of its own", () => {
    const keeper = letIn({ run: mate("gate") });
    keeper.do(check({ id: "elsewhere", run: { ...RUN, run_id: 2 } }));
    expect(book(keeper, { run: { ...mate("agent"), workflow: "ai-pr" } })).toMatchObject({
      how: "settled",
      hold: "hold-1",
    });
  });

  it.each([
    ["another run", { ...RUN, run_id: 2 }],
    ["another attempt", { ...RUN, attempt: 2 }],
    ["another repository", { ...RUN, repository: "o/other" }],
    ["a terminal", {}],
  ])("is none of %s", (_what, run) => {
    expect(book(letIn({ run }))).toMatchObject({ how: "unheld" });
  });

  it("is none with several candidates", () => {
    const keeper = new Bookkeeper();
    for (const id of ["a", "b"]) keeper.do(check({ id }));
    expect(book(keeper).how).toBe("unheld");
    for (const job of ["x", "y"]) keeper.do(check({ id: job, run: mate(job) }));
    expect(book(keeper, { id: "r2", run: mate("z") }).how).toBe("unheld");
    expect(keeper.state.holds).toHaveLength(4);
  });

  it("at a terminal is the only open one that was made at a terminal, else it must be said which", () => {
    const keeper = letIn();
    keeper.do(check({ id: "mine", run: {} }));
    expect(book(keeper, { run: {} })).toMatchObject({ how: "settled", hold: "mine" });
    for (const id of ["a", "b"]) keeper.do(check({ id, run: {} }));
    expect(codeOf(() => book(keeper, { id: "r2", run: {} }))).toBe("bad-input");
  });

  it("is else the one its job was let in with, which a step before may have settled", () => {
    const keeper = letIn();
    expect(book(keeper, { jobHold: "hold-1" }).how).toBe("settled");
    const { answer } = keeper.do(record({ id: "r2", jobHold: "hold-1", usage: usageOf(billed(0.2)) }));
    expect(answer.booking).toMatchObject({ how: "further", hold: "hold-1", cost: nanoOf(0.2) });
    expect(answer.notes.map(({ level }) => level)).toEqual(["notice"]);
    expect(keeper.state).toMatchObject({ executions: 1, total_spent: nanoOf(0.25) });
  });
});

describe("the post step of a gate", () => {
  const post = (change: Partial<RecordRequest> = {}) =>
    record({ id: "hold-1:settle", origin: "post", hold: "hold-1", ...change });

  it("settles its hold, and the state needn't say how and by which operation", () => {
    const keeper = letIn();
    expect(keeper.do(post()).answer.booking).toMatchObject({ how: "settled" });
    expect(Object.keys(keeper.state.closed_holds[0] ?? {})).toEqual(["id", "charged", "at", "profile", "run"]);
  });

  describe.each([
    ["of another run", { run_id: 7 }],
    ["of another attempt", { attempt: 2 }],
    ["of another job", { job: "other" }],
    ["of another repository", { repository: "o/other" }],
  ])("that remembers a hold %s", (_, other) => {
    const strange = { ...RUN, ...other };

    it("leaves it alone where nothing was used, and books in full what was", () => {
      const keeper = letIn({ run: strange, isGate: true });
      const nothing = post({ hold: undefined, jobHold: "hold-1", usage: NO_USAGE });
      const { answer, isChanged } = keeper.do(nothing);
      expect(answer.booking).toMatchObject({ how: "booked-already", cost: 0 });
      expect(answer.notes).toMatchObject([
        { level: "warning", text: "Hold hold-1 belongs to another run: it was left unchanged." },
      ]);
      expect(isChanged).toBe(false);
      expect(keeper.do(post({ hold: undefined, jobHold: "hold-1" })).answer.booking?.how).toBe("unheld");
      expect(keeper.state.holds).toHaveLength(1);
    });

    it("neither releases it nor settles it by another step", () => {
      const keeper = letIn({ run: strange, isGate: true });
      expect(keeper.do(release({ jobHold: "hold-1" })).answer.released).toEqual({ amount: 0 });
      expect(keeper.do(record({ jobHold: "hold-1" })).answer.booking?.how).toBe("unheld");
      expect(keeper.do(record({ id: "r2", triedHold: "hold-1" })).answer.booking?.how).toBe("unheld");
      expect(keeper.state.holds).toHaveLength(1);
    });
  });

  it("charges nothing more to a closed hold of another run", () => {
    const keeper = letIn({ run: { ...RUN, run_id: 7 }, tags: { team: "other" } });
    book(keeper, { hold: "hold-1", run: { ...RUN, run_id: 7 } });
    const { entries, answer } = keeper.do(record({ id: "r2", jobHold: "hold-1" }));
    expect(answer.booking?.how).toBe("unheld");
    expect(entries[0]?.hold).toBeUndefined();
    expect(entries[0]?.tags).toEqual({});
  });

  it("after a check without an answer corrects its hold where that was made all the same, and charges in full else", () => {
    const keeper = letIn();
    const request = { triedHold: "hold-1" };
    expect(keeper.do(record({ id: "a", ...request }), { now: LATER }).answer.booking).toMatchObject({
      how: "corrected",
      charged: nanoOf(0.05),
    });
    expect(keeper.do(record({ id: "b", ...request, triedHold: "never-made" })).answer.booking?.how).toBe("unheld");
  });

  it("books nothing where a step of its job settled a hold that is forgotten by now", () => {
    const keeper = new Bookkeeper();
    expect(keeper.do(post({ settledHold: "hold-1" }))).toMatchObject({
      isChanged: false,
      answer: { booking: { how: "booked-already", cost: 0 } },
    });
    expect(keeper.do(post({ settledHold: "another" })).answer.booking).toMatchObject({ how: "unchecked" });
  });

  it("books nothing where an explicit record of its own job was first, also when that is known from the books alone", () => {
    const keeper = letIn({ isGate: true });
    book(keeper, { jobHold: "hold-1" });
    const decision = keeper.do(post({ usage: usageOf(billed(9)) }));
    expect(decision).toMatchObject({
      isChanged: false,
      answer: { booking: { how: "booked-already", cost: 0, charged: nanoOf(0.05) } },
    });
  });

  it("books in full what its job used where another job has settled its hold, and nothing where it used nothing", () => {
    const keeper = letIn({ isGate: true });
    book(keeper, { hold: "hold-1" });
    expect(keeper.do(post({ usage: NO_USAGE })).answer.booking).toMatchObject({ how: "booked-already", cost: 0 });
    const { answer } = keeper.do(post({ usage: usageOf(billed(9)) }));
    expect(answer.booking).toMatchObject({ how: "further", cost: nanoOf(9) });
    expect(keeper.state).toMatchObject({ executions: 1, total_spent: nanoOf(9.05) });
  });

  it("after a release books only what it finds", () => {
    const keeper = letIn();
    keeper.do(release({ hold: "hold-1" }));
    expect(keeper.do(post({ usage: NO_USAGE })).answer.booking?.how).toBe("booked-already");
    expect(keeper.do(post()).answer.booking).toMatchObject({ how: "unchecked", cost: nanoOf(0.05) });
  });

  it("corrects its hold where it expired before", () => {
    const keeper = letIn();
    const { answer } = keeper.do(post(), { now: LATER });
    expect(answer.booking).toMatchObject({ how: "corrected", cost: nanoOf(-0.005), charged: nanoOf(0.05) });
  });

  it("asked again changes nothing, in the same hour and in another", () => {
    const keeper = letIn();
    keeper.do(post());
    for (const now of ["2026-02-14T10:00:01Z", "2026-02-16T10:00:00Z"]) {
      expect(keeper.do(post(), { now })).toMatchObject({
        isChanged: false,
        answer: { booking: { how: "repeated", cost: nanoOf(0.05) } },
      });
    }
  });
});

describe("an operation asked for again", () => {
  it("is answered as the first time while its line is at hand", () => {
    const keeper = letIn();
    const late = { id: "late", hold: "hold-1", usage: usageOf(billed(0.2)) };
    const first = book(keeper, late, LATER);
    expect(book(keeper, late, LATER)).toEqual({ ...first, how: "repeated" });
    expect(keeper.entries).toHaveLength(2);
  });

  it("under an id the caller chose is known in another hour too, for seven days", () => {
    const keeper = new Bookkeeper();
    const request = { id: "run-7", fingerprint: "same" };
    book(keeper, request);
    expect(book(keeper, request, "2026-02-21T10:00:00Z")).toMatchObject({ how: "repeated", cost: nanoOf(0.05) });
    keeper.do(record({ id: "any" }), { now: "2026-02-23T10:00:00Z" });
    expect(keeper.state.booked_ids).toEqual([]);
  });

  it("answers what it added and what the run cost, also for a correction in another hour", () => {
    const keeper = letIn();
    const late = { id: "late", fingerprint: "same", hold: "hold-1", usage: usageOf(billed(0.2)) };
    const first = book(keeper, late, LATER);
    expect(first).toMatchObject({ cost: nanoOf(0.145), charged: nanoOf(0.2) });
    expect(book(keeper, late, "2026-02-15T10:00:00Z")).toMatchObject({
      how: "repeated",
      cost: nanoOf(0.145),
      charged: nanoOf(0.2),
    });
  });

  it("with other content is refused: its id is another booking's", () => {
    const keeper = new Bookkeeper();
    book(keeper, { id: "run-7", fingerprint: "one" });
    expect(codeOf(() => book(keeper, { id: "run-7", fingerprint: "two" }))).toBe("id-reused");
    expect(codeOf(() => book(keeper, { id: "run-7", fingerprint: "two" }, "2026-02-16T10:00:00Z"))).toBe("id-reused");
    expect(keeper.entries).toHaveLength(1);
  });

  it.each(["2026-02-14T10:30:00Z", "2026-02-15T10:30:00Z"])("under a release's id is refused, not lost (%s)", (now) => {
    const keeper = letIn();
    keeper.do(release({ id: "x", hold: "hold-1" }));
    expect(codeOf(() => book(keeper, { id: "x", fingerprint: "f" }, now))).toBe("id-reused");
  });

  it("that found nothing to charge the first time is answered the same", () => {
    const keeper = letIn();
    const request = { id: "x", fingerprint: "f", usage: NO_USAGE, unsettled: "release" as const };
    book(keeper, request);
    keeper.do(check({ id: "hold-2" }));
    expect(book(keeper, request)).toMatchObject({ how: "repeated", cost: 0 });
    expect(book(keeper, request, "2026-02-14T14:00:00Z")).toMatchObject({ how: "repeated", cost: 0 });
    expect(keeper.state.holds.map(({ id }) => id)).toEqual(["hold-2"]);
  });
});
