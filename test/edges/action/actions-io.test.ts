import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as core from "@actions/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { actionsIo } from "../../../src/edges/action/actions-io.ts";

const TOKEN = "ghs_16C7e42F292c6912E7710c838347Ae178B4a";
const FILES = ["GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_ENV", "GITHUB_STEP_SUMMARY"] as const;

let folder: string;
let printed: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "runner-"));
  for (const name of FILES) {
    writeFileSync(join(folder, name), "");
    vi.stubEnv(name, join(folder, name));
  }
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A summary of its own for each test: core's remembers its file. */
function freshCore() {
  const summary = new (core.summary.constructor as new () => typeof core.summary)();
  return { ...core, summary };
}

const written = (name: (typeof FILES)[number]) => readFileSync(join(folder, name), "utf8");

describe("the runner of GitHub Actions", () => {
  it("gets log lines, annotations and folded groups", async () => {
    const io = actionsIo(freshCore());
    const answer = await io.group("Reading the books", async () => {
      io.info("one request");
      return 42;
    });
    io.warning("50% gone\nbe careful");
    expect(answer).toBe(42);
    expect(printed.replaceAll("\r", "")).toBe(
      "::group::Reading the books\none request\n::endgroup::\n::warning title=token-budget::50%25 gone%0Abe careful\n",
    );
  });

  it("gets the group's end also where the work fails", async () => {
    const io = actionsIo(freshCore());
    await expect(io.group("g", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(printed).toContain("::endgroup::");
  });

  it("gets no command out of hostile text", () => {
    const io = actionsIo(freshCore());
    io.info("name\n::error::gotcha\n##[error]gotcha");
    io.notice("name\n::error::gotcha");
    for (const line of printed.split(/\r?\n/)) expect(line).not.toMatch(/^\s*::error|##\[/);
  });

  it("gets ten annotations of a type, the rest as plain lines", () => {
    const io = actionsIo(freshCore());
    for (let number = 1; number <= 12; number++) io.warning(`w${number}`);
    io.error("e");
    expect(printed.match(/^::warning /gm)).toHaveLength(10);
    expect(printed).toContain("Warning: w12");
    expect(printed).toContain("::error title=token-budget::e");
  });

  it("gets annotations under a title that stays one", () => {
    const io = actionsIo(freshCore());
    io.warning("w", "AI run denied,line=1::error::\nx");
    expect(printed.trimEnd()).toBe("::warning title=AI run denied%2Cline=1%3A%3Aerror%3A%3A x::w");
  });

  it("gets outputs, state and variables in their files, whatever stands in them", () => {
    const io = actionsIo(freshCore());
    io.output("allowed", "true");
    io.output("message", "two\nlines\nEOF\nallowed=false");
    io.saveState("hold", "h1");
    io.exportVariable("TOKEN_BUDGET_HOLD", "h1");
    expect(written("GITHUB_OUTPUT")).toMatch(
      /^allowed<<(\S+)\r?\ntrue\r?\n\1\r?\nmessage<<(\S+)\r?\n[\s\S]*\n\2\r?\n$/,
    );
    expect(written("GITHUB_STATE")).toContain("h1");
    expect(written("GITHUB_ENV")).toContain("TOKEN_BUDGET_HOLD<<");
  });

  it("never gets a masked secret, apart from being told to mask it", async () => {
    const io = actionsIo(freshCore());
    io.mask(TOKEN);
    io.mask("");
    io.info(`token ${TOKEN}`);
    io.error(`Basic ${Buffer.from(`x:${TOKEN}`).toString("base64")}`);
    io.output("message", TOKEN);
    io.saveState("x", TOKEN);
    io.exportVariable("TOKEN_BUDGET_TEST_VARIABLE", TOKEN);
    await io.summary(`# ${TOKEN}`);
    const others = printed.split(/\r?\n/).filter((line) => !line.startsWith("::add-mask::"));
    expect([...others, ...FILES.map(written)].join("\n")).not.toContain(TOKEN);
    expect(printed).toContain(`::add-mask::${TOKEN}`);
    expect(printed.match(/::add-mask::/g)).toHaveLength(1);
    expect(io.redact(`a ${TOKEN} b`)).toBe("a *** b");
  });

  it("gets a summary that GitHub doesn't drop for its length", async () => {
    const io = actionsIo(freshCore());
    await io.summary("# Budget");
    await io.summary("line ü\n".repeat(200_000));
    await io.summary("more\nlines\n");
    const text = written("GITHUB_STEP_SUMMARY");
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
    expect(Buffer.byteLength(text)).toBeGreaterThan(1_000_000);
    expect(text).toMatch(/^# Budget/);
    expect(text).toContain("line ü\n\n_The rest of this summary was too long to show._");
  });

  it("gets a warning where the summary can't be written", async () => {
    vi.stubEnv("GITHUB_STEP_SUMMARY", join(folder, "missing"));
    await actionsIo(freshCore()).summary("# Budget");
    expect(printed).toContain("::warning title=token-budget::The job summary couldn't be written");
  });
});
