import { expect, it } from "vitest";
import { priceUsage } from "../../src/commands/gather-usage.ts";
import { inPieces } from "../../src/usage/pieces.ts";
import { usageLine } from "../../src/usage/usage.ts";

it("says once that a model has no price, however many pieces its requests are", async () => {
  const requests = [10, 300_000, 20].map((input) =>
    usageLine({ model: "nobodys-model", input, output: 1, requests: 1 }),
  );
  const gathered = { lines: inPieces(requests, "s"), incomplete: false, found: true, source: "codex", notes: [] };
  const { usage, notes } = await priceUsage(gathered, "2026-11-22T12:00:00Z", {});
  expect(usage.lines).toHaveLength(3);
  expect(notes.map(({ text }) => text)).toEqual([expect.stringMatching(/^No price is known for nobodys-model/)]);
});
