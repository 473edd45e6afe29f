import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { OPTION_TEXTS } from "../../src/inputs/option-texts.ts";
import { FORMATS } from "../../src/inputs/report-kinds.ts";
import { DIMENSIONS, SORTS } from "../../src/insight/attribution/query.ts";
import { bridgeText } from "../../src/report/report-sentence.ts";
import { charges, report } from "../insight/attribution/report-samples.ts";

const page = readFileSync("docs/reports.md", "utf8");

it("the page of reports names every dimension, order and form, and so does the reference", () => {
  for (const word of [...DIMENSIONS, ...SORTS, ...FORMATS]) expect(page).toContain(`\`${word}\``);
  for (const word of DIMENSIONS) expect(OPTION_TEXTS.by).toMatch(new RegExp(`\\b${word}\\b`));
  for (const word of SORTS) expect(OPTION_TEXTS.sort).toMatch(new RegExp(`\\b${word}\\b`));
});

it("the page's example of a change comes out as it says", () => {
  const rows = [...page.matchAll(/^\| ([AB]) \| (\d+) runs, \$([\d.]+) \| (\d+) runs, \$([\d.]+) \|$/gm)];
  expect(rows).toHaveLength(2);
  const entries = rows.flatMap(([, profile = "", ...figures]) => {
    const [runs0 = 0, cost0 = 0, runs1 = 0, cost1 = 0] = figures.map(Number);
    return [
      ...charges(runs0, cost0, { profile, at: "2026-01-14T10:00:00Z" }),
      ...charges(runs1, cost1, { profile, at: "2026-02-14T10:00:00Z" }),
    ];
  });
  const { bridge } = report(entries, { by: ["profile"], compare: "2026-01" });
  expect(bridge).toBeDefined();
  if (bridge !== undefined) expect(page).toContain(bridgeText(bridge));
});
