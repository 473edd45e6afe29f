import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chown, mkdir, mkdtemp, realpath, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_PLACES, type DefaultPlace } from "../../../src/edges/machine/default-places.ts";
import { findUsageFiles, readUsageFile } from "../../../src/edges/machine/files.ts";
import { noteUsageFiles } from "../../../src/edges/machine/noted-files.ts";

const BEGAN_AT = Date.parse("2026-02-14T10:00:00.400Z");
const BEFORE = new Date(BEGAN_AT - 60_000);
const AFTER = new Date(BEGAN_AT + 60_000);

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "usage files [x] ")));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, modifiedAt: Date = AFTER): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, "{}");
  await utimes(path, modifiedAt, modifiedAt);
  return path;
}

function find(patterns: readonly string[], env: Record<string, string> = {}) {
  return findUsageFiles({ patterns, sinceMs: BEGAN_AT, env: { GITHUB_WORKSPACE: folder, ...env } });
}

describe("usage files", () => {
  it("named by their path count whatever their age", async () => {
    const old = await put("out/old.json", BEFORE);
    expect(await find(["out/old.json"])).toEqual({ files: [old], notices: [] });
    expect(await find([old])).toEqual({ files: [old], notices: [] });
  });

  it("found by a glob count when they were modified since", async () => {
    await put("logs/old.jsonl", BEFORE);
    const b = await put("logs/b.jsonl");
    const a = await put("logs/.hidden/a.jsonl");
    expect(await find(["logs/**/*.jsonl"])).toEqual({ files: [a, b], notices: [] });
  });

  it("of the very second it all began in count: some file systems keep no more", async () => {
    const path = await put("logs/now.jsonl", new Date(Math.floor(BEGAN_AT / 1000) * 1000));
    expect((await find(["logs/*"])).files).toEqual([path]);
  });

  it("are taken once, however often they are named", async () => {
    const path = await put("a.json");
    await symlink(path, join(folder, "link.json"));
    expect((await find(["a.json", "./a.json", "*.json", "link.json"])).files).toEqual([path]);
  });

  it("may stand in the home folder", async () => {
    const path = await put(".codex/s.jsonl");
    expect((await find(["~/.codex/s.jsonl"], { HOME: folder })).files).toEqual([path]);
  });

  it("with brackets in their names are found by their path", async () => {
    const path = await put("run[1].json", BEFORE);
    expect((await find(["run[1].json"])).files).toEqual([path]);
  });

  it.each([
    ["missing.json", "There is no usage file"],
    ["empty", "is a directory"],
    ["*.nothing", "matches no file"],
    ["old/*", "matches only files from before this run"],
    ["a.json/b.json", "There is no usage file"],
    [`${"x".repeat(300)}.json`, "There is no usage file"],
  ])("that can't be used (%s) are a notice with the path", async (pattern, sentence) => {
    await put("old/x.json", BEFORE);
    await put("a.json");
    await mkdir(join(folder, "empty"));
    const { files, notices } = await find([pattern]);
    expect(files).toEqual([]);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain(pattern.slice(0, 40));
    expect(notices[0]).toContain(sentence);
  });

  it("are looked for where the known tools leave them when none is named", async () => {
    const path = await put("claude-execution-output.json");
    expect(await find([], { RUNNER_TEMP: folder })).toEqual({ files: [path], notices: [] });
    expect(await find(["no.json"], { RUNNER_TEMP: folder })).toMatchObject({ files: [] });
    await put("claude-execution-output.json", BEFORE);
    expect(await find([], { RUNNER_TEMP: folder })).toEqual({ files: [], notices: [] });
    expect(await find([])).toEqual({ files: [], notices: [] });
  });
});

