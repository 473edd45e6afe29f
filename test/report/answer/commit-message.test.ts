import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CommitPart, renderCommitMessage } from "../../../src/report/answer/commit-message.ts";
import { MAX_NANO_USD, nanoOf, nanoUsd } from "../../../src/values/money.ts";
import { hostile } from "../hostile.ts";

const charge: CommitPart = { kind: "charge", cost: nanoOf(0.031275), profile: "ai-pr", left: nanoOf(9.74) };
const hold: CommitPart = { kind: "hold", amount: nanoOf(0.055), profile: "ai-pr", left: nanoOf(9.72) };

describe("a commit to the books", () => {
  it.each<[string, CommitPart, string]>([
    ["books a charge", charge, "budget: +$0.0313 ai-pr, $9.74 left (run 123)"],
    ["books a correction", { ...charge, cost: nanoOf(-0.0237) }, "budget: -$0.0237 ai-pr, $9.74 left (run 123)"],
    ["sets a hold aside", hold, "budget: hold $0.0550 ai-pr, $9.72 left (run 123)"],
    ["releases it", { ...hold, kind: "release" }, "budget: release $0.0550 ai-pr, $9.72 left (run 123)"],
    [
      "notes that nothing is left",
      { kind: "exhausted", spent: nanoOf(14.96), total: nanoOf(15) },
      "budget: exhausted, $14.96 of $15.00 spent (run 123)",
    ],
    [
      "closes a month",
      { kind: "close", month: "2026-01", spent: nanoOf(14.82) },
      "budget: close 2026-01 ($14.82) (run 123)",
    ],
    [
      "resets it",
      { kind: "reset", month: "2026-02", spent: nanoOf(12.4), actor: "octocat" },
      "budget: reset 2026-02 ($12.40) by octocat (run 123)",
    ],
    [
      "starts the books",
      { kind: "start", month: "2026-02", budget: nanoOf(15) },
      "budget: start 2026-02 with $15.00 (run 123)",
    ],
    ["imports", { kind: "import", month: "2026-02", spent: nanoOf(5.23) }, "budget: import 2026-02 ($5.23) (run 123)"],
    ["lets a hold expire", { kind: "expire", count: 1 }, "budget: 1 hold expired (run 123)"],
    ["repairs", { kind: "repair", count: 3 }, "budget: repair 3 figures (run 123)"],
    ["takes off messages", { kind: "messages", count: 2 }, "budget: 2 messages sent (run 123)"],
  ])("that %s says so", (_, part, message) => {
    expect(renderCommitMessage([part], { runId: 123 })).toBe(message);
  });

  it("names no run at a terminal", () => {
    expect(renderCommitMessage([charge])).toBe("budget: +$0.0313 ai-pr, $9.74 left");
  });

  it("names all it does while there is room", () => {
    const close: CommitPart = { kind: "close", month: "2026-01", spent: nanoOf(14.82) };
    expect(renderCommitMessage([close, hold])).toBe("budget: close 2026-01 ($14.82); hold $0.0550 ai-pr, $9.72 left");
    expect(renderCommitMessage([close, hold], { runId: 12345678901, skipCi: true })).toBe(
      "budget: close 2026-01 ($14.82) (run 12345678901) [skip ci]",
    );
  });

  it("cuts a long name, not the figures", () => {
    const long: CommitPart = { ...hold, profile: "a very long name of a workflow" };
    expect(renderCommitMessage([long], { runId: 12345678901, skipCi: true })).toBe(
      "budget: hold $0.0550 a very lon…, $9.72 left (run 12345678901) [skip ci]",
    );
  });

  it("leaves the run out where the figures need its place", () => {
    const large: CommitPart = { ...charge, cost: nanoOf(8_000_000), profile: "a workflow", left: nanoOf(-8_000_000) };
    expect(renderCommitMessage([large], { runId: 1234567890123456, skipCi: true })).toBe(
      "budget: +$8,000,000.00 a workflow, -$8,000,000.00 left [skip ci]",
    );
  });

  it("is one line of at most 72 characters that ends as asked, whatever names it is given", () => {
    const amount = fc.integer({ min: -MAX_NANO_USD, max: MAX_NANO_USD }).map(nanoUsd);
    const part = fc.oneof(
      fc.record({ kind: fc.constant("charge" as const), cost: amount, profile: hostile, left: amount }),
      fc.record({ kind: fc.constantFrom("hold" as const, "release" as const), amount, profile: hostile, left: amount }),
      fc.record({ kind: fc.constant("reset" as const), month: fc.constant("2026-02"), spent: amount, actor: hostile }),
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 4 }),
        fc.nat(Number.MAX_SAFE_INTEGER),
        fc.boolean(),
        (parts, runId, skipCi) => {
          const message = renderCommitMessage(parts, { runId, skipCi });
          expect([...message].length).toBeLessThanOrEqual(72);
          expect(message).toMatch(/^budget: [^\p{Cc}@#[\]]+( \[skip ci\])?$/u);
          expect(message.endsWith(" [skip ci]")).toBe(skipCi);
        },
      ),
    );
  });
});
