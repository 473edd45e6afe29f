import { ADJUSTMENTS, RESULTS } from "../books/entry.ts";
import { PRIORITIES } from "../books/part-rule.ts";
import { SORTS } from "../insight/attribution/query.ts";
import { LEDGER_CHARTS, STATE_CHARTS } from "../insight/chart-names.ts";
import { camelCase } from "../values/camel-case.ts";
import {
  choice,
  count,
  intervalUsd,
  type Kind,
  MAX_HOLD_MINUTES,
  METER_MODELS,
  METER_USAGES,
  month,
  OVERRUNS,
  overrunPercent,
  positiveUsd,
  spanText,
  timezone,
  usd,
  usdOrAuto,
  wholeNumber,
  yesNo,
} from "./kinds.ts";
import {
  maintenance,
  names,
  notifyKinds,
  outcomeLines,
  paths,
  percents,
  stepOutcomes,
  tagLines,
  tokenCounts,
} from "./list-kinds.ts";
import { booksName, branch, certificates, channelName, databaseUrl, repository, statePath } from "./place-kinds.ts";
import { day, dayOrInstant, signedQuantity } from "./quantities.ts";
import { comparison, dimensions, FOCUS_VERSIONS, FORMATS, outputPath } from "./report-kinds.ts";
import { alertId, id, pullRequest, secret, secretLines, text } from "./text-kinds.ts";

/** The edge, workflow or terminal: not all commands and options exist on both. */
export type Edge = "action" | "terminal";

/** One input of the Action, which is also an option of the terminal program. */
export type Option<T = unknown> = {
  readonly name: string;
  readonly kind: Kind<T>;
  /** The policy file may set it too, so action.yml gives no default. */
  readonly policy?: true;
  /** It exists at one edge only. */
  readonly only?: Edge;
  /** Its letter at a terminal: a flag without a value. */
  readonly short?: string;
  readonly secret?: true;
  /** The workflow context whose value action.yml gives as default: "github.token". */
  readonly context?: string;
  /**
   * The default in action.yml if empty text has a meaning: the runner fills in a default only for an input that isn't
   * given, so this word means that nothing was given.
   */
  readonly absent?: string;
};

/** The agents and scripts that `init` has a workflow for. */
export const AGENTS = ["claude-code", "codex", "gemini", "opencode", "gh-aw", "script"] as const;
export type Agent = (typeof AGENTS)[number];

/** The charts that `chart` draws. */
export const CHART_NAMES = [...STATE_CHARTS, ...LEDGER_CHARTS] as const;
export type ChartName = (typeof CHART_NAMES)[number];

/**
 * Every input and option there is, apart from the command itself; commands/table.ts has which command takes which, and
 * option-texts.ts what people read about each.
 */
