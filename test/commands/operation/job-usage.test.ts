import { describe, expect, it } from "vitest";
import type { FileFacts, Gathered } from "../../../src/commands/operation/gather-usage.ts";
import { laterUsage, withLostSessions } from "../../../src/commands/operation/job-usage.ts";
import type { LoggedSession } from "../../../src/usage/session-log.ts";
import { type UsageLine, usageLine } from "../../../src/usage/usage.ts";

const NOTHING = { sessions: new Map<string, string>() };
const line = (session: string | undefined, input: number): UsageLine => usageLine({ model: "m", session, input });

function log(format: string, id: string, startedMs = 1_000, input = 7): LoggedSession {
  return { format, id, startedMs, lines: input === 0 ? [] : [line(undefined, input)] };
}

/** What files told: each of its sessions of 100 tokens; one with none is nameless, or silent without tokens. */
function told(...files: readonly (Partial<FileFacts> & Pick<FileFacts, "format">)[]): Gathered {
  const facts = files.map((file) => ({ sessions: [], isSilent: false, ...file }));
  const lines = facts.flatMap(({ sessions, isSilent }) =>
    isSilent ? [] : sessions.length === 0 ? [line(undefined, 100)] : sessions.map((session) => line(session, 100)),
  );
  const isSilent = facts.some((file) => file.isSilent || file.format === undefined);
  const rest = { cutShort: false, isStated: false, isMissing: false, logged: [], notes: [], source: "x" };
  return { ...rest, lines, files: facts, found: facts.length > 0, incomplete: isSilent };
}

const claude = (...ids: readonly string[]) => ({
  format: "claude-code",
  sessions: ids.map((id) => `claude-code:${id}`),
});
const short = ({ lines, incomplete, cutShort, found, notes }: Gathered) => ({
  inputs: lines.map(({ input }) => input),
  incomplete,
  cutShort,
  found,
  notes: notes.length,
});
const WHOLE = { incomplete: false, cutShort: false, found: true, notes: 0 };
const LOST = { incomplete: false, cutShort: true, found: true, notes: 1 };

it("says of sessions whose logs can't be read that the estimate is charged", () => {
  const noteOn = (...logs: readonly LoggedSession[]) =>
    withLostSessions({ used: told(), logs }, NOTHING, 1).notes.map(({ text }) => text);
  const readable = log("claude-code", "a");
  expect(noteOn(readable)).toEqual([expect.stringMatching(/it is a minimum\.$/)]);
  expect(noteOn(readable, log("claude-code", "b", 1_000, 0))).toEqual([
    expect.stringMatching(/can't be read, or not in time: the estimate is charged for the rest\.$/),
  ]);
});

describe("what a job used", () => {
  it.each<[string, Gathered, readonly LoggedSession[], object]>([
    ["a file of the only session", told(claude("a")), [log("claude-code", "a")], { inputs: [100], ...WHOLE }],
    [
      "a file of the last of two",
      told(claude("b")),
      ["a", "b"].map((id) => log("claude-code", id)),
      { inputs: [100, 7], ...LOST },
    ],
    ["no file at all", told(), [log("claude-code", "a")], { inputs: [7], ...LOST }],
    [
      "a named file that is missing, for which the log stands",
      { ...told(), isMissing: true, incomplete: true },
      [log("claude-code", "a")],
      { inputs: [7], ...LOST },
    ],
    [
      "a named file that is missing beside one that isn't",
      { ...told(claude("a")), isMissing: true, incomplete: true },
      [log("claude-code", "b")],
      { inputs: [100, 7], ...LOST, incomplete: true },
    ],
    [
      "a silent file, for which the log of its tool stands",
      told({ format: "gemini-cli", isSilent: true }, claude("a")),
      [log("gemini-cli", "g")],
      { inputs: [100, 7], ...LOST },
    ],
    [
      "a silent file of another tool",
      told({ format: "codex", isSilent: true }),
      [log("gemini-cli", "g")],
      { inputs: [7], ...LOST, incomplete: true },
    ],
    [
      "a file nobody understands",
      told({ format: undefined, isSilent: true }),
      [log("gemini-cli", "g")],
      { inputs: [7], ...LOST, incomplete: true },
    ],
    [
      "a log nobody understands",
      told(claude("a")),
      [log("claude-code", "b", 1, 0)],
      { inputs: [100], ...LOST, incomplete: true },
    ],
    [
      "a file without a session's name, which is the last one's",
      told({ format: "gemini-cli" }),
      [log("gemini-cli", "g", 2_000, 8), log("gemini-cli", "h", 1_000, 9), log("claude-code", "a", 3_000, 7)],
      { inputs: [100, 9, 7], ...LOST, notes: 2 },
    ],
    [
      "a proxy's file, which counts every call",
      told({ format: "gh-aw" }),
      [log("claude-code", "a")],
      { inputs: [100], ...WHOLE },
    ],
    [
      "figures in the inputs",
      { ...told(), isStated: true, found: true },
      [log("claude-code", "a")],
      { inputs: [], ...WHOLE },
    ],
  ])("with %s", (_, used, logs, expected) => {
    expect(short(withLostSessions({ used, logs }, NOTHING, 0))).toEqual(expected);
  });

  it("leaves out what another step has booked", () => {
    const booked = { sessions: new Map([["claude-code:a", ""]]), untilMs: 1_500 };
    const logs = [log("claude-code", "a"), log("claude-code", "b"), log("claude-code", "c", 2_000)];
    expect(short(withLostSessions({ used: told(claude("a")), logs }, booked, 0))).toEqual({ inputs: [7], ...LOST });
    const known = { used: told(claude("a")), logs: logs.slice(0, 1) };
    expect(short(withLostSessions(known, booked, 0))).toMatchObject({ inputs: [], found: false });
  });

  it.each([
    [2, claude("a"), true],
    [2, claude("a", "b"), false],
    [1, claude("a"), false],
    [2, { format: "opencode" }, false],
  ])("of %i agents is whole where files tell of as many sessions, or name none", (agents, file, incomplete) => {
    expect(withLostSessions({ used: told(file), logs: [] }, NOTHING, agents)).toMatchObject({ incomplete });
  });
});

describe("what a job used after what its steps booked", () => {
  const used = told(claude("a"));
  it("is nothing where they booked it all, or figures were given", () => {
    expect(laterUsage({ used: { ...used, isStated: true }, logs: [] }, NOTHING)).toBeUndefined();
    expect(laterUsage({ used: told(), logs: [] }, NOTHING)).toBeUndefined();
    expect(laterUsage({ used: told({ format: "codex" }), logs: [] }, NOTHING)).toBeUndefined();
  });

  it("is each session they didn't name; after figures without a session only what began later", () => {
    const logs = [log("claude-code", "a", 1_000), log("claude-code", "b", 2_000)];
    const of = (untilMs?: number) =>
      laterUsage({ used, logs }, { ...NOTHING, untilMs })?.lines.map(({ input }) => input);
    expect(of()).toEqual([100, 7]);
    expect(of(1_500)).toEqual([7]);
    expect(of(2_500)).toBeUndefined();
  });
});
