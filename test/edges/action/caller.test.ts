import type { context as runnerContext } from "@actions/github";
import { expect, it } from "vitest";
import { workflowCaller } from "../../../src/edges/action/caller.ts";
import { contextOf } from "../../../src/edges/action/context.ts";

const ENV = { GITHUB_REPOSITORY: "o/r", GITHUB_RUN_ID: "7" };
const PLACE = { path: "token_budget.json", description: "o/r@token-budget", ownBranch: true };

it.each([
  ["https://ghe.example", "https://ghe.example"],
  ["https://github.com", undefined],
])("a hold of a run on %s names the server %s, a ledger line the whole page", (serverUrl, server) => {
  const texts = { ref: "", sha: "", workflow: "", actor: "", job: "", apiUrl: "", graphqlUrl: "" };
  const runner = { ...texts, payload: {}, eventName: "push", runId: 7, runAttempt: 1, serverUrl };
  const context = contextOf(runner as typeof runnerContext, ENV);
  const { run, fullRun } = workflowCaller(ENV, context, { inputs: {}, place: PLACE });
  expect(run.server).toBe(server);
  expect(fullRun).toMatchObject({ url: `${serverUrl}/o/r/actions/runs/7` });
  expect(Object.keys(fullRun)).not.toContain("server");
});
