import { describe, expect, it } from "vitest";
import { evaluate, plain } from "./workflow/expression.ts";
import { legsOf } from "./workflow/matrix.ts";
import { CANCEL_LINE, type RunOptions, type RunResult } from "./workflow/run-options.ts";
import { runWorkflow } from "./workflow/run-workflow.ts";

const NOWHERE = { url: "http://127.0.0.1:9", apiUrl: "http://127.0.0.1:9", graphqlUrl: "http://127.0.0.1:9/graphql" };

/** Runs jobs, written as they stand under `jobs:`, on a push. */
function runJobs(jobs: string, options: Partial<RunOptions> = {}): Promise<RunResult> {
  const workflow = `on:\n  push:\nenv:\n  LEVEL: workflow\njobs:\n${jobs.replace(/^/gm, "  ")}`;
  return runWorkflow({ workflow, github: NOWHERE, event: { name: "push" }, ...options });
}

const results = ({ jobs }: RunResult) => jobs.map(({ id, result }) => `${id} ${result}`);
const summaries = ({ jobs }: RunResult) => jobs.flatMap(({ steps }) => steps.map(({ told }) => told?.summary.trim()));
const outcomes = ({ jobs }: RunResult) => jobs.flatMap(({ steps }) => steps.map(({ outcome }) => outcome));

