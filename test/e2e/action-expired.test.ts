import { describe, expect, it } from "vitest";
import { booksOn, useWorld } from "./action-world.ts";

const world = useWorld();
const BEGAN = "2026-02-13T21:00:00Z";
/** The hold's time ran out the day before the next run. */
const NEXT = "2026-02-14T12:00:00Z";

describe("a run that nobody booked", () => {
  it("is charged on the day its time ran out, and the next answers say whose it was and what is estimated", async () => {
    world.at(BEGAN);
    const lost = { estimate: "0.5", profile: "nightly", "hold-minutes": "120" };
    expect((await world.step("check", lost, { run: { id: 77 } })).outputs["allowed"]).toBe("true");
    world.at(NEXT);
    const next = await world.step("record", { cost: "1" }, { run: { id: 78 } });

    expect(next.outputs).toMatchObject({ cost: "1", spent: "1.5" });
    const { entries, state } = await booksOn(world.repo);
    expect(entries).toMatchObject([{ cost: 0.5, source: "expired hold", run: { run_id: 77 } }, { cost: 1 }]);
    expect(state.daily).toMatchObject({ "2026-02-13": { spent: 0.5 }, "2026-02-14": { spent: 1 } });
    expect(next.summary).toContain("1 hold expired and was charged at the estimate");
    expect(next.summary).toMatch(/\[run 77\]\(https?:\/\/[^)]+\/actions\/runs\/77/);

    const status = await world.step("status", {}, { run: { id: 79 } });
    expect(status.summary).toContain("1 hold expired and was charged at the estimate");
    expect(status.summary).toContain(
      "33.3% of what is spent is estimated, &#36;0.5000, most of it under the profile nightly",
    );
  });
});
