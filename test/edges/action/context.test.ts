import { describe, expect, it } from "vitest";
import { contextOf } from "../../../src/edges/action/context.ts";

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

function context(env: Record<string, string>, event: unknown = MAIN) {
  return contextOf({ ...ENV, ...env }, JSON.stringify(event));
}

describe("the context of a run", () => {
  it("is what the runner says", () => {
    expect(context({})).toEqual({
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

  it("is empty at a terminal, with GitHub's own addresses", () => {
    const empty = contextOf({}, "");
    expect(empty).toMatchObject({ onDefaultBranch: false, apiUrl: "https://api.github.com", runUrl: undefined });
    expect(empty.readOnly).toBeUndefined();
  });

  it.each(["", "null", "[]", "{", '"x"', '{"repository":null,"pull_request":5}'])("bears the event %s", (text) => {
    expect(contextOf(ENV, text).defaultBranch).toBeUndefined();
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
  ])("of %s knows whether the token is read-only", (_, event, actor, payload, expected) => {
    expect(context({ GITHUB_EVENT_NAME: event, GITHUB_ACTOR: actor }, payload).readOnly).toBe(expected);
  });

  it.each([
    [pull("o/r"), "refs/pull/7/merge", 7],
    [{ issue: { number: 8, pull_request: {} } }, "refs/heads/main", 8],
    [{ issue: { number: 9 } }, "refs/heads/main", undefined],
    [{}, "refs/pull/10/merge", 10],
  ])("finds the pull request of %j", (payload, ref, expected) => {
    expect(context({ GITHUB_REF: ref }, payload).pullRequest).toBe(expected);
  });

  it("isn't on the default branch on another branch or on a tag of its name", () => {
    expect(context({ GITHUB_REF: "refs/heads/other" }).onDefaultBranch).toBe(false);
    expect(context({ GITHUB_REF: "refs/tags/main" }).onDefaultBranch).toBe(false);
  });
});