describe("the stand-in for GitHub's runner", { skip: process.platform === "win32" }, () => {
  it.each([
    ["'it''s ''quoted'''", "it's 'quoted'"],
    ["format('{0}-{1}', 'a', github.event.n)", "a-3"],
    ["github.missing.part == null", true],
    ["github.EVENT.N > 2 && 'more' || 'less'", "more"],
    ["contains(fromJSON('[\"a\"]'), 'A')", true],
  ])("evaluates %s", (expression, value) => {
    expect(plain(evaluate(expression, { contexts: { github: { event: { n: 3 } } } }))).toEqual(value);
  });

  it("makes a matrix's legs, with what is excluded and included", () => {
    const legs = legsOf({
      os: ["linux", "mac"],
      node: [20, 24],
      exclude: [{ os: "mac", node: 20 }],
      include: [{ os: "linux", fast: true }, { os: "windows" }],
    });
    expect(legs).toEqual([
      { os: "linux", node: 20, fast: true },
      { os: "linux", node: 24, fast: true },
      { os: "mac", node: 24 },
      { os: "windows" },
    ]);
  });

  it("hands variables, outputs and the path from step to step, the nearest variable first", async () => {
    const run = await runJobs(
      `one:
  runs-on: ubuntu-latest
  env: { LEVEL: job }
  defaults: { run: { working-directory: sub } }
  outputs: { told: "\${{ steps.tell.outputs.told }}", key: "\${{ steps.tell.outputs.key }}" }
  steps:
    - id: tell
      env: { LEVEL: step, KEY: "\${{ secrets.KEY }}" }
      run: |
        printf 'told<<END\\ntwo\\nlines\\nEND\\nkey=%s\\n' "$KEY" >> "$GITHUB_OUTPUT"
        echo "LATER=set" >> "$GITHUB_ENV"
        mkdir bin; printf '#!/bin/sh\\necho mine' > bin/mine; chmod +x bin/mine
        echo "$PWD/bin" >> "$GITHUB_PATH"
        echo "$LEVEL \${PWD##*/}" >> "$GITHUB_STEP_SUMMARY"
    - run: echo "$LEVEL $LATER $(mine) \${{ env.LATER }}" >> "$GITHUB_STEP_SUMMARY"
two:
  needs: one
  runs-on: ubuntu-latest
  steps:
    - env: { TOLD: "\${{ needs.one.outputs.told }}", KEY: "\${{ needs.one.outputs.key }}" }
      run: echo "$LEVEL [$TOLD] [$KEY]" >> "$GITHUB_STEP_SUMMARY"
`,
      {
        workspace: { "sub/kept": "" },
        secrets: { KEY: "s3cret" },
      },
    );
    expect(summaries(run)).toEqual(["step sub", "job set mine set", "workflow [two\nlines] []"]);
  });

  it("stops at a step that fails, but for conditions that ask for it", async () => {
    const run = await runJobs(`one:
  runs-on: ubuntu-latest
  steps:
    - run: exit 3
      continue-on-error: true
    - run: exit 3
    - run: echo never
    - if: failure()
      run: echo mended
    - if: always() && job.status == 'failure'
      run: echo always
    - if: cancelled()
      run: echo never
after:
  needs: one
  runs-on: ubuntu-latest
  steps: [{ run: echo never }]
anyway:
  needs: [one, after]
  if: always() && needs.one.result == 'failure'
  runs-on: ubuntu-latest
  steps: [{ run: echo }]
mended:
  needs: after
  if: failure()
  runs-on: ubuntu-latest
  steps: [{ run: echo }]
`);
    expect(results(run)).toEqual(["one failure", "after skipped", "anyway success", "mended success"]);
    expect(outcomes(run)).toEqual([
      "failure",
      "failure",
      "skipped",
      "success",
      "success",
      "skipped",
      "success",
      "success",
    ]);
    expect(run.conclusion).toBe("failure");
  });

  it("ends a script where somebody pressed Cancel; what runs always still runs", async () => {
    const run = await runJobs(`one:
  runs-on: ubuntu-latest
  steps:
    - run: 'echo "${CANCEL_LINE}" >&2; sleep 60; echo never >> "$GITHUB_STEP_SUMMARY"'
    - run: echo never
    - if: cancelled()
      run: echo
two:
  needs: one
  runs-on: ubuntu-latest
  steps: [{ run: echo never }]
last:
  needs: [one, two]
  if: always()
  runs-on: ubuntu-latest
  steps: [{ run: echo }]
`);
    expect(results(run)).toEqual(["one cancelled", "two cancelled", "last success"]);
    expect(outcomes(run)).toEqual(["cancelled", "skipped", "success", "success"]);
    expect(summaries(run).join("")).toBe("");
    expect(run.conclusion).toBe("cancelled");
  });

  it("runs other people's actions only through stand-ins, whose post steps come in reverse", async () => {
    const jobs = `one:
  runs-on: ubuntu-latest
  steps:
    - { id: a, uses: some/action@v1, with: { name: "\${{ vars.NAME }}" } }
    - { id: b, uses: some/action@v1, with: { name: b } }
`;
    await expect(runJobs(jobs)).rejects.toThrow("Nothing stands in for some/action@v1");
    const order: string[] = [];
    const run = await runJobs(jobs, {
      vars: { NAME: "a" },
      standIns: {
        "some/action": ({ inputs: { name = "" }, onPost }) => {
          order.push(name);
          onPost(() => void order.push(`post ${name}`));
        },
      },
    });
    expect(run.conclusion).toBe("success");
    expect(order).toEqual(["a", "b", "post b", "post a"]);
  });

  it("counts a step that was never reached as skipped, and one that isn't there as nothing", async () => {
    const run = await runJobs(`one:
  runs-on: ubuntu-latest
  steps:
    - run: 'echo "${CANCEL_LINE}" >&2; sleep 60'
    - id: agent
      run: echo never
    - if: always()
      env: { AGENT: "\${{ steps.agent.outcome }}", NOBODY: "\${{ steps.nobody.outcome }}" }
      run: echo "[$AGENT] [$NOBODY]" >> "$GITHUB_STEP_SUMMARY"
`);
    expect(summaries(run).join("")).toBe("[skipped] []");
  });

  it.each([
    ["a workflow that is none", "one:\n  runs-on: ubuntu-latest\n  stepz: []", /no valid workflow/],
    [
      "a matrix that stops its legs",
      "one:\n  strategy: { matrix: { n: [1] } }\n  runs-on: u\n  steps: [{ run: a }]",
      /fail-fast/,
    ],
    ["a container", "one:\n  container: x\n  runs-on: ubuntu-latest\n  steps: [{ run: a }]", /no container/],
    ["another shell", "one:\n  runs-on: ubuntu-latest\n  steps: [{ run: a, shell: pwsh }]", /no shell pwsh/],
  ])("says that it can't run %s", async (_, jobs, message) => {
    await expect(runJobs(jobs)).rejects.toThrow(message);
  });

  it("says that a workflow doesn't run on an event", async () => {
    const jobs = "one:\n  runs-on: ubuntu-latest\n  steps: [{ run: a }]";
    await expect(runJobs(jobs, { event: { name: "issues" } })).rejects.toThrow("doesn't run on issues");
  });
});
