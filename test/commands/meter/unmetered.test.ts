import { describe, expect, it } from "vitest";
import { unmeteredNotes } from "../../../src/commands/meter/unmetered.ts";
import { withMeter } from "../../../src/edges/action/metered-gate.ts";
import { nanoOf } from "../../../src/values/money.ts";

describe("a run without a meter", () => {
  it.each([
    [{}, {}, "action", undefined],
    [{}, undefined, "action", undefined],
    [{ overrun: "stop" }, {}, "action", /no meter, which overrun needs: set meter: true\.$/],
    [{ overrunAlert: 150 }, { "meter-models": "enforce" }, "action", /which overrun-alert, meter-models need/],
    [{ maxCost: nanoOf(1) }, undefined, "action", /which max-cost needs.*only bounds the output/],
    [{ maxCost: nanoOf(1), overrunAlert: 150 }, {}, "terminal", undefined],
    [{ maxCost: nanoOf(1) }, { overrun: "extend" }, "terminal", /which overrun needs: set meter: true\.$/],
  ] as const)("that has %o and the policy %o in the %s is warned", (inputs, policy, edge, wanted) => {
    const texts = unmeteredNotes(inputs, policy, edge).map(({ text }) => text);
    expect(texts).toEqual(wanted === undefined ? [] : [expect.stringMatching(wanted)]);
  });

  it("is warned by guard if it is let in", async () => {
    const rules = { policy: { overrun: "extend" } };
    const outcome = (gate: object) => ({ gate, notes: [], outputs: {} }) as never;
    const gate = { ports: {}, inputs: { meter: false }, hold: "h" } as never;
    const step = {} as never;
    const held = await withMeter(step, gate, outcome({ kind: "held", hold: "h", run: { rules } }));
    expect(held.notes).toMatchObject([{ level: "warning", text: expect.stringMatching(/overrun needs/) }]);
    expect((await withMeter(step, gate, outcome({ kind: "denied" }))).notes).toEqual([]);
  });
});
