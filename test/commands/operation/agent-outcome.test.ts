import { describe, expect, it } from "vitest";
import { agentStart } from "../../../src/commands/operation/agent-outcome.ts";

describe("whether an agent started", () => {
  it.each([
    [undefined, "cancelled", true],
    [["success"], "success", true],
    [["failure"], "failure", true],
    [["skipped", "cancelled"], "cancelled", true],
    [["skipped"], "cancelled", false],
    [["skipped", "skipped"], "success", false],
  ] as const)("the outcomes %j in a job with status %s say %s, and no more", (agentOutcome, result, hasStarted) => {
    expect(agentStart({ agentOutcome }, result)).toEqual({ hasStarted, notes: [] });
  });

  it.each([
    ["cancelled", false, "notice"],
    ["failure", false, "notice"],
    [undefined, false, "notice"],
    // Every step of a job that went well has an outcome: one that has none isn't there.
    ["success", true, "warning"],
  ] as const)("no outcome at all in a job with status %s says %s, with a %s", (result, hasStarted, level) => {
    expect(agentStart({ agentOutcome: [] }, result)).toMatchObject({ hasStarted, notes: [{ level }] });
  });
});
