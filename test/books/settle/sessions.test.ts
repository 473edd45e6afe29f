import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forgetSessions } from "../../../src/books/settle/forget-sessions.ts";
import { countSessions } from "../../../src/books/settle/sessions.ts";
import type { State } from "../../../src/books/state.ts";
import type { PricedLine } from "../../../src/pricing/unit-prices.ts";
import { type Counts, usageLine } from "../../../src/usage/usage.ts";
import { nanoOf } from "../../../src/values/money.ts";

const AT = "2026-02-14T10:00:00Z";
const NONE: State["sessions"] = {};

function counter(counts: Partial<Counts>, more: Partial<PricedLine> = {}): PricedLine {
  return { ...usageLine({ model: "m", counting: "cumulative", session: "codex:s1", ...counts }), ...more };
}

const inputsOf = (lines: readonly PricedLine[]) => lines.map((line) => line.input);

/** Books one run after the other and hands back what each added. */
function runs(...of: readonly (readonly PricedLine[])[]): { grown: PricedLine[][]; sessions: State["sessions"] } {
  let sessions = NONE;
  const grown = of.map((lines, index) => {
    const counted = countSessions(sessions, lines, `2026-02-14T10:0${index}:00Z`);
    sessions = counted.sessions;
    return [...counted.lines];
  });
  return { grown, sessions };
}

