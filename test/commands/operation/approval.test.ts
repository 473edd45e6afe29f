import { describe, expect, it } from "vitest";
import {
  approvalAtEachLook,
  approvalFor,
  uncountedSteps,
  uncountedText,
} from "../../../src/commands/operation/approval.ts";
import type { Ports } from "../../../src/commands/operation/ports.ts";
import type { Approver } from "../../../src/store/github/approvals.ts";

const inBooks = (login: string, role: string): Approver => ({ login, inBooks: { repository: "one/books", role } });

/** A run of one/app, approved by one list after the other. */
function portsOf(...answers: readonly (readonly Approver[])[]): Pick<Ports, "approversOf" | "caller"> {
  const left = [...answers];
  const approversOf = Object.assign(async () => left.shift() ?? [], { isPatient: true as const });
  return { approversOf, caller: { run: { repository: "one/app", run_id: 7 } } as Ports["caller"] };
}

describe("who approved counts", () => {
  it.each([
    ["in the repository that keeps the books, whatever their role", { login: "ann" }, true],
    ["as a maintainer of other books", inBooks("ann", "maintain"), true],
    ["as an administrator of other books", inBooks("ann", "admin"), true],
    ["as somebody who writes to other books", inBooks("ann", "write"), false],
    ["by a role of another name", inBooks("ann", "Maintain"), false],
    ["as a stranger to other books", inBooks("ann", "none"), false],
  ])("%s", async (_, approver, counts) => {
    const approval = await approvalFor(portsOf([approver]), "ai-budget");
    expect(approval?.approvers).toEqual(counts ? ["ann"] : []);
    expect(approval?.uncounted).toEqual(counts ? [] : [approver]);
    expect(uncountedText(approval).includes("ann")).toBe(!counts);
    expect(uncountedSteps(approval)).toHaveLength(counts ? 0 : 1);
  });

  it("when they do so later, as long as nobody whose approval counts has", async () => {
    const ports = portsOf([inBooks("ann", "write")], [inBooks("ann", "write"), inBooks("boss", "admin")], []);
    const approvalNow = approvalAtEachLook(ports, await approvalFor(ports, "ai-budget"));
    expect((await approvalNow())?.approvers).toEqual([]);
    expect((await approvalNow())?.approvers).toEqual(["boss"]);
    expect((await approvalNow())?.approvers).toEqual(["boss"]);
  });
});

it("nothing is said where no approval is asked for", () => {
  expect(uncountedText(undefined)).toBe("");
  expect(uncountedSteps(undefined)).toEqual([]);
});
