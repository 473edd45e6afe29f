import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { expect, it } from "vitest";

it("shows a check, a run with a Claude Code result file, its booking and a milestone", () => {
  const output = execFileSync(process.execPath, ["examples/first-run/run.mjs"], { encoding: "utf8", stdio: "pipe" });
  const folder = /the books stay in (.+)/.exec(output)?.[1];
  if (folder !== undefined) rmSync(folder, { recursive: true });

  expect(output).toContain("AI run allowed");
  expect(output).toContain("Booked $0.04995, which settles its hold.");
  expect(output).toContain("$5 milestone reached");
  expect(output).toContain("AI run denied");
  expect(output).toContain('"usage":[{"provider":"anthropic","model":"claude-sonnet-4-5"');
});
