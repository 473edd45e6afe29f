import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { examples, ownWorkflows, pastedWorkflows } from "../examples/written-workflows.ts";
import { auditOf, RULE_NAMES } from "./audit.ts";

const SHA = "de0fac2e4500dabe0009e67214ff5f5447ce83dd";
const SOUND = `on: push
permissions: {}
jobs:
  publish:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      attestations: write
    steps:
      - uses: actions/checkout@${SHA} # v6.0.2
        with:
          persist-credentials: false
      - uses: actions/setup-node@${SHA} # v6.5.0
        with:
          package-manager-cache: false
      - run: echo "$TITLE"
        env:
          TITLE: \${{ github.event.issue.title }}
`;

/** Agentic workflows are made by a compiler of their own, which pins and limits for itself. */
const shown = [...ownWorkflows(), ...examples()].filter(({ place }) => place !== "examples/gh-aw");

describe("the audit of workflows", () => {
  it.each(shown)("finds nothing in $place", ({ text }) => {
    expect(auditOf(text)).toEqual([]);
  });

  // A page's few lines leave out what doesn't belong to their subject; the examples have it all.
  const left = /^(unpinned-uses: \S+@v|no-timeout|excessive-permissions: the workflow)/;
  it.each(pastedWorkflows())("finds nothing dangerous in what $place says to paste", ({ text }) => {
    expect(auditOf(text).filter((found) => !left.test(found))).toEqual([]);
  });

  it("finds nothing in a sound workflow", () => {
    expect(auditOf(SOUND)).toEqual([]);
  });

  const planted: readonly (readonly [string, string, string])[] = [
    ["unpinned-uses", `checkout@${SHA} # v6.0.2`, "checkout@v6"],
    ["unpinned-uses", `checkout@${SHA} # v6.0.2`, `checkout@${SHA.slice(0, 12)}`],
    ["ref-version-mismatch", " # v6.0.2", ""],
    ["excessive-permissions", "permissions: {}\n", ""],
    ["excessive-permissions", "permissions: {}\n", "permissions: write-all\n"],
    ["excessive-permissions", "permissions:\n      attestations: write", "permissions: write-all"],
    ["excessive-permissions", "    permissions:\n      attestations: write\n", ""],
    ["template-injection", 'run: echo "$TITLE"', `run: echo "\${{ github.event.issue.title }}"`],
    [
      "template-injection",
      'run: echo "$TITLE"',
      `uses: ./script\n        with:\n          script: \${{ inputs.script }}`,
    ],
    ["artipacked", "        with:\n          persist-credentials: false\n", ""],
    ["artipacked", "persist-credentials: false", "persist-credentials: true"],
    ["dangerous-triggers", "on: push", "on: [push, pull_request_target]"],
    ["dangerous-triggers", "on: push", "on:\n  workflow_run:\n    workflows: [CI]"],
    ["cache-poisoning", "package-manager-cache: false", "node-version: 24"],
    ["cache-poisoning", "package-manager-cache: false", "package-manager-cache: false\n          cache: npm"],
    ["cache-poisoning", "actions/setup-node@", "actions/cache@"],
    ["secrets-inherit", "    timeout-minutes: 5\n", "    timeout-minutes: 5\n    secrets: inherit\n"],
    ["overprovisioned-secrets", "github.event.issue.title", "toJSON(secrets)"],
    ["github-env", 'echo "$TITLE"', 'echo "T=$TITLE" >> "$GITHUB_ENV"'],
    ["github-env", 'echo "$TITLE"', 'echo "$TITLE" >> $GITHUB_PATH'],
    ["insecure-commands", "          TITLE:", "          ACTIONS_ALLOW_UNSECURE_COMMANDS: true\n          TITLE:"],
    ["bot-conditions", "      - run:", "      - if: github.actor == 'dependabot[bot]'\n        run:"],
    ["self-hosted-runner", "ubuntu-latest", "[self-hosted, linux]"],
    ["use-trusted-publishing", "github.event.issue.title", "secrets.NPM_TOKEN"],
    ["no-timeout", "    timeout-minutes: 5\n", ""],
  ];

  it.each(planted)("finds %s", (rule, right, wrong) => {
    expect(SOUND).toContain(right);
    const found = auditOf(SOUND.replace(right, wrong));
    expect(found.length).toBeGreaterThan(0);
    expect(found.map((each) => each.split(":")[0])).toContain(rule);
  });

  it("has seen every one of its rules find something", () => {
    expect([...new Set(planted.map(([rule]) => rule))].sort()).toEqual([...RULE_NAMES].sort());
  });
});

describe("dist/", () => {
  type Own = { readonly on: object; readonly jobs: Readonly<Record<string, Job>> };
  type Job = {
    readonly if?: string;
    readonly needs?: string | readonly string[];
    readonly steps: readonly { run?: string }[];
  };
  const own = (name: string) => parse(readFileSync(`.github/workflows/${name}.yml`, "utf8")) as Own;
  const runsIn = (job: Job | undefined) => (job?.steps ?? []).map(({ run = "" }) => run).join("\n");

  it("is compared with the sources on every pull request and before every release", () => {
    const { on, jobs } = own("ci");
    expect(on).toHaveProperty("pull_request");
    expect(runsIn(jobs["checks"])).toContain("npm run check:dist");
    expect(runsIn(jobs["reproducible"])).toContain("node scripts/check-reproducible.ts");
    for (const name of ["checks", "reproducible"]) expect(jobs[name]?.if).toBe("github.event_name != 'schedule'");
    const release = own("release").jobs;
    expect(release["publish"]?.needs).toContain("build");
    // `check` compares, too.
    expect(runsIn(release["build"])).toContain("npm run check && npm run check:reproducible && npm test");
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    expect(scripts["check"]).toContain("npm run check:dist");
  });
});

describe("what watches over the repository", () => {
  it("asks for news of every action and package, and lets them age", () => {
    const { updates } = parse(readFileSync(".github/dependabot.yml", "utf8")) as {
      updates: readonly { "package-ecosystem": string; cooldown?: { "default-days": number } }[];
    };
    expect(updates.map((update) => update["package-ecosystem"]).sort()).toEqual(["github-actions", "npm"]);
    for (const { cooldown } of updates) expect(cooldown?.["default-days"]).toBeGreaterThanOrEqual(7);
  });

  it("pins an action by the same commit everywhere", () => {
    const pins = shown.flatMap(({ text }) =>
      [...text.matchAll(/uses: ([\w.-]+\/[\w./-]+)@([0-9a-f]{40}) # (\S+)/g)].map(([, action, sha, version]) => ({
        action,
        pin: `${sha} ${version}`,
      })),
    );
    const byAction = Map.groupBy(pins, ({ action }) => action);
    for (const [action, used] of byAction) expect([...new Set(used.map(({ pin }) => pin))], action).toHaveLength(1);
  });
});
