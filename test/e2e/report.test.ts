import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { booksOn, useWorld } from "./action-world.ts";
import { Folder } from "./folder-world.ts";

const world = useWorld();

describe("a report in a workflow", () => {
  it("reads the branch's archive once, with a token that can only read, and leaves a file", async () => {
    const job = world.job();
    for (const cost of ["0.5", "1.25"]) await job.step({ inputs: { command: "record", cost, tags: `team=${cost}` } });
    world.requests();
    const { outputs, summary, exitCode } = await job.step({
      inputs: { command: "report", by: "tag:team", format: "csv" },
      token: "ghs_read",
    });
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ report: "token-budget-report-2026-02.csv", cost: "1.75", spent: "1.75" });
    expect(world.requests()).toHaveLength(3);
    expect(summary).toContain("February 2026 so far cost &#36;1.75 on 2 executions.");
    const rows = parse(readFileSync(join(job.workspace, outputs["report"] ?? ""), "utf8"), { columns: true });
    expect(rows).toMatchObject([
      { "tag:team": "1.25", cost: "1.25" },
      { "tag:team": "0.5", cost: "0.5" },
    ]);
    expect((await booksOn(world.repo)).entries).toHaveLength(2);
  });
});

describe("a report at a terminal", () => {
  async function spentFolder(): Promise<Folder> {
    const folder = new Folder({ inProcess: true });
    await folder.run("record", "--cost", "2.5", "--tags", "team=web", "--profile", "review");
    return folder;
  }

  it("prints its form on standard output, or writes it to a file", async () => {
    const folder = await spentFolder();
    const printed = await folder.run("report", "--by", "tag:team,profile", "--format", "csv");
    expect(printed.exitCode).toBe(0);
    expect(parse(printed.stdout, { columns: true })).toMatchObject([
      { "tag:team": "web", profile: "review", cost: "2.5" },
    ]);
    const written = await folder.run("report", "--by", "tag:team", "--by", "profile", "--output", "out/report.csv");
    expect(written.stdout).toContain("Written to out/report.csv");
    expect(readFileSync(join(folder.path, "out/report.csv"), "utf8")).toBe(printed.stdout);
    const json = await folder.run("report", "--format", "json", "--by", "profile");
    expect(JSON.parse(json.stdout)).toMatchObject({ total: { cost: 2.5 }, rows: [{ key: { profile: "review" } }] });
    const focus = await folder.run("report", "--format", "focus");
    expect(parse(focus.stdout, { columns: true })).toMatchObject([{ EffectiveCost: "2.5" }]);
  });

  it("answers with --json whatever the form, and prints nothing with --quiet", async () => {
    const folder = await spentFolder();
    expect(await folder.json("report", "--format", "csv")).toMatchObject({ command: "report", cost: 2.5 });
    const quiet = await folder.run("report", "--format", "csv", "--output", "a.csv", "--quiet");
    expect(quiet).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
    expect(existsSync(join(folder.path, "a.csv"))).toBe(true);
  });

  it("ends with exit code 2 where no file can be written", async () => {
    const folder = await spentFolder();
    const { exitCode, stdout } = await folder.run("report", "--output", "token_budget/ledger");
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/it\s+is a folder/);
  });
});
