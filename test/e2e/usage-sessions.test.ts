import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createClock } from "../support/github/clock.ts";
import { emptyFolder } from "../support/runner/action.ts";
import { SharedTime } from "../support/runner/shared-time.ts";
import { booksOn, useWorld } from "./action-world.ts";
import { Folder } from "./folder-world.ts";

const path = (name: string) => new URL(`../fixtures/usage/${name}`, import.meta.url).pathname;
const EXEC = ["codex/exec.jsonl", "codex/exec-resume.jsonl", "codex/exec-second-resume.jsonl"].map(path);
const CLAUDE = ["claude-code/json-run.json", "claude-code/json-resume.json", "claude-code/json-second-resume.json"].map(
  path,
);
const MODEL = "gpt-5-codex";
const minute = (count: number) => `2026-11-22T12:${String(count).padStart(2, "0")}:00Z`;

type Entry = {
  readonly cost: number;
  readonly quality: string;
  readonly usage?: readonly { readonly model: string; readonly input: number; readonly output: number }[];
};

/** Three resumed runs, and what each adds: input tokens and dollars, worked out by hand. */
const RESUMED: readonly [tool: string, files: string[], model: string, inputs: number[], costs: number[]][] = [
  // Of $1.25, $0.125 cached and $10 a million: 1,100 + 400 + 11; 2,100 + 400 + 12; 3,100 + 400 + 13.
  ["Codex", EXEC, MODEL, [1500, 2500, 3500], [0.001535, 0.002795, 0.004055]],
  // Of $2, $0.20 cached, $2.50 written and $10 a million: 100 + 30,000 + 2,000 + 50 each.
  ["Claude Code", CLAUDE, "", [32_100, 32_100, 32_100], [0.0117, 0.0117, 0.0117]],
];

function expectCharges(entries: readonly Entry[], inputs: readonly number[], costs: readonly number[]): void {
  expect(entries.map(({ usage = [] }) => usage.reduce((sum, { input }) => sum + input, 0))).toEqual(inputs);
  expect(entries.map(({ cost }) => cost)).toEqual(costs);
  expect(entries.map(({ quality }) => quality)).toEqual(costs.map(() => "priced"));
}

const inputOf = (entries: readonly Entry[]): number =>
  entries.flatMap(({ usage = [] }) => usage).reduce((sum, { input }) => sum + input, 0);

/** A session's file as it was after so many of its three requests: 1,500, 4,000 or 7,500 input tokens in all. */
function rollout(requests: 1 | 2 | 3): string {
  const lines = readFileSync(path("codex/rollout.jsonl"), "utf8")
    .replaceAll("gpt-5.3-codex-mini", "gpt-5.3-codex")
    .replaceAll("2026-03-01T10:", "2026-11-22T11:")
    .trimEnd()
    .split("\n");
  const after = [0, 6, 8, lines.length][requests];
  const end = lines[7] ?? "";
  return `${lines.slice(0, after).join("\n")}\n${requests === 1 ? `${end}\n` : ""}`;
}

