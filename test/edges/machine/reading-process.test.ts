import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import type { Answer, Reading } from "../../../src/edges/machine/reading.ts";
import { readApart } from "../../../src/edges/machine/reading-process.ts";

const folder = mkdtempSync(join(tmpdir(), "reading-process-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HONEST = new URL("../../fixtures/usage/claude-code/execution-file.json", import.meta.url).pathname;
const never = new AbortController().signal;

function fileOf(path: string): Reading {
  return { kind: "usage", text: { path, size: statSync(path).size } };
}

function put(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const said = (answer: Answer | undefined) => (answer?.kind === "unusable" ? answer.message : answer?.kind);

describe("a process that reads", () => {
  it("answers in turn what this process would, and what it says of texts that say nothing", async () => {
    const printed: Reading = { kind: "usage", text: { printed: readFileSync(HONEST, "utf8") } };
    const answers = await readApart([fileOf(HONEST), fileOf(put("empty", "\n")), printed], {
      heapMb: 256,
      seconds: 9,
      signal: never,
    });
    expect(answers.map(said)).toEqual(["report", "The usage file is empty.", "report"]);
    expect(answers[0]).toMatchObject({ report: { format: "claude-code", complete: true } });
    expect(answers[2]).toEqual(answers[0]);
  });

  it("runs out of memory alone, and the files beside what it was reading are read by another", async () => {
    const bomb = put("bomb.json", `{"a":[${"{},".repeat(3_000_000)}{}]}`);
    const answers = await readApart([fileOf(HONEST), fileOf(bomb), fileOf(HONEST)], {
      heapMb: 48,
      seconds: 9,
      signal: never,
    });
    expect(answers.map(said)).toEqual([
      "report",
      expect.stringMatching(/^Reading it takes more than 48 MB of memory/),
      "report",
    ]);
  });

  it("is ended in the middle of its work when time is up: what it had read stays", async () => {
    const begun = join(folder, "begun");
    const script = put(
      "endless.mjs",
      `import { renameSync, writeFileSync } from "node:fs";
      const begun = ${JSON.stringify(begun)};
      process.once("message", () =>
        process.send({ answer: { kind: "sessions", sessions: [] } }, () => {
          writeFileSync(begun + ".tmp", String(process.pid));
          // A file that is written in place is there before its text: this process could be ended in between.
          renameSync(begun + ".tmp", begun);
          for (;;);
        }),
      );`,
    );
    const time = new AbortController();
    const reading = readApart([fileOf(HONEST), fileOf(HONEST), fileOf(HONEST)], {
      ...{ heapMb: 48, seconds: 9, signal: time.signal },
      script,
    });
    while (!existsSync(begun)) await wait(10);
    time.abort();
    const late = expect.stringMatching(
      /^It could not be read in time: all usage files of a step together have 9 seconds\./,
    );
    expect((await reading).map(said)).toEqual(["sessions", late, late]);
    const pid = Number(readFileSync(begun, "utf8"));
    // Zero would be this process's own group, which is always alive.
    expect(pid).toBeGreaterThan(0);
    while (isAlive(pid)) await wait(10);
  });

  it("isn't even started when no time is left", async () => {
    const bounds = { heapMb: 48, seconds: 9, signal: AbortSignal.abort(), script: join(folder, "none.mjs") };
    expect((await readApart([fileOf(HONEST)], bounds)).map(said)).toEqual([expect.stringContaining("in time")]);
  });

  it("that can't be started leaves everything unread", async () => {
    const bounds = { heapMb: 48, seconds: 9, signal: never, script: join(folder, "none.mjs") };
    const answers = await readApart([fileOf(HONEST), fileOf(HONEST)], bounds);
    expect(answers.map(({ kind }) => kind)).toEqual(["unusable", "unusable"]);
  });

  it("finds nothing of the environment but what the runner ends left processes by", async () => {
    const found = join(folder, "found");
    const script = put(
      "environment.mjs",
      `import { writeFileSync } from "node:fs";
      writeFileSync(${JSON.stringify(found)}, Object.keys(process.env).filter((name) => !name.startsWith("NODE_")).join());
      process.exit();`,
    );
    process.env["RUNNER_TRACKING_ID"] = "github_1";
    await readApart([fileOf(HONEST)], { heapMb: 48, seconds: 9, signal: never, script });
    delete process.env["RUNNER_TRACKING_ID"];
    expect(readFileSync(found, "utf8")).toBe("RUNNER_TRACKING_ID");
  });

  it("hands a fault of the program's on", async () => {
    const script = put("fault.mjs", `process.once("message", () => process.send({ fault: "Error: a bug" }));`);
    const bounds = { heapMb: 48, seconds: 9, signal: never, script };
    await expect(readApart([fileOf(HONEST)], bounds)).rejects.toThrow("Error: a bug");
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
