import { expect } from "vitest";
import { useWorld, type World } from "../e2e/action-world.ts";
import type { RunOptions, RunResult } from "../support/workflow/run-options.ts";
import { runWorkflow } from "../support/workflow/run-workflow.ts";
import { exampleText } from "./written-workflows.ts";

export type ExampleWorld = World & {
  /** Runs an example in the test's repository, or a workflow's text where it has lines. */
  readonly run: (example: string, options: Partial<RunOptions> & Pick<RunOptions, "event">) => Promise<RunResult>;
};

/** How tests that run examples are run: on systems that have what the examples' own runners have. */
export const ON_A_RUNNER = { skip: process.platform === "win32" };

/** The secrets a repository has, none of which may be seen anywhere. */
const KEYS = {
  ANTHROPIC_API_KEY: "sk-ant-secret-1",
  OPENAI_API_KEY: "sk-openai-secret-2",
  GEMINI_API_KEY: "AIza-secret-3",
};

/** A test's GitHub and Discord in which whole workflows run. */
export function useExamples(options?: Parameters<typeof useWorld>[0]): ExampleWorld {
  const world = useWorld(options);
  const run: ExampleWorld["run"] = async (example, { secrets, ...options }) => {
    const { github, discord, repo, time, hosts } = world;
    const given = { ...KEYS, DISCORD_WEBHOOK: discord.webhookUrl(), ...secrets };
    const action = process.env["TEST_ACTION"];
    const { number } = (options.event.payload?.["pull_request"] ?? {}) as { number?: number };
    if (number !== undefined && !repo.pulls.has(number)) repo.openPull(number);
    const result = await runWorkflow({
      ...(action === undefined ? {} : { action }),
      workflow: example.includes("\n") ? example : exampleText(example),
      github,
      discord,
      repository: repo.nameWithOwner,
      time,
      ...(hosts === undefined ? {} : { hosts }),
      secrets: given,
      ...options,
    });
    const shown = JSON.stringify(
      result.jobs.map(({ outputs, steps, posts }) => [
        outputs,
        ...[...steps, ...posts].map(({ told }) => [told?.summary, told?.log, told?.env, told?.state]),
      ]),
    );
    const leaked = [...Object.values(given), discord.webhookToken, "ghs_"].filter(
      (secret) => secret !== "" && shown.includes(secret),
    );
    expect(leaked, "secrets that can be seen").toEqual([]);
    return result;
  };
  return Object.assign(Object.create(world) as World, { run });
}