describe("a session that is resumed, in a folder", () => {
  const recorded = (folder: Folder, files: readonly string[], model: string, at = minute(0)) =>
    folder
      .with({ clock: at })
      .json("record", ...files.flatMap((file) => ["--usage-file", file]), ...(model === "" ? [] : ["--model", model]));
  const entries = (folder: Folder) => folder.ledger() as unknown as Entry[];

  it.each(RESUMED)("of %s is charged for what each run added", async (_, files, model, inputs, costs) => {
    const folder = new Folder({ inProcess: true });
    for (const [index, file] of files.entries()) await recorded(folder, [file], model, minute(index));
    expectCharges(entries(folder), inputs, costs);
    expect(Object.keys(folder.state()["sessions"] as object)).toHaveLength(1);
    expect(await folder.run("verify")).toMatchObject({ exitCode: 0 });
  });

  it("is charged once where the same figures come again, in a booking of its own", async () => {
    const folder = new Folder({ inProcess: true });
    await recorded(folder, [EXEC[2] ?? ""], MODEL);
    const again = await recorded(folder, [EXEC[2] ?? ""], MODEL, minute(1));
    expect(again).toMatchObject({ cost: 0, costQuality: "priced", spent: 0.008385 });
    expect(folder.state()).toMatchObject({ executions: 2 });
  });

  it("is charged once for several files in one booking, in whatever order", async () => {
    const folder = new Folder({ inProcess: true });
    const [first = "", second = "", third = ""] = EXEC;
    await recorded(folder, [third, first, second], MODEL);
    expect(inputOf(entries(folder))).toBe(7500);
    expect(entries(folder)).toMatchObject([{ cost: 0.008385, quality: "priced" }]);
  });

  it("is charged whole where its counter began anew", async () => {
    const folder = new Folder({ inProcess: true });
    await recorded(folder, [EXEC[2] ?? ""], MODEL);
    await recorded(folder, [EXEC[0] ?? ""], MODEL, minute(1));
    await recorded(folder, [EXEC[1] ?? ""], MODEL, minute(2));
    expectCharges(entries(folder), [7500, 1500, 2500], [0.008385, 0.001535, 0.002795]);
  });

  it("is charged for its last figures once by two programs at once", async () => {
    const folder = new Folder({ time: new SharedTime(createClock()) });
    folder.write("before.jsonl", rollout(1));
    folder.write("one.jsonl", rollout(2));
    folder.write("two.jsonl", rollout(3));
    await recorded(folder, ["before.jsonl"], "");
    await Promise.all([
      recorded(folder, ["two.jsonl"], "", minute(1)),
      recorded(folder, ["one.jsonl"], "", minute(1)),
      recorded(folder, ["two.jsonl"], "", minute(1)),
    ]);
    expect(inputOf(entries(folder))).toBe(7500);
    expect(entries(folder)).toHaveLength(4);
    // 6,300 × $1.75 + 1,200 × $0.175 + 36 × $14 a million.
    expect(folder.state()).toMatchObject({ total_spent: 0.011739 });
  });

  it.each([
    ["in one booking", [["exec", "rollout"]]],
    ["the stream first", [["exec"], ["rollout"]]],
    ["the session's file first", [["rollout"], ["exec"]]],
  ])("is charged once where Codex's stream and the session's file both tell of it, %s", async (_, bookings) => {
    const folder = new Folder({ inProcess: true });
    folder.write("rollout", rollout(3));
    folder.write("exec", readFileSync(EXEC[2] ?? ""));
    for (const [index, files] of bookings.entries()) await recorded(folder, files, "", minute(index));
    expect(inputOf(entries(folder))).toBe(7500);
    if (bookings[0]?.includes("rollout")) {
      expect(entries(folder)[0]?.usage?.map(({ model }) => model)).toEqual(["gpt-5.3-codex"]);
      expect(folder.state()).toMatchObject({ total_spent: 0.011739 });
    }
  });

  it("that was interrupted is charged what its stream shows and one more request, at least the estimate", async () => {
    const folder = new Folder({ inProcess: true, clock: minute(0) });
    await folder.json("check", "--estimate", "0.06");
    const file = path("claude-code/interrupted-zero-result.ndjson");
    expect(await folder.json("record", "--usage-file", file)).toMatchObject({
      cost: 0.06,
      costQuality: "estimated",
      held: 0,
    });
  });
});

describe("a session that is resumed, in workflows", () => {
  const world = useWorld();
  let run = 100;
  const recorded = (file: string, model: string) => {
    run += 1;
    return world.step("record", { "usage-file": file, ...(model !== "" && { model }) }, { run: { id: run } });
  };

  it.each(RESUMED)("of %s is charged for what each run added", async (_, files, model, inputs, costs) => {
    for (const [index, file] of files.entries()) {
      world.at(minute(index));
      const { exitCode, outputs } = await recorded(file, model);
      expect({ exitCode, cost: outputs["cost"] }).toEqual({ exitCode: 0, cost: String(costs[index]) });
    }
    expectCharges((await booksOn(world.repo)).entries, inputs, costs);
  });

  it("is charged for its last figures once by jobs that write at once", async () => {
    world.at(minute(0));
    const folder = emptyFolder("sessions");
    const files = ([1, 2, 3, 3] as const).map((requests, index) => {
      const file = join(folder, `${index}.jsonl`);
      writeFileSync(file, rollout(requests));
      return file;
    });
    await recorded(files[0] ?? "", "");
    const results = await Promise.all(files.slice(1).map((file) => recorded(file, "")));
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    const { state, entries } = await booksOn(world.repo);
    expect(entries).toHaveLength(4);
    expect(inputOf(entries)).toBe(7500);
    expect(state.total_spent).toBe(0.011739);
  });
});
