import { randomBytes } from "node:crypto";
import { codexBaseUrl } from "../../commands/meter/codex-config.ts";
import { type MeterPlan, meterPlan } from "../../commands/meter/plan.ts";
import type { AllowedBy } from "../../commands/outcome/outcome.ts";
import { type MeterInputs, meterTermsOf } from "../../inputs/meter-terms.ts";
import type { Given } from "../../inputs/options.ts";
import { type RuleInputs, settingsOf, termsOf } from "../../inputs/settings-of.ts";
import type { CodexFile } from "../machine/codex-file.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const MINUTE_MS = 60_000;

/** What of the environment the questions to the books need; none of it is secret. */
const FOR_BOOKS = /^(GITHUB_(?!TOKEN$)|RUNNER_|TOKEN_BUDGET_TEST_|HOME$|USERPROFILE$)/;

/** The rules of a run that the books gave no answer to: there are only the inputs. */
export function allowedByInputs(inputs: RuleInputs): AllowedBy {
  const sources = { inputs, policy: {} };
  const { settings } = settingsOf(sources);
  return { rules: { inputs, settings, terms: termsOf(sources), prices: {}, policy: {} }, amount: null };
}

/** The variables that a meter's questions to the books need. */
export function variablesForBooks(env: Environment): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => FOR_BOOKS.test(name)));
}

/** Random words that a path may have: for an agent's addresses, and for who controls the meter. */
export function newKeys(): { readonly secret: string; readonly control: string } {
  const key = () => randomBytes(24).toString("base64url");
  return { secret: key(), control: key() };
}

/** The instant at which a run's hold ends, and its meter: by the machine's clock, which the meter's process has, too. */
export function endsAtMs({ rules }: AllowedBy): number {
  return performance.timeOrigin + performance.now() + rules.terms.holdMinutes * MINUTE_MS;
}

/** A run that is to be metered. */
export type RunToMeter = {
  readonly env: Environment;
  readonly inputs: MeterInputs & Pick<Given, "tags">;
  readonly hold: string;
  readonly run: AllowedBy;
};

/** How it is metered. Throws a BudgetError "bad-input" if it can't be as it was asked. */
export function planFor({ env, inputs, hold, run }: RunToMeter, codex: CodexFile | undefined): MeterPlan {
  const { rules, amount, model } = run;
  const { settings, policy, prices, terms } = rules;
  const address = codex?.text === undefined ? undefined : codexBaseUrl(codex.text);
  return meterPlan(
    {
      ...{ hold, amount, model, isFixed: settings.estimate !== "auto", tags: inputs.tags ?? {} },
      billing: terms.billing,
    },
    {
      terms: meterTermsOf(inputs, policy),
      ...{ prices, env, models: settings.models },
      configured: [{ name: "openai_base_url in Codex's config.toml", word: "openai", address }],
    },
  );
}
