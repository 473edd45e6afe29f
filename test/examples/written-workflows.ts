import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { parse, stringify } from "yaml";

/** A workflow that stands somewhere in the repository, by its place. */
export type Written = { readonly place: string; readonly text: string };

/** An example's text, by its name without `.yml`. */
export const exampleText = (name: string): string =>
  name === "gh-aw" ? compiled(readFileSync("examples/gh-aw.md", "utf8")) : readFileSync(`examples/${name}.yml`, "utf8");

/** The names of all examples that are workflows. */
export const EXAMPLES: readonly string[] = globSync("examples/*.{yml,md}")
  .map((path) => basename(path).replace(/\.\w+$/, ""))
  .sort();

export const examples = (): readonly Written[] =>
  EXAMPLES.map((name) => ({ place: `examples/${name}`, text: exampleText(name) }));

/** The workflows of this repository. */
export const ownWorkflows = (): readonly Written[] =>
  globSync(".github/workflows/*.yml").map((place) => ({ place, text: readFileSync(place, "utf8") }));

/** The whole workflows among what the pages say to paste. */
export const pastedWorkflows = (): readonly Written[] =>
  ["README.md", ...globSync("docs/**/*.md")].flatMap((page) =>
    [...readFileSync(page, "utf8").matchAll(/^```yaml\n(.*?)^```/gms)]
      .map(([, text = ""]) => ({ place: page, text }))
      .filter(({ text }) => /^jobs:/m.test(text)),
  );

type Job = Readonly<Record<string, unknown>>;
type AgenticWorkflow = {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>> & { readonly agent: Job };
};

/**
 * What `gh aw compile` makes of the jobs in an agentic workflow's frontmatter: its own jobs stay as they are, the
 * agent's gets the frontmatter's permissions and the steps of the engine, here a stand-in, and leaves the firewall's
 * logs as an artifact.
 */
function compiled(text: string): string {
  const frontmatter = /^---\n(.*?)^---$/ms.exec(text)?.[1] ?? "";
  const { name, on, permissions, jobs } = parse(frontmatter) as AgenticWorkflow;
  const agent = {
    ...jobs.agent,
    "runs-on": "ubuntu-latest",
    permissions,
    steps: [
      { run: "gh-aw-engine" },
      { if: "always()", uses: "actions/upload-artifact@v4", with: { name: "firewall-audit-logs", path: "firewall" } },
    ],
  };
  const schedule = [{ cron: "12 4 * * 1" }];
  return stringify({ name, on: { ...on, schedule }, permissions: {}, jobs: { ...jobs, agent } });
}