describe("counters that go on over a session", () => {
  it("are charged for what each resumed run added", () => {
    const { grown } = runs(
      [counter({ input: 1500, cache_read: 400, output: 11 })],
      [counter({ input: 4000, cache_read: 800, output: 23 })],
      [counter({ input: 7500, cache_read: 1200, output: 36 })],
    );
    expect(grown.map(inputsOf)).toEqual([[1500], [2500], [3500]]);
    expect(grown.map(([line]) => line?.output)).toEqual([11, 12, 13]);
  });

  it("are charged for what each run added in one booking of several files, in whatever order", () => {
    const files = [counter({ input: 7500 }), counter({ input: 1500 }), counter({ input: 4000 })];
    const counted = countSessions(NONE, files, AT);
    expect(inputsOf(counted.lines)).toEqual([1500, 2500, 3500]);
    expect(counted.sessions["codex:s1:m"]?.cumulative).toEqual({ input: 7500 });
  });

  it("take the tool's own dollars apart like its tokens", () => {
    const { grown } = runs(
      [counter({ input: 100 }, { reported_cost: nanoOf(0.0117) })],
      [counter({ input: 200 }, { reported_cost: nanoOf(0.0234) })],
    );
    expect(grown.flat().map((line) => line.reported_cost)).toEqual([nanoOf(0.0117), nanoOf(0.0117)]);
  });

  it("may tell at one time only the sum of what they wrote to the cache, and how long it stays at another", () => {
    const written = (cache_write_5m: number, cache_write_1h: number) => [
      counter({ input: cache_write_5m + cache_write_1h + 5, cache_write_5m, cache_write_1h }),
    ];
    const { grown } = runs(written(100, 0), written(0, 150), written(60, 120), written(60, 125), written(190, 0));
    const writes = grown.map(([line]) => [line?.input, line?.cache_write_5m, line?.cache_write_1h]);
    expect(writes).toEqual([
      [105, 100, 0],
      [50, 0, 50],
      [30, 30, 0],
      [5, 0, 5],
      [5, 5, 0],
    ]);
  });

  it("may claim more together than the books can hold", () => {
    const dear = { reported_cost: nanoOf(8_000_000) };
    const models = [counter({ input: 10 }, { ...dear, model: "a" }), counter({ input: 10 }, { ...dear, model: "b" })];
    const { grown } = runs(models, [counter({ input: 25 }, { ...dear, model: "" })]);
    expect(grown.map(inputsOf)).toEqual([[10, 10], [5]]);
  });

  it("add nothing when the same figures come again", () => {
    const first = countSessions(NONE, [counter({ input: 1500 })], AT);
    const again = countSessions(first.sessions, [counter({ input: 1500 })], AT);
    expect(again).toMatchObject({ lines: [], isBookedBefore: true });
  });

  it("are an out-of-order repeat when they are lower and older", () => {
    const late = countSessions(NONE, [counter({ input: 4000 }, { at: "2026-02-14T11:00:00Z" })], AT);
    const early = countSessions(late.sessions, [counter({ input: 1500 }, { at: "2026-02-14T10:30:00Z" })], AT);
    expect(early).toEqual({ lines: [], sessions: late.sessions, isBookedBefore: true });
  });

  it("are a new session under an old id, booked whole, when they are lower and newer", () => {
    const before = countSessions(NONE, [counter({ input: 4000 }, { at: "2026-02-14T11:00:00Z" })], AT);
    const after = countSessions(before.sessions, [counter({ input: 1500 }, { at: "2026-02-14T12:00:00Z" })], AT);
    expect(inputsOf(after.lines)).toEqual([1500]);
    expect(after.sessions["codex:s1:m"]?.cumulative).toEqual({ input: 1500 });
  });

  it("are booked whole again where one text says that they began anew, and go on from there", () => {
    const first = [counter({ input: 4000 }), counter({ input: 1500 }, { restarted: true })];
    expect(runs(first, [counter({ input: 2000 })]).grown.map(inputsOf)).toEqual([[4000, 1500], [500]]);
    expect(runs([counter({ input: 3000 })], first).grown.map(inputsOf)).toEqual([[3000], [1000, 1500]]);
  });

  it("count each model of a session for itself, a new one whole", () => {
    const { grown } = runs(
      [counter({ input: 1000 }, { model: "a" })],
      [counter({ input: 1200 }, { model: "a" }), counter({ input: 50 }, { model: "b" })],
    );
    expect(grown.map(inputsOf)).toEqual([[1000], [200, 50]]);
  });

  it("are booked whole when they didn't grow by what the run alone used: that version starts anew", () => {
    const own = { input: 100, cache_read: 0, cache_write: 0, output: 50 };
    const run = (input: number, output: number) => [counter({ input, output }, { own, session: "claude-code:s1" })];
    expect(runs(run(100, 50), run(200, 100), run(300, 150)).grown.map(inputsOf)).toEqual([[100], [100], [100]]);
    expect(runs(run(100, 50), run(100, 50)).grown.map(inputsOf)).toEqual([[100], [100]]);
    expect(runs(run(100, 50), run(150, 100)).grown.map(inputsOf)).toEqual([[100], [150]]);
  });

  it("leave alone what doesn't go on", () => {
    const line = { ...counter({ input: 10 }), counting: "delta" as const };
    expect(countSessions(NONE, [line, line], AT)).toEqual({
      lines: [line, line],
      sessions: NONE,
      isBookedBefore: false,
    });
  });

  it("begin a session anew as a whole: what its other models had counted is forgotten", () => {
    const { grown } = runs(
      [counter({ input: 1000 }, { model: "a" }), counter({ input: 500 }, { model: "b" })],
      [counter({ input: 200 }, { model: "a" })],
      [counter({ input: 300 }, { model: "a" }), counter({ input: 600 }, { model: "b" })],
    );
    expect(grown.map(inputsOf)).toEqual([[1000, 500], [200], [100, 600]]);
  });

  it("charge in all exactly the last figures, however many runs there were and in whatever order they are booked", () => {
    const growths = fc.array(fc.record({ input: fc.nat(9999), output: fc.nat(999) }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(growths, fc.integer(), (steps, seed) => {
        let [input, output] = [0, 0];
        const files = steps.map((step, index) => {
          input += step.input;
          output += step.output;
          return counter({ input, output }, { at: `2026-02-14T10:0${index}:00Z` });
        });
        const shuffled = files
          .map((file, index) => ({ file, order: (index * 7919 + Math.abs(seed)) % 101 }))
          .sort((a, b) => a.order - b.order)
          .map(({ file }) => file);
        const { grown } = runs(...shuffled.map((file) => [file]));
        expect(inputsOf(grown.flat()).reduce((total, each) => total + each, 0)).toBe(input);
      }),
    );
  });
});

describe("a session that is told with its models and without", () => {
  const stream = (input: number, more: Partial<PricedLine> = {}) =>
    counter({ input, cache_read: 100, output: 9 }, { model: "", ...more });
  const file = (a: number, b: number) => [
    counter({ input: a, cache_read: 60, output: 5 }, { model: "a" }),
    ...(b > 0 ? [counter({ input: b, cache_read: 40, output: 4 }, { model: "b" })] : []),
  ];
  const one = (input: number) => counter({ input, cache_read: 100, output: 9 }, { model: "a" });

  it.each<[string, PricedLine[]]>([
    ["the stream first", [stream(7500), ...file(4000, 3500)]],
    ["the file first", [...file(4000, 3500), stream(7500)]],
    ["the stream under the one name its user gave", [stream(7500, { model: "c", assumed: true }), ...file(4000, 3500)]],
    ["an older stream", [stream(1500), ...file(4000, 3500)]],
  ])("is charged once by its models in one booking, %s", (_, lines) => {
    const { lines: grown, sessions } = countSessions(NONE, lines, AT);
    expect(grown.map(({ model, input }) => [model, input])).toEqual([
      ["a", 4000],
      ["b", 3500],
    ]);
    expect(Object.keys(sessions)).toEqual(["codex:s1:a", "codex:s1:b"]);
  });

  it("is charged for what the stream knows beyond an older file", () => {
    const { lines } = countSessions(NONE, [stream(9000), ...file(4000, 3500)], AT);
    expect(lines.map(({ model, input }) => [model, input])).toEqual([
      ["a", 4000],
      ["b", 3500],
      ["", 1500],
    ]);
  });

  it.each<[string, (readonly PricedLine[])[], number[][]]>([
    ["models first", [file(4000, 3500), [stream(7500)], [stream(9000)]], [[4000, 3500], [], [1500]]],
    ["the stream first", [[stream(7500)], file(4000, 3500)], [[7500], []]],
    ["the stream first, then more by model", [[stream(1500)], file(4000, 3500)], [[1500], [2540, 3460]]],
    ["models, then the stream, then models", [[one(1500)], [stream(4000)], [one(7500)]], [[1500], [2500], [3500]]],
    ["the stream, models, the stream", [[stream(1500)], [one(4000)], [stream(7500)]], [[1500], [2500], [3500]]],
    [
      "the user's name for it, then models",
      [[stream(1500, { model: "c", assumed: true })], [one(4000)]],
      [[1500], [2500]],
    ],
    ["a stream that begins anew", [[one(4000)], [stream(1500)], [stream(2000)]], [[4000], [1500], [500]]],
  ])("is charged in all what its counters say, booked one after the other: %s", (_, bookings, inputs) => {
    expect(runs(...bookings).grown.map(inputsOf)).toEqual(inputs);
  });

  it("is never charged for fewer tokens than its counters say, nor for more, however it is told", () => {
    const steps = fc.array(fc.record({ a: fc.nat(999), b: fc.nat(999), cached: fc.nat(99), named: fc.boolean() }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(steps, (run) => {
        const total = { a: 0, b: 0, cached: 0 };
        const bookings = run.map(({ a, b, cached, named }) => {
          total.a += a + cached;
          total.b += b;
          total.cached += cached;
          if (!named) return [counter({ input: total.a + total.b, cache_read: total.cached }, { model: "" })];
          return [
            counter({ input: total.a, cache_read: total.cached }, { model: "a" }),
            counter({ input: total.b }, { model: "b" }),
          ];
        });
        const grown = runs(...bookings).grown.flat();
        const added = (count: (line: PricedLine) => number) => grown.reduce((sum, line) => sum + count(line), 0);
        expect(added((line) => line.input)).toBe(total.a + total.b);
        expect(added((line) => line.cache_read)).toBe(total.cached);
      }),
    );
  });
});

describe("a counter in pieces", () => {
  const LONG = { input: 10, output: 45 };
  const SHORT = { input: 5, output: 30 };
  type Piece = readonly [input: number, prices: object, more?: Partial<PricedLine>];
  const pieces = (...of: readonly Piece[]) =>
    of.map(([input, prices, more], index) =>
      counter({ input, output: 1, requests: 1 }, { prices, ...(index > 0 && { piece: true }), ...more }),
    );
  const shown = (lines: readonly PricedLine[]) => lines.map(({ input, prices }) => [input, prices]);

  it("is one counter in the state, its newest pieces what a resumed run added", () => {
    const first = pieces([300, LONG], [100, SHORT]);
    const second = pieces([300, LONG], [100, SHORT], [310, LONG], [50, SHORT]);
    const { grown, sessions } = runs(first, second, second);
    expect(grown.map(shown)).toEqual([
      [
        [300, LONG],
        [100, SHORT],
      ],
      [
        [310, LONG],
        [50, SHORT],
      ],
      [],
    ]);
    expect(Object.keys(sessions)).toEqual(["codex:s1:m"]);
    expect(sessions["codex:s1:m"]?.cumulative).toEqual({ input: 760, output: 4, requests: 4 });
  });

  it("goes on from what a release that knew no pieces remembered", () => {
    const known = { "codex:s1:m": { cumulative: { input: 400, output: 2, requests: 2 }, at: AT } };
    const { lines } = countSessions(known, pieces([300, LONG], [100, SHORT], [310, LONG]), AT);
    expect(shown(lines)).toEqual([[310, LONG]]);
  });

  it("has a piece of which a part was booked before at its own price", () => {
    const known = { "codex:s1:m": { cumulative: { input: 350, output: 1, requests: 1 }, at: AT } };
    const { lines } = countSessions(known, pieces([300, LONG], [100, SHORT], [310, LONG]), AT);
    expect(shown(lines)).toEqual([
      [50, SHORT],
      [310, LONG],
    ]);
    expect(lines.map(({ requests }) => requests)).toEqual([1, 1]);
  });

  it("has pieces of one price as one line", () => {
    const { lines } = countSessions(NONE, pieces([300, LONG], [100, SHORT], [310, LONG], [50, SHORT]), AT);
    expect(shown(lines)).toEqual([
      [610, LONG],
      [150, SHORT],
    ]);
    expect(lines[0]).toMatchObject({ requests: 2, aggregate: true, largest_input: 310, smallest_input: 300 });
  });

  it("keeps pieces of another tier or another claim apart", () => {
    const fast = pieces([10, SHORT], [20, SHORT, { tier: "priority" }], [30, SHORT, { reported_cost: nanoOf(1) }]);
    expect(shown(countSessions(NONE, fast, AT).lines)).toEqual([
      [10, SHORT],
      [20, SHORT],
      [30, SHORT],
    ]);
  });

  it("takes the tool's own dollars off the oldest pieces, and off none that is left", () => {
    const claims = (...of: readonly number[]) =>
      pieces(...of.map((dollars): Piece => [100, SHORT, { reported_cost: nanoOf(dollars), billed: true }]));
    const { grown } = runs(claims(0.5, 0.25), claims(0.5, 0.25, 0.125));
    expect(grown.map((lines) => lines.map((line) => line.reported_cost))).toEqual([[nanoOf(0.75)], [nanoOf(0.125)]]);
    const unclaimed = { "codex:s1:m": { cumulative: { input: 200, output: 2 }, at: AT } };
    const { lines } = countSessions(unclaimed, claims(0.5, 0.25, 0.125), AT);
    expect(lines.map((line) => line.reported_cost)).toEqual([nanoOf(0.125)]);
  });

  it("takes searches and pieces of other tools off the oldest pieces, too, and leaves audio where it is", () => {
    const used = (web_searches: number, file_search: number) =>
      ({ web_searches, extras: { file_search }, audio_input: 4, cache_read: 8 }) satisfies Partial<PricedLine>;
    const all = pieces([10, LONG, used(1, 2)], [10, SHORT, used(3, 0)], [10, LONG, used(2, 5)]);
    const known = countSessions(NONE, all.slice(0, 2), AT).sessions;
    expect(countSessions(known, all, AT).lines).toMatchObject([used(2, 5)]);
    const half = {
      "codex:s1:m": { cumulative: { input: 15, cache_read: 12, output: 1, web_searches: 2, file_search: 3 }, at: AT },
    };
    expect(countSessions(half, all, AT).lines).toMatchObject([
      { prices: SHORT, input: 5, cache_read: 4, audio_input: 4, web_searches: 2 },
      { prices: LONG, input: 10, web_searches: 2, extras: { file_search: 4 } },
    ]);
  });

  it("stands beside counters of other models, and comes again in a later file", () => {
    const other = counter({ input: 7 }, { model: "n" });
    const early = [...pieces([300, LONG], [100, SHORT]), other];
    const late = [...pieces([300, LONG], [100, SHORT], [310, LONG]), other];
    const { lines, sessions } = countSessions(NONE, [...late, ...early], AT);
    expect(lines.map(({ model, input }) => [model, input])).toEqual([
      ["m", 300],
      ["m", 100],
      ["n", 7],
      ["m", 310],
    ]);
    expect(sessions["codex:s1:m"]?.cumulative).toMatchObject({ input: 710 });
  });

  it.each<[string, (readonly PricedLine[])[], number[][]]>([
    [
      "reported together at first",
      [[counter({ input: 400, output: 2 })], pieces([300, LONG], [150, SHORT])],
      [[400], [50]],
    ],
    [
      "reported together later",
      [pieces([300, LONG], [100, SHORT]), [counter({ input: 460, output: 3 })]],
      [[300, 100], [60]],
    ],
    [
      "reported without a model later",
      [pieces([300, LONG], [100, SHORT]), [counter({ input: 460, output: 3 }, { model: "" })]],
      [[300, 100], [60]],
    ],
    [
      "reported without a model at first",
      [[counter({ input: 350, output: 1 }, { model: "" })], pieces([300, LONG], [100, SHORT])],
      [[350], [50]],
    ],
    [
      "that goes on at another tier",
      [[counter({ input: 100 })], [counter({ input: 150 }, { tier: "fast" })], [counter({ input: 170 })]],
      [[100], [50], [20]],
    ],
  ])("%s is charged in all what it says", (_, bookings, inputs) => {
    expect(runs(...bookings).grown.map(inputsOf)).toEqual(inputs);
  });

  it("begins anew where what is billed by the piece is less than it was", () => {
    const used = (input: number, image: number) => [counter({ input }, { extras: { image } })];
    const { grown } = runs(used(5, 1), used(6, 3), used(7, 2));
    expect(grown.flat().map(({ input, extras }) => [input, extras?.image])).toEqual([
      [5, 1],
      [1, 2],
      [7, 2],
    ]);
  });

  it("begins anew as a whole", () => {
    const { grown } = runs(pieces([300, LONG], [100, SHORT]), pieces([50, SHORT], [200, LONG]));
    expect(grown.map(shown)[1]).toEqual([
      [50, SHORT],
      [200, LONG],
    ]);
  });

  it("is charged once for each piece at its own price, wherever the runs that wrote it ended", () => {
    const sizes = fc.array(fc.record({ input: fc.integer({ min: 1, max: 999 }), isLong: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(sizes, fc.array(fc.nat(12), { maxLength: 5 }), (requests, ends) => {
        const all = pieces(...requests.map(({ input, isLong }): Piece => [input, isLong ? LONG : SHORT]));
        const stops = [...ends.map((end) => 1 + (end % all.length)), all.length].sort((a, b) => a - b);
        const grown = runs(...stops.map((end) => all.slice(0, end))).grown.flat();
        for (const [prices, isLong] of [
          [LONG, true],
          [SHORT, false],
        ] as const) {
          const charged = grown.filter((line) => line.prices === prices);
          const right = requests.filter((request) => request.isLong === isLong);
          expect(charged.reduce((sum, { input }) => sum + input, 0)).toBe(
            right.reduce((sum, { input }) => sum + input, 0),
          );
          expect(charged.reduce((sum, line) => sum + line.requests, 0)).toBe(right.length);
        }
      }),
    );
  });
});

describe("remembered sessions", () => {
  const session = (at: string) => ({ cumulative: { input: 1 }, at });

  it("are forgotten after thirty days", () => {
    const sessions = { old: session("2026-01-14T09:00:00Z"), young: session("2026-01-20T10:00:00Z") };
    expect(forgetSessions(sessions, AT)).toEqual({ sessions: { young: sessions.young }, early: 0 });
  });

  it("are remembered since they were booked, however old the tool's own time is", () => {
    const { sessions } = countSessions(NONE, [counter({ input: 1500 }, { at: "2025-10-01T10:00:00Z" })], AT);
    expect(forgetSessions(sessions, AT)).toEqual({ sessions, early: 0 });
    expect(forgetSessions(sessions, "2026-03-17T10:00:00Z").sessions).toEqual({});
  });

  it("are at most a hundred; the oldest go early, and it is said how many", () => {
    const many = Object.fromEntries(
      Array.from({ length: 103 }, (_, i) => [
        `s${i}`,
        session(`2026-02-13T10:${String(i % 60).padStart(2, "0")}:0${Math.floor(i / 60)}Z`),
      ]),
    );
    const { sessions, early } = forgetSessions(many, AT);
    expect(early).toBe(3);
    expect(Object.keys(sessions)).toHaveLength(100);
    expect(sessions).not.toHaveProperty("s0");
  });

  it("stay the same object where nothing is forgotten", () => {
    const sessions = { young: session(AT) };
    expect(forgetSessions(sessions, AT).sessions).toBe(sessions);
  });
});