describe("the known tools' own places", () => {
  it.each([
    [".codex/sessions/2026/02/14/rollout-2026-02-14T10-00-05-a.jsonl", { HOME: "" }],
    ["home/sessions/2026/02/14/rollout-2026-02-14T10-00-05-a.jsonl", { CODEX_HOME: "home", HOME: "" }],
    [".copilot/session-state/4f1c/events.jsonl", { HOME: "" }],
    ["gemini-artifacts/stdout.log", {}],
    ["claude-execution-output.json", { RUNNER_TEMP: "" }],
    ["claude-execution-4f1c/claude-execution-output.json", { RUNNER_TEMP: "" }],
  ])("%s is found when it is fresh", async (name, folders) => {
    const env = Object.fromEntries(Object.entries(folders).map(([key, inside]) => [key, join(folder, inside)]));
    const path = await put(name);
    await put(`${dirname(name)}/rollout-other.txt`);
    expect(await find([], env)).toEqual({ files: [path], notices: [] });
    await put(name, BEFORE);
    expect(await find([], env)).toEqual({ files: [], notices: [] });
  });

  const place = (name: string, patterns: string[]) => ({ tool: name, folder: () => join(folder, name), patterns });
  const inPlaces = (...places: readonly DefaultPlace[]) =>
    findUsageFiles({ patterns: [], sinceMs: BEGAN_AT, env: { GITHUB_WORKSPACE: folder }, places });

  it("are taken by the first pattern that has files: the others tell the same", async () => {
    const record = place("workflow", ["new/record.jsonl", "old/record.jsonl", "sum.json"]);
    const sum = await put("workflow/sum.json");
    expect((await inPlaces(record)).files).toEqual([sum]);
    const old = await put("workflow/old/record.jsonl");
    await put("workflow/new/record.jsonl", BEFORE);
    expect((await inPlaces(record)).files).toEqual([old]);
  });
});