export const OPTIONS = [
  {
    name: "github-token",
    kind: secret,
    only: "action",
    secret: true,
    context: "github.token",
  },
  {
    name: "repository",
    kind: repository,
  },
  {
    name: "branch",
    kind: branch,
  },
  {
    name: "path",
    kind: statePath,
  },
  {
    name: "database-url",
    kind: databaseUrl,
    only: "action",
    secret: true,
    absent: "none",
  },
  {
    name: "books",
    kind: booksName,
  },
  {
    name: "database-ca",
    kind: certificates,
  },
  {
    name: "monthly-budget",
    kind: positiveUsd,
    policy: true,
  },
  {
    name: "timezone",
    kind: timezone,
    policy: true,
  },
  {
    name: "milestone-interval",
    kind: intervalUsd,
    policy: true,
  },
  {
    name: "alerts",
    kind: percents,
    policy: true,
  },
  {
    name: "name",
    kind: text(100),
    policy: true,
  },
  {
    name: "notify",
    kind: notifyKinds,
    policy: true,
  },
  {
    name: "pictures",
    kind: choice(["all", "none"]),
  },
  {
    name: "estimate",
    kind: usdOrAuto,
    policy: true,
  },
  {
    name: "default-estimate",
    kind: positiveUsd,
    policy: true,
  },
  {
    name: "profile",
    kind: text(100),
  },
  {
    name: "model",
    kind: names,
  },
  {
    name: "provider",
    kind: names,
  },
  {
    name: "input-tokens",
    kind: tokenCounts,
  },
  {
    name: "cached-input-tokens",
    kind: tokenCounts,
  },
  {
    name: "output-tokens",
    kind: tokenCounts,
  },
  {
    name: "cost",
    kind: usd,
  },
  {
    name: "usage-file",
    kind: paths,
  },
  {
    name: "meter",
    kind: yesNo,
    policy: true,
  },
  {
    name: "max-cost",
    kind: positiveUsd,
    policy: true,
  },
  {
    name: "overrun",
    kind: choice(OVERRUNS),
    policy: true,
  },
  {
    name: "overrun-alert",
    kind: overrunPercent,
    policy: true,
  },
  {
    name: "meter-usage",
    kind: choice(METER_USAGES),
    policy: true,
  },
  {
    name: "meter-models",
    kind: choice(METER_MODELS),
    policy: true,
  },
  {
    name: "hold",
    kind: id,
  },
  {
    name: "id",
    kind: id,
  },
  {
    name: "hold-minutes",
    kind: wholeNumber({ least: 1, most: MAX_HOLD_MINUTES, unit: "minutes" }),
    policy: true,
  },
  {
    name: "on-deny",
    kind: choice(["fail", "continue"]),
    policy: true,
  },
  {
    name: "on-error",
    kind: choice(["deny", "allow"]),
    policy: true,
  },
  {
    name: "unsettled",
    kind: choice(["charge", "release"]),
    policy: true,
  },
  {
    name: "billing",
    kind: choice(["metered", "subscription"]),
    policy: true,
  },
  {
    name: "result",
    kind: choice(RESULTS),
    context: "job.status",
  },
  {
    name: "agent-outcome",
    kind: stepOutcomes,
    only: "action",
    absent: "unknown",
  },
  {
    name: "pr",
    kind: pullRequest,
  },
  {
    name: "prs",
    kind: wholeNumber({ least: 0, most: 1_000, unit: "pull requests" }),
  },
  {
    name: "outcomes",
    kind: outcomeLines,
  },
  {
    name: "tags",
    kind: tagLines,
  },
  {
    name: "priority",
    kind: choice(PRIORITIES),
  },
  {
    name: "approval",
    kind: text(100),
    only: "action",
  },
  {
    name: "discord-webhook",
    kind: secret,
    only: "action",
    secret: true,
  },
  {
    name: "channels",
    kind: secretLines,
    only: "action",
    secret: true,
  },
  {
    name: "comment",
    kind: choice(["true", "full", "false"]),
    only: "action",
  },
  {
    name: "comment-token",
    kind: secret,
    only: "action",
    secret: true,
    context: "github.token",
  },
  {
    name: "month",
    kind: month,
  },
  {
    name: "period",
    kind: spanText,
  },
  {
    name: "by",
    kind: dimensions,
  },
  {
    name: "compare",
    kind: comparison,
  },
  {
    name: "sort",
    kind: choice(SORTS),
  },
  {
    name: "top",
    kind: wholeNumber({ least: 1, most: 100_000, unit: "rows" }),
  },
  {
    name: "format",
    kind: choice(FORMATS),
  },
  {
    name: "output",
    kind: outputPath,
  },
  {
    name: "people",
    kind: choice(["shown", "none"]),
  },
  {
    name: "focus-version",
    kind: choice(FOCUS_VERSIONS),
  },
  {
    name: "grain",
    kind: choice(["run", "day"]),
  },
  {
    name: "billed-cost",
    kind: choice(["amount", "zero"]),
  },
  {
    name: "force",
    kind: yesNo,
  },
  {
    name: "post",
    kind: yesNo,
  },
  {
    name: "reason",
    kind: text(500),
  },
  {
    name: "entity",
    kind: text(64),
  },
  {
    name: "internal",
    kind: yesNo,
  },
  {
    name: "issue",
    kind: yesNo,
  },
  {
    name: "list",
    kind: yesNo,
  },
  {
    name: "paid",
    kind: text(100),
  },
  {
    name: "void",
    kind: text(100),
  },
  {
    name: "adjustment",
    kind: choice(ADJUSTMENTS),
  },
  {
    name: "amount",
    kind: signedQuantity,
  },
  {
    name: "from",
    kind: text(250),
  },
  {
    name: "to",
    kind: text(250),
  },
  {
    name: "until",
    kind: dayOrInstant,
  },
  {
    name: "below",
    kind: choice(["normal"]),
  },
  {
    name: "acknowledge",
    kind: alertId,
  },
  {
    name: "note",
    kind: text(500),
  },
  {
    name: "all",
    kind: yesNo,
  },
  {
    name: "since",
    kind: day,
  },
  {
    name: "repair",
    kind: yesNo,
  },
  {
    name: "test-message",
    kind: yesNo,
  },
  {
    name: "reset-channel",
    kind: channelName,
  },
  {
    name: "chart",
    kind: choice(CHART_NAMES),
    only: "terminal",
  },
  {
    name: "theme",
    kind: choice(["light", "dark"]),
    only: "terminal",
  },
  {
    name: "watch",
    kind: yesNo,
    only: "terminal",
  },
  {
    name: "interval",
    kind: wholeNumber({ least: 2, most: 3_600, unit: "seconds" }),
    only: "terminal",
  },
  {
    name: "host",
    kind: text(255),
    only: "terminal",
  },
  {
    name: "port",
    kind: { ...wholeNumber({ least: 0, most: 65_535, unit: "port" }), wanted: "a port from 0 to 65535" },
    only: "terminal",
  },
  {
    name: "behind-tls",
    kind: yesNo,
    only: "terminal",
  },
  {
    name: "public-name",
    kind: names,
    only: "terminal",
  },
  {
    name: "copy",
    kind: yesNo,
    only: "terminal",
  },
  {
    name: "restore",
    kind: yesNo,
    only: "terminal",
  },
  {
    name: "wait",
    kind: yesNo,
    only: "terminal",
  },
  {
    name: "task",
    kind: choice(["migrate"]),
    only: "terminal",
  },
  {
    name: "writer",
    kind: text(63),
    only: "terminal",
  },
  {
    name: "agent",
    kind: choice(AGENTS),
    only: "terminal",
  },
  {
    name: "run-cost",
    kind: positiveUsd,
    only: "terminal",
  },
  {
    name: "workflows",
    kind: maintenance,
    only: "terminal",
  },
  {
    name: "discord",
    kind: yesNo,
    only: "terminal",
  },
  {
    name: "yes",
    kind: yesNo,
    only: "terminal",
  },
  {
    name: "dry-run",
    kind: yesNo,
    only: "terminal",
  },
  {
    name: "job-index",
    kind: count,
    only: "action",
    context: "strategy.job-index",
  },
  {
    name: "job-total",
    kind: count,
    only: "action",
    context: "strategy.job-total",
  },
  {
    name: "check-run",
    kind: count,
    only: "action",
    context: "job.check_run_id",
  },
  {
    name: "json",
    kind: yesNo,
    only: "terminal",
  },
  {
    name: "verbose",
    kind: yesNo,
    only: "terminal",
    short: "v",
  },
  {
    name: "quiet",
    kind: yesNo,
    only: "terminal",
    short: "q",
  },
] as const satisfies readonly Option[];

export type OptionName = (typeof OPTIONS)[number]["name"];
export type NamedOption = Option & { readonly name: OptionName };

/** Inputs that had another name in an earlier release: old name to new. */
export const RENAMED_INPUTS: Readonly<Record<string, OptionName>> = {};

/** The input or option of that name. */
export function optionNamed(name: OptionName): NamedOption {
  return OPTIONS.find((option) => option.name === name) as NamedOption;
}

type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;
type ValueOf<Row> = Row extends { readonly kind: Kind<infer T> } ? T : never;

/** The value given for each option, by its name in camel case: dollars in nano-dollars, absent if nothing was given. */
export type Given = {
  readonly [Row in (typeof OPTIONS)[number] as Camel<Row["name"]>]?: ValueOf<Row> | undefined;
};

/** The property an option's value is found under. */
export type PropertyOf<Name extends OptionName> = Camel<Name> & keyof Given;

/** The property an option's value is found under: "monthlyBudget". */
export function propertyOf<Name extends OptionName>(name: Name): PropertyOf<Name> {
  return camelCase(name) as PropertyOf<Name>;
}
