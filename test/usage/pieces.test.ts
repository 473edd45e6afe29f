import { describe, expect, it } from "vitest";
import { inPieces } from "../../src/usage/pieces.ts";
import { usageLine } from "../../src/usage/usage.ts";

const request = (input: number, more: object = {}) =>
  usageLine({ model: "m", input, output: 2, requests: 1, at: "2026-03-01T10:00:00Z", ...more });

describe("the requests of a session", () => {
  it("are one counter, its pieces neighbors of one price", () => {
    const lines = inPieces([request(10), request(20), request(300_000), request(30), request(40)], "s");
    expect(lines).toEqual([
      request(30, {
        ...{ output: 4, requests: 2, aggregate: true, largest_input: 20, smallest_input: 10 },
        ...{ counting: "cumulative", session: "s" },
      }),
      { ...request(300_000, { counting: "cumulative", session: "s" }), piece: true },
      {
        ...request(70, {
          ...{ output: 4, requests: 2, aggregate: true, largest_input: 40, smallest_input: 30 },
          ...{ counting: "cumulative", session: "s" },
        }),
        piece: true,
      },
    ]);
  });

  it("are a counter a model, however they alternate", () => {
    const lines = inPieces([request(10), request(5, { model: "n" }), request(20), request(6, { model: "n" })], "s");
    expect(lines.map(({ model, input, piece }) => [model, input, piece])).toEqual([
      ["m", 30, undefined],
      ["n", 11, undefined],
    ]);
  });

  it.each([
    ["tier", { tier: "priority" }],
    ["region", { region: "us" }],
    ["day", { at: "2026-03-02T10:00:00Z" }],
    ["claim", { reported_cost: 5 }],
    ["certainty", { aggregate: true }],
  ])("are a piece by themselves where they have another %s", (_, difference) => {
    const lines = inPieces([request(10), request(10, difference), request(10)], "s");
    expect(lines.map(({ piece }) => piece)).toEqual([undefined, true, true]);
  });

  it("are added up without an order where no session is named", () => {
    const lines = inPieces([request(10), request(300_000), request(20)], "");
    expect(lines.map(({ input, counting, piece }) => [input, counting, piece])).toEqual([
      [30, "delta", undefined],
      [300_000, "delta", undefined],
    ]);
  });

  it("are refused when they add up to more than can be counted", () => {
    const large = request(Number.MAX_SAFE_INTEGER - 5);
    expect(() => inPieces([large, request(10)], "s")).toThrow(expect.objectContaining({ code: "bad-usage" }));
  });
});
