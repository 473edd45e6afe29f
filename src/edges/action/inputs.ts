import { OPTIONS, type Option, RENAMED_INPUTS } from "../../inputs/options.ts";
import { id } from "../../inputs/text-kinds.ts";
import type { Io } from "./io.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The variable that exports the sessions booked by steps of the job. */
export const BOOKED_VARIABLE = "TOKEN_BUDGET_BOOKED";

/** The variable that exports how much of a meter's record steps of the job have booked. */
export const METERED_VARIABLE = "TOKEN_BUDGET_METERED";
/** The variable that has the path of the live file of the job's meter. */
export const METER_FILE_VARIABLE = "TOKEN_BUDGET_METER_FILE";

/**
 * The variables that export a hold for later steps of the same job: a hold that was made, one that may have been made,
 * and one that was settled.
 */
export const HOLD_VARIABLE = "TOKEN_BUDGET_HOLD";
export const TRIED_VARIABLE = "TOKEN_BUDGET_TRIED";
export const SETTLED_VARIABLE = "TOKEN_BUDGET_SETTLED";
export type HoldVariable = typeof HOLD_VARIABLE | typeof TRIED_VARIABLE | typeof SETTLED_VARIABLE;

const DECLARED = (OPTIONS as readonly Option[]).filter(({ only }) => only !== "terminal").map(({ name }) => name);

/**
 * The step's inputs as the runner hands them over: only those that were given, by name, `command` among them. For an
 * option with an `absent` word, empty text counts as given. Only inputs that action.yml declares are read: the runner
 * sets those for every step, and any other such variable comes from an earlier one.
 */
export function rawInputs(env: Environment): Record<string, string> {
  const names = ["command", ...DECLARED, ...Object.keys(RENAMED_INPUTS)];
  const raw: Record<string, string> = {};
  for (const name of names) {
    // The runner's rule: spaces become underscores, dashes stay.
    const value = env[`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`]?.trim();
    if (value !== undefined && (value !== "" || MEANT_EMPTY.has(name))) raw[name] = value;
  }
  return raw;
}

const MEANT_EMPTY: ReadonlySet<string> = new Set(
  (OPTIONS as readonly Option[]).filter(({ absent }) => absent !== undefined).map(({ name }) => name),
);

/** What the step's main part kept for its post part under a name; undefined if it kept nothing. */
export function savedState(env: Environment, name: string): string | undefined {
  return env[`STATE_${name}`] || undefined;
}

/** The value of those variables: the hold and its books. */
export function jobHoldText(hold: string, books: string): string {
  return `${hold} ${books}`;
}

/** The hold that an earlier step of this job made, requested or settled in these books; undefined if there is none. */
export function holdInEnvironment(env: Environment, variable: HoldVariable, books: string): string | undefined {
  const [hold = "", ...rest] = (env[variable]?.trim() ?? "").split(" ");
  return hold === "" || rest.join(" ") !== books ? undefined : id.parse(hold);
}

const SAVED = ["gate", "answer", "before", "meter"] as const;

/**
 * Keeps that there is nothing to remember. Every step's main part begins with it: the runner overwrites any variable of
 * that name with what the step saved, so no earlier step of the job can forge it.
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/Handlers/NodeScriptActionHandler.cs
 */
export function rememberNothing(io: Pick<Io, "saveState">): void {
  for (const key of SAVED) io.saveState(key, "");
}

/** The terminal's secrets, which don't belong on a command line. */
export function secretsInEnvironment(env: Environment): {
  githubToken?: string;
  discordWebhook?: string;
  channels?: string;
  databaseUrl?: string;
} {
  const { GITHUB_TOKEN, GH_TOKEN, DISCORD_WEBHOOK, TOKEN_BUDGET_CHANNELS, TOKEN_BUDGET_DATABASE_URL } = env;
  const githubToken = GITHUB_TOKEN?.trim() || GH_TOKEN?.trim();
  const discordWebhook = DISCORD_WEBHOOK?.trim();
  const channels = TOKEN_BUDGET_CHANNELS?.trim();
  const databaseUrl = TOKEN_BUDGET_DATABASE_URL?.trim();
  return {
    ...(githubToken ? { githubToken } : {}),
    ...(discordWebhook ? { discordWebhook } : {}),
    ...(channels ? { channels } : {}),
    ...(databaseUrl ? { databaseUrl } : {}),
  };
}
