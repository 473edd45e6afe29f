import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { readContext } from "../../../src/edges/action/event-file.ts";

const ENV = {
  GITHUB_REPOSITORY: "o/r",
  GITHUB_RUN_ID: "123",
  GITHUB_RUN_ATTEMPT: "2",
  GITHUB_JOB: "agent",
  GITHUB_WORKFLOW: "ai-pr",
  GITHUB_ACTOR: "octocat",
  GITHUB_TRIGGERING_ACTOR: "hubot",
  GITHUB_EVENT_NAME: "push",
  GITHUB_REF: "refs/heads/main",
  GITHUB_SHA: "abc",
  GITHUB_API_URL: "https://ghe.test/api/v3",
  GITHUB_GRAPHQL_URL: "https://ghe.test/api/graphql",
  GITHUB_SERVER_URL: "https://ghe.test/",
  GITHUB_WORKSPACE: "/w",
  RUNNER_TEMP: "/t",
};

const MAIN = { repository: { default_branch: "main" } };

function pull(head: string | null, base = "o/r") {
  return {
    ...MAIN,
    pull_request: {
      number: 7,
      head: { repo: head === null ? null : { full_name: head } },
      base: { repo: { full_name: base } },
    },
  };
}

const folder = mkdtempSync(join(tmpdir(), "context-"));
const eventPath = join(folder, "event.json");

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The context where nothing else of the runner's is in the environment. */
function contextIn(env: Readonly<Record<string, string>>) {
  const theirs = Object.keys(process.env).filter((name) => /^(GITHUB|RUNNER)_/.test(name));
  for (const name of theirs) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  return readContext(process.env);
}

function contextWith(env: Readonly<Record<string, string>>, eventText: string) {
  writeFileSync(eventPath, eventText);
  return contextIn({ ...ENV, ...env, GITHUB_EVENT_PATH: eventPath });
}

function context(env: Readonly<Record<string, string>>, event: unknown = MAIN) {
  return contextWith(env, JSON.stringify(event));
}

describe("the context of a run", () => {
  it("is what the runner says", async () => {
    expect(await context({})).toEqual({
      repository: "o/r",
      runId: 123,
      attempt: 2,
      job: "agent",
      workflow: "ai-pr",
      actor: "octocat",
      triggeringActor: "hubot",
      event: "push",
      ref: "refs/heads/main",
      sha: "abc",
      defaultBranch: "main",
      onDefaultBranch: true,
      readOnly: undefined,
      pullRequest: undefined,
      apiUrl: "https://ghe.test/api/v3",
      graphqlUrl: "https://ghe.test/api/graphql",
      serverUrl: "https://ghe.test",
      runUrl: "https://ghe.test/o/r/actions/runs/123/attempts/2",
      workspace: "/w",
      tempFolder: "/t",
    });
  });

  it("is empty at a terminal, with GitHub's own addresses", async () => {
    const empty = await contextIn({});
    expect(empty).toMatchObject({ onDefaultBranch: false, apiUrl: "https://api.github.com", runUrl: undefined });
    expect(empty).toMatchObject({ graphqlUrl: "https://api.github.com/graphql", serverUrl: "https://github.com" });
    expect(empty.readOnly).toBeUndefined();
  });

  it.each(["", " ", "ftp://ghe.test", "nowhere"])("takes %j for no address", async (address) => {
    const env = { GITHUB_API_URL: address, GITHUB_GRAPHQL_URL: address, GITHUB_SERVER_URL: address };
    expect(await context(env)).toMatchObject({
      ...{ apiUrl: "https://api.github.com", graphqlUrl: "https://api.github.com/graphql" },
      serverUrl: "https://github.com",
    });
  });

  it.each(["12abc", "1e3", "0", "-1", "1.5", "99999999999999999999", ""])("takes %j for no number", async (text) => {
    const found = await context({ GITHUB_RUN_ID: text, GITHUB_RUN_ATTEMPT: text });
    expect(found).toMatchObject({ runId: undefined, attempt: undefined, runUrl: undefined });
  });

  it("knows the repository from the runner alone, and not from the event", async () => {
    const event = { repository: { name: "r", full_name: "o/r", owner: { login: "o" } } };
    expect((await context({ GITHUB_REPOSITORY: "" }, event)).repository).toBeUndefined();
  });

  it.each(["", "null", "[]", "{", '"x"', '{"repository":null,"pull_request":5}'])(
    "bears the event %s",
    async (text) => {
      expect((await contextWith({}, text)).defaultBranch).toBeUndefined();
    },
  );

  it.each(["none.json", "."])("says nothing of an event file that can't be read: %s", async (name) => {
    const written = vi.spyOn(process.stdout, "write");
    const path = join(folder, name);
    expect(await contextIn({ ...ENV, GITHUB_EVENT_PATH: path })).toMatchObject({
      runId: 123,
      defaultBranch: undefined,
    });
    expect(written).not.toHaveBeenCalled();
    expect(process.env["GITHUB_EVENT_PATH"]).toBe(path);
  });

  it.each([
    ["its own branch", "pull_request", "octocat", pull("o/r"), undefined],
    ["its own branch in other letters", "pull_request", "octocat", pull("O/R"), undefined],
    ["a fork", "pull_request", "octocat", pull("x/r"), "fork"],
    ["a fork that is gone", "pull_request", "octocat", pull(null), "fork"],
    ["a fork, reviewed", "pull_request_review", "octocat", pull("x/r"), "fork"],
    ["a fork, as the target", "pull_request_target", "octocat", pull("x/r"), undefined],
    ["Dependabot", "pull_request", "dependabot[bot]", pull("o/r"), "dependabot"],
    ["Dependabot's push", "push", "dependabot[bot]", MAIN, "dependabot"],
    ["a schedule", "schedule", "dependabot[bot]", MAIN, undefined],
    ["a push", "push", "octocat", MAIN, undefined],
  ])("of %s knows whether the token is read-only", async (_, event, actor, payload, expected) => {
    expect((await context({ GITHUB_EVENT_NAME: event, GITHUB_ACTOR: actor }, payload)).readOnly).toBe(expected);
  });

  it.each([
    [pull("o/r"), "refs/pull/7/merge", 7],
    [{ issue: { number: 8, pull_request: {} } }, "refs/heads/main", 8],
    [{ issue: { number: 9 } }, "refs/heads/main", undefined],
    [{}, "refs/pull/10/merge", 10],
  ])("finds the pull request of %j", async (payload, ref, expected) => {
    expect((await context({ GITHUB_REF: ref }, payload)).pullRequest).toBe(expected);
  });

  it("isn't on the default branch on another branch or on a tag of its name", async () => {
    expect((await context({ GITHUB_REF: "refs/heads/other" })).onDefaultBranch).toBe(false);
    expect((await context({ GITHUB_REF: "refs/tags/main" })).onDefaultBranch).toBe(false);
  });
});