describe("a place that all jobs of a machine share", () => {
  const OTHER_UID = (process.getuid?.() ?? 0) + 1;
  const shared: DefaultPlace = {
    tool: "workflow",
    folder: () => join(folder, "shared"),
    patterns: ["logs/record.jsonl", "sum.json"],
    isToolsJob: (env) => env["IS_TOOLS_JOB"] === "yes",
  };
  const tool: DefaultPlace = { tool: "tool", folder: () => join(folder, "tool"), patterns: ["out.json"] };
  const lookIn = (more: { readonly isToolsJob?: boolean; readonly uid?: number } = {}) =>
    findUsageFiles({
      patterns: [],
      sinceMs: BEGAN_AT,
      env: { GITHUB_WORKSPACE: folder, IS_TOOLS_JOB: more.isToolsJob ? "yes" : "no" },
      places: [shared, tool],
      ...(more.uid !== undefined && { uid: more.uid }),
    });

  it("has the calls of every tool in a job of the tool's: nothing else counts there", async () => {
    const out = await put("tool/out.json");
    expect(await lookIn({ isToolsJob: true })).toEqual({ files: [out], notices: [] });
    const record = await put("shared/logs/record.jsonl");
    await put("shared/sum.json");
    expect(await lookIn({ isToolsJob: true })).toEqual({ files: [record], notices: [] });
  });

  it("displaces nothing in any other job, and counts there when it is the job's own and nothing else is found", async () => {
    const sum = await put("shared/sum.json");
    expect(await lookIn()).toEqual({ files: [sum], notices: [] });
    const out = await put("tool/out.json");
    expect(await lookIn()).toEqual({ files: [out], notices: [] });
  });

  it("has nothing of this job where it is older, another user's, or a link to something else", async () => {
    await put("shared/sum.json", BEFORE);
    expect(await lookIn()).toEqual({ files: [], notices: [] });
    const sum = await put("shared/sum.json");
    expect(await lookIn({ uid: OTHER_UID })).toEqual({ files: [], notices: [] });
    expect(await lookIn({ uid: OTHER_UID, isToolsJob: true })).toEqual(
      // What root has made is nobody's trick.
      process.getuid?.() === 0
        ? { files: [sum], notices: [] }
        : { files: [], notices: [expect.stringContaining("another user's folder on this machine")] },
    );
    await rm(sum);
    await symlink(await put("elsewhere.json"), sum);
    expect(await lookIn()).toEqual({ files: [], notices: [] });
    expect((await lookIn({ isToolsJob: true })).files).toEqual([]);
  });

  // Only root may give files away.
  it.runIf(process.getuid?.() === 0)(
    "may be written by containers of a job of the tool's, in a folder of its own",
    async () => {
      const record = await put("shared/logs/record.jsonl");
      await chown(record, OTHER_UID, OTHER_UID);
      expect((await lookIn({ isToolsJob: true })).files).toEqual([record]);
      expect(await lookIn()).toEqual({ files: [], notices: [] });
      await chown(join(folder, "shared"), OTHER_UID, OTHER_UID);
      expect(await lookIn({ isToolsJob: true })).toEqual({
        files: [],
        notices: [expect.stringMatching(/record\.jsonl.* is in another user's folder on this machine/)],
      });
    },
  );
});

describe("GitHub Agentic Workflows' places", () => {
  it("are its own only in a job that it compiled", () => {
    const places = DEFAULT_PLACES.filter(({ isToolsJob }) => isToolsJob !== undefined);
    expect(places.map(({ folder: path }) => path({}))).toEqual(["/tmp/gh-aw", "/tmp/gh-aw"]);
    for (const { isToolsJob } of places) {
      expect(isToolsJob?.({ GH_AW_WORKFLOW_ID_SANITIZED: "docscheck" })).toBe(true);
      expect(isToolsJob?.({ GH_AW_WORKFLOW_ID_SANITIZED: "" })).toBe(false);
    }
  });
});

describe("the execution files of Claude Code Action", () => {
  const env = () => ({ RUNNER_TEMP: folder });

  it("are all taken, wherever a version of it leaves its own", async () => {
    const paths = [
      await put("claude-execution-output.json"),
      await put("claude-execution-1/claude-execution-output.json"),
      await put("claude-execution-2/claude-execution-output.json"),
    ];
    await put("claude-execution-0/claude-execution-output.json", BEFORE);
    expect(await find([], env())).toEqual({ files: paths, notices: [] });
  });

  it("are found in their newer place where a workflow names the older one", async () => {
    const path = await put("claude-execution-1/claude-execution-output.json");
    expect(await find(["claude-execution-output.json"], env())).toEqual({ files: [path], notices: [] });
    expect(await find([join(folder, "claude-execution-output.json")], env())).toMatchObject({ files: [path] });
    expect(await find(["elsewhere/claude-execution-output.json"], env())).toMatchObject({ files: [] });
  });
});

describe("files that were noted", () => {
  const env = () => ({ GITHUB_WORKSPACE: folder, RUNNER_TEMP: folder });
  const since = { sinceMs: BEGAN_AT };

  it("don't count as long as nobody writes to them, by their path or in the tool's place", async () => {
    const path = await put("claude-execution-output.json");
    const own = await put("own.json");
    const noted = await noteUsageFiles(["own.json", "none.json", "*.json"], env());
    expect(noted.map((file) => file.path)).toEqual([own, path]);
    const found = (patterns: string[]) => findUsageFiles({ patterns, ...since, noted, env: env() });
    expect(await found([])).toEqual({ files: [], notices: [] });
    expect(await found(["own.json"])).toEqual({
      files: [],
      notices: [expect.stringContaining("from before this run")],
    });
    expect(await found(["*.json"])).toMatchObject({ files: [] });

    await put("own.json", new Date(BEGAN_AT + 90_000));
    expect(await found(["own.json"])).toEqual({ files: [own], notices: [] });
    await writeFile(path, "{} ");
    expect((await found([])).files).toEqual([path]);
  });

  it("are few, and those that can't be looked at are left out", async () => {
    const paths = await Promise.all(Array.from({ length: 30 }, (_, index) => put(`${index}.json`)));
    const noted = await noteUsageFiles([folder, "none", ...paths], env());
    expect(noted).toHaveLength(20);
    expect(noted[0]).toEqual({ path: paths[0], size: 2, modifiedMs: AFTER.getTime() });
  });
});

describe("a usage file", () => {
  it("is as long as it is when it is found", async () => {
    const path = await put("a.json");
    expect(await readUsageFile(path)).toEqual({ kind: "read", path, text: { path, size: 2 } });
  });

  it.skipIf(process.platform === "win32")(
    "that is a pipe, a socket or a device is none, and nobody waits for it",
    async () => {
      const pipe = join(folder, "pipe");
      execFileSync("mkfifo", [pipe]);
      const socket = join(folder, "socket");
      const server = createServer().listen(socket);
      await once(server, "listening");
      for (const path of [pipe, socket, "/dev/zero"]) {
        expect(await find([path])).toEqual({ files: [], notices: [expect.stringContaining("is not a regular file")] });
        expect(await readUsageFile(path)).toMatchObject({ notice: expect.stringContaining("is not a regular file") });
      }
      server.close();
    },
  );

  it("that is too large, a directory or gone is said to be", async () => {
    const path = await put("a.json");
    expect(await readUsageFile(path, 1)).toMatchObject({ kind: "unusable", notice: expect.stringContaining("larger") });
    expect(await readUsageFile(folder)).toMatchObject({ notice: expect.stringContaining("is a directory") });
    expect(await readUsageFile(`${path}x`)).toMatchObject({
      notice: expect.stringContaining("There is no usage file"),
    });
  });
});
