import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readMeter } from "../../../src/edges/machine/meter-record.ts";
import { readUsage } from "../../../src/usage/read-usage.ts";
import type { TextRef } from "../../../src/usage/text.ts";
import { figuresWith } from "../../support/meter-figures.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "meter-files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const reading = async (texts: readonly TextRef[]) =>
  texts.map((text) => readUsage("printed" in text ? text.printed : readFileSync(text.path, "utf8")));
const line = (input: number) =>
  `${JSON.stringify({ token_budget_usage: 1, usage: [{ model: "claude-sonnet-4-5", input }] })}\n`;

function read(facts: object = {}) {
  const files = { record: join(folder, "meter.jsonl"), live: join(folder, "meter.json"), from: 0, isOver: true };
  return readMeter({ ...files, ...facts }, reading);
}
const write = (name: "meter.jsonl" | "meter.json", text: string) => writeFileSync(join(folder, name), text);
const inputs = (lines: readonly { input: number }[]) => lines.map(({ input }) => input);

describe("a meter's record", () => {
  it("is booked from where a step has booked it", async () => {
    write("meter.jsonl", line(100) + line(7));
    const { whole, lines } = await read({ from: line(100).length, figures: figuresWith() });
    expect([inputs(whole), inputs(lines)]).toEqual([[100, 7], [7]]);
  });

  it.each([
    ["shorter", line(7)],
    ["longer", line(1234) + line(7)],
  ])("is booked whole where it was written anew and is %s than what a step booked", async (_, text) => {
    write("meter.jsonl", text);
    const { whole, lines } = await read({ from: line(100).length, figures: figuresWith() });
    expect(inputs(lines)).toEqual(inputs(whole));
    expect(lines.length).toBeGreaterThan(0);
  });

  it("is final once the meter has ended, by its own word or its file's", async () => {
    expect(await read({ figures: figuresWith() })).toMatchObject({ isFinal: true, isCutShort: false });
    expect(await read({ figures: figuresWith(), isOver: false })).toMatchObject({ isFinal: false });
    expect(await read()).toMatchObject({ isFinal: false, isCutShort: true });
    write("meter.json", JSON.stringify(figuresWith({ ended: false })));
    expect(await read()).toMatchObject({ isFinal: false, isCutShort: true });
    write("meter.json", JSON.stringify(figuresWith({ cost: 3 })));
    expect(await read()).toMatchObject({ isFinal: true, isCutShort: false, figures: { cost: 3 } });
  });

  it.each([
    { cost: -1 },
    { cost: null },
    { cost: 1e300 },
    { models: {} },
    { requests: 0.5 },
    { models: [{ cost: 1 }] },
    { models: [null] },
    { failed: null },
    { failed: { "::error": 1 } },
    { refused: { batch: "1" } },
  ])("has no figures that can't be counted with: %j", async (wrong) => {
    const figures = figuresWith(wrong as object);
    write("meter.json", JSON.stringify(figures));
    expect(await read({ figures })).toMatchObject({ figures: undefined, isCutShort: true, isFinal: false });
  });
});
