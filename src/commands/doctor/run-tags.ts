import type { State } from "../../books/state.ts";
import type { Policy } from "../../inputs/policy/policy.ts";
import type { Finding } from "../../report/findings-text.ts";
import { RUN_TAGS } from "../../values/tags.ts";

type RunTag = (typeof RUN_TAGS)[number];
type Match = Readonly<Record<string, unknown>>;

/** What a pattern has to look like, so that a run can match it. */
const FORMS: Readonly<Partial<Record<RunTag, { readonly form: RegExp; readonly example: string }>>> = {
  repository: { form: /[/*]/, example: "repository: octo-org/web-*" },
  ref: { form: /^(refs\/|\*)/, example: "ref: refs/heads/main" },
};

/**
 * Says what the policy matches in the run itself. Warns of patterns that no run matches, and of steps that have given
 * tags of these names lately: these match nothing.
 */
export function runTagFindings({ budgets = [], models = [], statements }: Policy, state: State): Finding[] {
  const ofStatements = [...(statements?.entities ?? []), ...(statements?.shared ?? [])];
  const matches: readonly Match[] = [...budgets, ...models, ...ofStatements].map(({ match }) => match ?? {});
  const names = new Set([...matches.flatMap(Object.keys), ...budgets.flatMap((part) => part["for-each"] ?? [])]);
  return RUN_TAGS.filter((name) => names.has(name)).flatMap((name) => [
    finding("good", `${name} is what GitHub says of the run itself: a step's tag of that name matches nothing.`),
    ...patternFindings(name, matches),
    ...tagFindings(name, state),
  ]);
}

function patternFindings(name: RunTag, matches: readonly Match[]): Finding[] {
  const known = FORMS[name];
  if (known === undefined) return [];
  const never = matches
    .flatMap((match) => [match[name] ?? []].flat().map(String))
    .filter((one) => !known.form.test(one));
  const fix = { text: "Write it as GitHub does, such as:", code: known.example };
  return [...new Set(never)].map((pattern) => ({
    ...finding("warn", `no run matches ${name}: ${JSON.stringify(pattern)}, so that rule never applies.`),
    fix,
  }));
}

function tagFindings(name: RunTag, { holds, closed_holds }: State): Finding[] {
  const given = [...holds, ...closed_holds].filter(({ tags, run }) => {
    const tag = tags?.[name];
    // What a run was is only partly kept with its hold.
    const isSame =
      name === "repository" && (run?.repository === undefined ? tag?.includes("/") : tag === run.repository);
    return tag !== undefined && isSame !== true;
  });
  if (given.length === 0) return [];
  const runs = given.length === 1 ? "a recent run has" : `${given.length} recent runs have`;
  const text = `${runs} the tag ${name}, which matches nothing: the policy's ${name} is the run's own.`;
  return [{ ...finding("warn", text), fix: { text: "Give the tag another name in the steps and in the policy." } }];
}

function finding(tone: Finding["tone"], text: string): Finding {
  return { tone, about: "Policy", text };
}
