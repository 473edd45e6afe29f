import { expect, it } from "vitest";
import { terminalIn } from "./in-source.ts";

it.each([
  ["alerts"],
  ["alerts", "--all"],
  ["alerts", "--since", "2026-01-01"],
  ["recap"],
  ["recap", "--month", "2026-02"],
  ["recap", "--period", "2026-Q1"],
  ["chart", "month", "--output", "month.svg"],
  ["status"],
  ["report"],
])("%j says that there are no books yet, not that nothing was spent", async (...args: readonly string[]) => {
  const { code, out } = await terminalIn({}, ...args);
  expect(code).toBe(0);
  expect(out).toContain("No books yet in ");
  expect(out).not.toContain("No alert is open");
});
