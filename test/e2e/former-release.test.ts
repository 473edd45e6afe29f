import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { git } from "../../scripts/git.ts";
import { emptyFolder } from "../support/runner/action.ts";
import { runTerminal } from "../support/runner/terminal.ts";
import { booksOn, useWorld } from "./action-world.ts";

/** The last commit of release 0.1.0, whose programs still write books that this release writes, too. */
const FORMER = "e688b1f006bcb0ffa6ad5547c5d0777fbde9a896";
const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

const former = formerRelease();
const world = useWorld();
beforeEach(({ skip }) => skip(former === undefined, `this clone has no commit ${FORMER.slice(0, 7)}, release 0.1.0`));

/** A folder with the programs of release 0.1.0; undefined where git's history doesn't reach back to it. */
function formerRelease(): string | undefined {
  try {
    git(PROJECT, "cat-file", "-e", `${FORMER}:dist/main.js`);
  } catch {
    return undefined;
  }
  const folder = emptyFolder("former");
  git(PROJECT, "archive", `--output=${join(folder, "release.tar")}`, FORMER, "action.yml", "dist");
  execFileSync("tar", ["-xf", "release.tar"], { cwd: folder });
  return folder;
}

const BY_HAND = { event: { name: "workflow_dispatch" }, run: { actor: "maintainer" } } as const;
const BUDGET = { "monthly-budget": "30" };

/** A run for pull request 12, whose token may not comment. */
function forPull(id: number, token = "ghs_write") {
  const side = { repo: { full_name: world.repo.nameWithOwner } };
  const payload = { pull_request: { number: 12, head: side, base: side } };
  return { token, run: { id }, event: { name: "pull_request", payload } };
}

/** A step of the former release. */
const formerStep = (command: string, inputs: Readonly<Record<string, string>> = {}, id = 90) =>
  world.step(command, { ...BUDGET, ...inputs }, { run: { id }, ...(former !== undefined && { action: former }) });

/** What 0.1.0 doesn't know and must leave as it is. */
async function laterKeys(): Promise<Readonly<Record<string, unknown>>> {
  const { state } = await booksOn(world.repo);
  const { deliveries, alerts, pulls, forecasts, today } = state as Readonly<Record<string, unknown>>;
  return { deliveries, alerts, pulls, forecasts, today };
}

/** Twelve alike days and an unusual one, on which the channel can't be reached and no comment may be written. */
async function unusualBooks(): Promise<void> {
  world.repo.openPull(12);
  for (let day = 1; day <= 12; day += 1) {
    world.at(`2026-02-${String(day).padStart(2, "0")}T09:00:00Z`);
    await world.step("record", { ...BUDGET, cost: "1" }, { run: { id: day } });
  }
  world.at("2026-02-13T09:00:00Z");
  world.discord.faults.always("any", { kind: "status", status: 503 });
  await world.step("record", { ...BUDGET, cost: "12", comment: "true" }, forPull(13));
  world.discord.faults.clear();
}

describe("release 0.1.0", () => {
  it("checks and books on books with a queued anomaly, open alerts and a comment that is due", async () => {
    await unusualBooks();
    const before = await laterKeys();
    expect(before).toMatchObject({
      deliveries: [{ kind: "anomaly" }, { kind: "forecast" }],
      alerts: [{ kind: "threshold" }, { kind: "anomaly" }, { kind: "forecast" }],
      pulls: { [`${world.repo.nameWithOwner}#12`]: { cost: 12, due: { cost: 12 } } },
      forecasts: { length: 10 },
      today: { profiles: { "ai-pr": 12 } },
    });

    world.at("2026-02-13T10:00:00Z");
    const checked = await formerStep("check");
    expect([checked.exitCode, checked.outputs["allowed"]]).toEqual([0, "true"]);
    const recorded = await formerStep("record", { hold: checked.outputs["hold"] ?? "", cost: "0.5" });
    expect([recorded.exitCode, recorded.outputs["spent"]]).toEqual([0, "24.5"]);
    expect(await laterKeys()).toEqual(before);
  });

  it("leaves books that this release continues: it reports the anomaly, comments and finds nothing wrong", async () => {
    await unusualBooks();
    world.at("2026-02-13T10:00:00Z");
    await formerStep("record", { cost: "0.5" });
    const known = world.titles();
    expect(known.filter((title) => title?.includes("unusual day"))).toEqual([]);

    world.at("2026-02-13T11:00:00Z");
    await world.step("record", { ...BUDGET, cost: "1", comment: "true" }, forPull(14, "ghs_pulls"));
    expect(world.titles().slice(known.length).join()).toContain("unusual day");
    expect(world.repo.pulls.get(12)?.comments[0]?.body).toContain("has cost **&#36;13.00** in 2 runs.");
    expect((await world.step("verify", BUDGET)).exitCode).toBe(0);
  });

  it("refuses paused books, and says what it lacks", async () => {
    world.repo.setRole("maintainer", "maintain");
    await world.step("record", { ...BUDGET, cost: "1" });
    const paused = await world.step("pause", { reason: "Release week" }, BY_HAND);
    expect(paused.exitCode).toBe(0);

    const { exitCode, outputs } = await formerStep("check");
    expect([exitCode, outputs["allowed"], outputs["reason"]]).toEqual([1, "false", "state-unreadable"]);
    expect(outputs["message"]).toContain(
      "requires paused, which this release doesn't support: use a newer release of token-budget",
    );

    await world.step("resume", {}, BY_HAND);
    expect((await formerStep("check")).outputs["allowed"]).toBe("true");
  });

  it("stops at a place that the books have left, and uses them again when they are back", async () => {
    const folder = emptyFolder("moved");
    const place = `github:${world.repo.nameWithOwner}`;
    const env = { GITHUB_TOKEN: "ghs_write", GITHUB_API_URL: world.github.apiUrl };
    const terminal = (...args: readonly string[]) => runTerminal(args, { cwd: folder, env, time: world.time });
    await world.step("record", { ...BUDGET, cost: "1" });
    const moved = await terminal("move", "--from", place, "--to", ".");
    expect(moved.exitCode, moved.stdout).toBe(0);

    const [here, former] = [await world.step("check", BUDGET), await formerStep("check")];
    expect([here.exitCode, here.outputs["allowed"], here.outputs["reason"]]).toEqual([1, "false", "books-moved"]);
    expect(here.outputs["message"]).toContain(folder.split("/").at(-1));
    expect([former.exitCode, former.outputs["allowed"]]).toEqual([1, "false"]);
    expect([former.outputs["reason"], former.outputs["message"]]).toEqual([
      "state-unreadable",
      expect.stringContaining("requires moved, which this release doesn't support"),
    ]);
    expect((await formerStep("record", { cost: "0.5" })).exitCode).toBe(1);
    expect((await terminal("record", "--cost", "0.25")).exitCode).toBe(0);

    const returned = await terminal("move", "--from", ".", "--to", place);
    expect(returned.exitCode, returned.stdout).toBe(0);
    expect((await formerStep("record", { cost: "0.5" })).outputs["spent"]).toBe("1.75");
    expect((await world.step("verify", BUDGET)).exitCode).toBe(0);
  });
});
