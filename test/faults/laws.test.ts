import { describe, expect, it } from "vitest";
import { countOf } from "../support/pace/pace.ts";
import { LAWS } from "./judge.ts";
import { useSchedules } from "./play.ts";
import { openStage } from "./stage.ts";

const count = countOf("faultSchedules");

describe(`in ${count} schedules of faults at GitHub`, () => {
  /** FAULT_SEED picks one. */
  const brokenIn = useSchedules({ count, variable: "FAULT_SEED", openStage: (hosts) => openStage(hosts) });

  it.each(LAWS)("law %s is kept", (law) => {
    expect(brokenIn(law)).toBe("");
  });
});
