import { OPTIONS, type Option, RENAMED_INPUTS } from "../../inputs/options.ts";
import { id } from "../../inputs/text-kinds.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The variable under which the sessions are exported that steps of the job have booked. */
export const BOOKED_VARIABLE = "TOKEN_BUDGET_BOOKED";

/**
 * The variables under which a hold is exported for the later steps of the same job: as it is made, as nobody knows
 * whether it was made, as it is settled.
 */
export const HOLD_VARIABLE = "TOKEN_BUDGET_HOLD";
export const TRIED_VARIABLE = "TOKEN_BUDGET_TRIED";
export const SETTLED_VARIABLE = "TOKEN_BUDGET_SETTLED";
export type HoldVariable = typeof HOLD_VARIABLE | typeof TRIED_VARIABLE | typeof SETTLED_VARIABLE;

const DECLARED = (OPTIONS as readonly Option[]).filter(({ only }) => only !== "terminal").map(({ name }) => name);

/**
 * The step's inputs as the runner hands them over: only those that were given, by name, `command` among them. Of an
 * option with a word for its absence empty text was given. Only what action.yml declares is read: the runner sets
 * that for every step, and any other variable of the kind is left by an earlier one.
 */
export function rawInputs(env: Environment): Record<string, string> {
  const names = ["command", ...DECLARED, ...Object.keys(RENAMED_INPUTS)];
  const raw: Record<string, string> = {};
  for (const name of names) {
    // The runner's own rule: blanks become underscores, dashes stay.
    const value = env[`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`]?.trim();
    if (value !== undefined && (value !== "" || MEANT_EMPTY.has(name))) raw[name] = value;
  }
  return raw;
}

const MEANT_EMPTY: ReadonlySet<string> = new Set(
  (OPTIONS as readonly Option[]).filter(({ absent }) => absent !== undefined).map(({ name }) => name),
);

/** What the step's main part kept for its post part under a name; undefined where it kept nothing. */
export function savedState(env: Environment, name: string): string | undefined {
  return env[`STATE_${name}`] || undefined;
}

/** What is exported under those variables: the hold, and the books it stands in. */
export function jobHoldText(hold: string, books: string): string {
  return `${hold} ${books}`;
}

/** The hold that an earlier step of this job made, asked for or settled in these books; undefined where there is none. */
export function holdInEnvironment(env: Environment, variable: HoldVariable, books: string): string | undefined {
  const [hold = "", ...rest] = (env[variable]?.trim() ?? "").split(" ");
  return hold === "" || rest.join(" ") !== books ? undefined : id.parse(hold);
}

/** The terminal's secrets, which don't belong on a command line. */
export function secretsInEnvironment(env: Environment): { githubToken?: string; discordWebhook?: string } {
  const { GITHUB_TOKEN, GH_TOKEN, DISCORD_WEBHOOK } = env;
  const githubToken = GITHUB_TOKEN?.trim() || GH_TOKEN?.trim();
  const discordWebhook = DISCORD_WEBHOOK?.trim();
  return { ...(githubToken ? { githubToken } : {}), ...(discordWebhook ? { discordWebhook } : {}) };
}
