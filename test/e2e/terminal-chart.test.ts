import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { encodeState } from "../../src/books/file/encode.ts";
import { CHART_NAMES } from "../../src/inputs/options.ts";
import { flawsOf, readSvg } from "../report/chart/svg-reader.ts";
import { sampleState } from "../report/samples.ts";
import { sizeOfPng } from "../support/png-size.ts";
import { Folder } from "./folder-world.ts";

const CLOCK = "2026-02-14T12:00:00Z";
const POLICY = "monthly-budget: 15\nbudgets:\n  - { name: qa, match: { agent: qa }, limit: 4 USD }\n";

describe("token-budget chart", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder({ inProcess: true, clock: CLOCK });
    folder.write("token_budget.json", encodeState(sampleState()));
    folder.makeFolder(".github");
    folder.write(".github/token-budget.yml", POLICY);
  });

  it.each([
    ["month", /^\$5\.23 of \$15\.00 spent in February 2026 \(34\.9%\); \$[\d.]+ by its end/],
    ["days", /^\$[\d.]+ in \d+ days, \$[\d.]+ a day/],
    ["budgets", /^qa has used 0\.0% of its limit/],
  ])("draws the chart %s as an SVG whose title says what it proves", async (name, title) => {
    const { exitCode, stdout } = await folder.run("chart", name, "--output", "a.svg");
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Wrote a.svg. ") });
    const svg = folder.read("a.svg");
    expect(flawsOf(svg)).toEqual([]);
    expect(readSvg(svg).texts[0]?.text).toMatch(title);
    expect(svg).toContain("prefers-color-scheme");
  });

  it.each(["light", "dark"])("draws a PNG on a %s ground", async (theme) => {
    expect(await folder.run("chart", "month", "--output", "Month.PNG", "--theme", theme)).toMatchObject({
      exitCode: 0,
    });
    const png = readFileSync(join(folder.path, "Month.PNG"));
    expect(sizeOfPng(png)).toEqual({ width: 1320, height: 630 });
    expect(png.length).toBeLessThan(200_000);
  });

  it("answers with the sentence, the text alternative and the table, whose last day is what the month spent", async () => {
    const { stdout } = await folder.run("chart", "month", "--output", "a.svg", "--json");
    const { title, description, file, table } = JSON.parse(stdout);
    expect(file).toBe("a.svg");
    expect(description.startsWith(title)).toBe(true);
    expect(table.columns).toEqual(["Day", "Spent", "Forecast", "50% likely", "80% likely", "Marked"]);
    expect(table.rows).toHaveLength(28);
    expect(table.rows[13]).toEqual(["14 Feb", "$5.23", "", "", "", "milestone $5"]);
    expect(table.rows[27][2]).toMatch(/^\$\d+\.\d\d$/);
  });

  it.each([
    ["split", ["--by", "tag:team"], /^web took 100\.0% of \$1\.50 in February 2026, the most by team$/],
    [
      "bridge",
      ["--by", "tag:team"],
      /^Nothing to compare: the books don't know 1 to 14 Feb and 1 to 14 Jan as a whole$/,
    ],
    ["heat", [], /^Saturday from 12:00 cost the most in February 2026: \$1\.50, 100\.0% of \$1\.50 \(UTC\)$/],
    ["runs", ["--period", "2026-02-14"], /^1 run on 14 Feb 2026: \$1\.50 each by the median, \$1\.50 at most$/],
    ["models", [], /^unpriced cost \$1\.50 in February 2026$/],
  ])("draws the chart %s from the ledger", async (name, options, title) => {
    const own = new Folder({ inProcess: true, clock: CLOCK });
    expect(await own.run("record", "--cost", "1.5", "--tags", "team=web")).toMatchObject({ exitCode: 0 });
    for (const file of ["a.svg", "a.png"]) {
      const { exitCode, stdout } = await own.run("chart", name, ...options, "--output", file, "--json");
      expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(stdout).title).toMatch(title);
    }
    expect(flawsOf(own.read("a.svg"))).toEqual([]);
    expect(sizeOfPng(readFileSync(join(own.path, "a.png"))).width).toBe(1320);
  });

  it("draws books that have nothing yet", async () => {
    const empty = new Folder({ inProcess: true, clock: CLOCK });
    for (const name of CHART_NAMES) {
      expect(await empty.run("chart", name, "--output", `${name}.svg`)).toMatchObject({ exitCode: 0 });
      expect(flawsOf(empty.read(`${name}.svg`))).toEqual([]);
    }
  });

  it.each([
    [["chart", "month"], "--output is missing"],
    [["chart", "--output", "a.svg"], "Bad input: chart is missing"],
    [["chart", "pie", "--output", "a.svg"], "write one of month, days, budgets, split, bridge, heat, runs, models"],
    [["chart", "month", "--by", "model", "--output", "a.svg"], "--by is for split and bridge"],
    [["chart", "split", "--period", "2026-01", "--output", "a.svg"], "--period is for bridge, heat, runs, models"],
    [["chart", "split", "--by", "model,result", "--output", "a.svg"], "the chart split takes one"],
    [["chart", "bridge", "--by", "budget", "--output", "a.svg"], "take another dimension, such as model or tag:team"],
    [["chart", "heat", "--period", "yesteryear", "--output", "a.svg"], "period"],
    [["chart", "month", "--output", "a.gif"], "must end with .svg or .png"],
    [["chart", "month", "--output", "token_budget.json/a.svg"], "part of the path is a file, not a folder"],
  ])("says of %j what is wrong, and writes nothing", async (args, said) => {
    const before = folder.files();
    const { exitCode, stdout } = await folder.run(...args);
    expect({ exitCode, stdout: stdout.replace(/\s+/g, " ") }).toMatchObject({
      exitCode: 2,
      stdout: expect.stringContaining(said),
    });
    expect(folder.files()).toEqual(before);
  });
});
