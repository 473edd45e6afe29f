import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { ON_A_RUNNER, useExamples } from "./example-world.ts";

const world = useExamples();

/** Books with a run of each team in the week before, and one of the web team a week earlier. */
async function spentBooks(): Promise<void> {
  for (const [at, team, cost] of [
    ["2026-02-12T09:00:00Z", "web", "0.25"],
    ["2026-02-17T09:00:00Z", "web", "1.5"],
    ["2026-02-20T09:00:00Z", "infra", "0.5"],
  ] as const) {
    world.at(at);
    await world.step("record", { cost, tags: `team=${team}` });
  }
}

/** Runs an example, and reads the file that it uploads. */
async function uploaded(example: string, event: { readonly name: string }, inputs = {}) {
  const texts: string[] = [];
  const run = await world.run(example, {
    event,
    inputs,
    standIns: {
      "actions/upload-artifact": ({ inputs: { path = "" }, workspace }) => {
        texts.push(readFileSync(resolve(workspace, path), "utf8"));
      },
    },
  });
  const [text = ""] = texts;
  const summary = run.jobs.flatMap(({ steps }) => steps.map(({ told }) => told?.summary ?? "")).join("");
  return { run, summary, rows: parse(text, { columns: true }) as readonly Record<string, string>[] };
}

describe("the example weekly-report", ON_A_RUNNER, () => {
  it("reports what each team spent last week, with a token that can only read", async () => {
    await spentBooks();
    world.at("2026-02-23T06:10:00Z");
    const { run, summary, rows } = await uploaded("weekly-report", { name: "schedule" });
    expect(run.conclusion).toBe("success");
    expect(summary).toContain("16 to 22 Feb 2026 cost &#36;2.00 on 2 executions, &#36;1.75 (700.0%) more than");
    expect(rows.map((row) => [row["tag:team"], row["cost"], row["cost_before"]])).toEqual([
      ["web", "1.5", "0.25"],
      ["infra", "0.5", "0"],
    ]);
  });

  it("reports the period that it is asked for", async () => {
    await spentBooks();
    const { rows } = await uploaded("weekly-report", { name: "workflow_dispatch" }, { period: "2026-02-12" });
    expect(rows.map((row) => row["cost"])).toEqual(["0.25"]);
  });
});

describe("the example focus-export", ON_A_RUNNER, () => {
  it("exports the last month, whose rows add up to its cost", async () => {
    await spentBooks();
    world.at("2026-03-02T06:20:00Z");
    const { run, rows } = await uploaded("focus-export", { name: "schedule" });
    expect(run.conclusion).toBe("success");
    expect(rows.map((row) => row["EffectiveCost"])).toEqual(["0.25", "1.5", "0.5"]);
  });
});
