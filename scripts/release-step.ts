import { readFileSync } from "node:fs";
import { parse } from "yaml";

type Step = { readonly id?: string; readonly run?: string };
type Workflow = { readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>> };

/**
 * The script of a step of the release workflow, by its id. It exists only there: jobs that can write run no file of the
 * repository. Throws if no step has that id.
 */
export function scriptOf(id: string): string {
  const { jobs } = parse(
    readFileSync(new URL("../.github/workflows/release.yml", import.meta.url), "utf8"),
  ) as Workflow;
  const script = Object.values(jobs)
    .flatMap(({ steps }) => steps)
    .find((step) => step.id === id)?.run;
  if (script === undefined) throw new Error(`The release workflow has no step ${id} with a script`);
  return script;
}
