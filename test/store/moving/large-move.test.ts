import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { CLI } from "../../e2e/folder-world.ts";
import { countOf } from "../../support/pace/pace.ts";
import { NO_POSTGRES } from "../../support/postgres/server.ts";
import { emptyFolder } from "../../support/runner/action.ts";
import { parentEnvironment } from "../../support/runner/spawn.ts";
import { usePostgresWorld } from "../postgres/postgres-world.ts";
import { largeBooks, writeLargeBooks } from "./large-books.ts";

const LINES = countOf("movedLines");
/** Of its heap a program that holds a day of books at a time needs half; one that holds them all dies. */
const HEAP_MB = 96;
/** With all that isn't garbage yet. */
const MOST_MB = 400;
const PEAK = fileURLToPath(new URL("../../../bench/peak.mjs", import.meta.url));

/** Runs the terminal program; how it ended, what it printed, and its peak of memory in MB. */
function run(folder: string, env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  return new Promise<{ code: number | null; said: string; peakMb: number }>((resolve, reject) => {
    const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, "--import", PEAK, CLI, ...args], {
      cwd: folder,
      env: { ...parentEnvironment(), ...env },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    let [said, peak] = ["", ""];
    for (const out of [child.stdout, child.stderr]) {
      out?.on("data", (bytes) => {
        said += bytes;
      });
    }
    child.stdio[3]?.on("data", (bytes) => {
      peak += bytes;
    });
    child.on("error", reject).on("close", (code) => resolve({ code, said, peakMb: Number(peak) / 1024 }));
  });
}

describe("a very large move", () => {
  beforeEach(({ skip }) => skip(NO_POSTGRES !== undefined, NO_POSTGRES));
  const world = usePostgresWorld();

  it(`of ${LINES} lines over 24 closed months is whole there and back, and holds a small part of them at a time`, async () => {
    const books = await world().newBooks(null);
    const [home, back] = [emptyFolder("home"), emptyFolder("back")];
    const made = largeBooks(LINES);
    writeLargeBooks(home, made);
    const env = { TOKEN_BUDGET_DATABASE_URL: world().urlOf({}), HOME: home };
    const there = await run(home, env, "move", "--from", ".", "--to", `postgres:${books}`);
    expect(there).toMatchObject({ code: 0, said: expect.stringContaining("in PostgreSQL now") });
    const kept = await world().sql(
      `select count(*)::int as lines, count(distinct id)::int as ids, count(distinct month)::int as months
       from token_budget.entries where books = '${books}'`,
    );
    const lines = [...made.files.values()].reduce((sum, text) => sum + text.trimEnd().split("\n").length, 0);
    expect(kept).toMatchObject([{ lines, ids: lines, months: 25 }]);
    const again = await run(home, env, "move", "--from", `postgres:${books}`, "--to", back);
    expect(again).toMatchObject({ code: 0 });
    expect(readFileSync(join(back, "token_budget.json"), "utf8")).toBe(made.state);
    const differing = [...made.files].filter(
      ([name, text]) => readFileSync(join(back, "token_budget", "ledger", name), "utf8") !== text,
    );
    expect(differing.map(([name]) => name)).toEqual([]);
    const verified = await run(back, { HOME: home }, "verify");
    expect(verified).toMatchObject({ code: 0, said: expect.stringContaining("The books agree with the ledger.") });
    for (const { peakMb } of [there, again, verified]) {
      expect(peakMb).toBeGreaterThan(20);
      expect(peakMb).toBeLessThan(MOST_MB);
    }
  });
});
