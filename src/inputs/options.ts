import { ADJUSTMENTS, RESULTS } from "../books/entry.ts";
import { PRIORITIES } from "../books/part-rule.ts";
import { camelCase } from "../values/camel-case.ts";
import {
  choice,
  count,
  intervalUsd,
  type Kind,
  MAX_HOLD_MINUTES,
  month,
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
import { branch, channelName, repository, statePath } from "./place-kinds.ts";
import { day, dayOrInstant, signedQuantity } from "./quantities.ts";
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
  /** Unit and default included. */
  readonly description: string;
};

/** The agents and scripts that `init` has a workflow for. */
export const AGENTS = ["claude-code", "codex", "gemini", "opencode", "gh-aw", "script"] as const;
export type Agent = (typeof AGENTS)[number];

/** Every input and option there is, apart from the command itself; commands/table.ts has which command takes which. */
export const OPTIONS = [
  {
    name: "github-token",
    kind: secret,
    only: "action",
    secret: true,
    context: "github.token",
    description:
      "The token that reads and writes the books; it requires contents: write. Default: the workflow's own token.",
  },
  {
    name: "repository",
    kind: repository,
    description: "The repository that keeps the books, as owner/name. Default: the workflow's own repository.",
  },
  {
    name: "branch",
    kind: branch,
    description: "The branch that keeps the books; it is created on first use. Default: token-budget.",
  },
  {
    name: "path",
    kind: statePath,
    description: "The state file's path inside the repository. Default: token_budget.json.",
  },
  {
    name: "monthly-budget",
    kind: positiveUsd,
    policy: true,
    description:
      "The dollars that may be spent in one calendar month. If the policy file sets it too, a smaller value here applies to this decision only. Otherwise it becomes the budget of the books when a run of the default branch is allowed or booked with it. Default: the last value in the books, initially 15.",
  },
  {
    name: "timezone",
    kind: timezone,
    policy: true,
    description:
      "The IANA time zone whose calendar months the budget follows, such as Europe/Berlin; a change takes effect at the end of the month. Default: the last value in the books, initially UTC.",
  },
  {
    name: "milestone-interval",
    kind: intervalUsd,
    policy: true,
    description: "The dollars between two milestones; each is announced once a month. Default: 5.",
  },
  {
    name: "alerts",
    kind: percents,
    policy: true,
    description: "The percentages of the budget at which to warn, ascending, or none. Default: 75, 90.",
  },
  {
    name: "name",
    kind: text(100),
    policy: true,
    description: "The budget's name in messages. Default: AI Orchestration.",
  },
  {
    name: "notify",
    kind: notifyKinds,
    policy: true,
    description:
      "The kinds of messages that go to the channel: any of milestone, alert, exhausted, recap, reset, adjust, warning, anomaly, forecast, escalation, pause, approval, start, complete, or all, or none. Default: all but start and complete.",
  },
  {
    name: "estimate",
    kind: usdOrAuto,
    policy: true,
    description:
      "The dollars the next execution is expected to cost, or auto for the 90th percentile of the profile's last 20 costs. Default: auto.",
  },
  {
    name: "default-estimate",
    kind: positiveUsd,
    policy: true,
    description: "The estimate in dollars while auto has fewer than 3 costs to work from. Default: 0.055.",
  },
  {
    name: "profile",
    kind: text(100),
    description: "The name under which costs are remembered for later estimates. Default: the workflow's name.",
  },
  {
    name: "model",
    kind: names,
    description: "The model in use; if there are several, one per line. Default: the models that the usage file names.",
  },
  {
    name: "provider",
    kind: names,
    description:
      "The provider that serves the model, such as anthropic or openai: one line for all models or one line per model. Default: derived from the model's name.",
  },
  {
    name: "input-tokens",
    kind: tokenCounts,
    description:
      "All tokens that went into the model, including cached ones, one number per line in the order of model. Default: the count in the usage file.",
  },
  {
    name: "cached-input-tokens",
    kind: tokenCounts,
    description:
      "How many of the input tokens were read from the provider's cache, one number per line in the order of model. Default: 0.",
  },
  {
    name: "output-tokens",
    kind: tokenCounts,
    description:
      "All tokens that came out of the model, including reasoning, one number per line in the order of model. Default: the count in the usage file.",
  },
  {
    name: "cost",
    kind: usd,
    description: "What the execution cost in dollars, if that is known. Default: calculated from its tokens.",
  },
  {
    name: "usage-file",
    kind: paths,
    description:
      "The files in which the agent left its usage: paths and globs, one per line; several files add up. Default: the places where known tools leave theirs.",
  },
  {
    name: "hold",
    kind: id,
    description:
      "The id of the hold to settle or release: check's output hold. Default: the open hold of the same job.",
  },
  {
    name: "id",
    kind: id,
    description:
      "An id that you choose for this operation: repeated with the same id, it is booked only once. Default: a random id.",
  },
  {
    name: "hold-minutes",
    kind: wholeNumber({ least: 1, most: MAX_HOLD_MINUTES, unit: "minutes" }),
    policy: true,
    description: "The minutes after which an unsettled hold is charged at its estimate. Default: 360.",
  },
  {
    name: "on-deny",
    kind: choice(["fail", "continue"]),
    policy: true,
    description: "Whether a denial makes the step fail or only sets the outputs: fail or continue. Default: fail.",
  },
  {
    name: "on-error",
    kind: choice(["deny", "allow"]),
    policy: true,
    description: "What to answer if the books can't be read or written: deny or allow. Default: deny.",
  },
  {
    name: "unsettled",
    kind: choice(["charge", "release"]),
    policy: true,
    description:
      "Whether a run without a usage file is charged at its estimate or has its hold released: charge or release. Default: charge.",
  },
  {
    name: "billing",
    kind: choice(["metered", "subscription"]),
    policy: true,
    description:
      "How the run is paid for: metered is charged; subscription is covered by a flat fee and only recorded. Default: metered.",
  },
  {
    name: "result",
    kind: choice(RESULTS),
    context: "job.status",
    description: "How the execution ended: success, failure or cancelled. Default: the job's status.",
  },
  {
    name: "agent-outcome",
    kind: stepOutcomes,
    only: "action",
    absent: "unknown",
    description:
      "How the agent's step ended (steps.ID.outcome), one line per agent: if no agent started and no usage is found, the hold is released. Default: unknown, which counts the agent as started.",
  },
  {
    name: "pr",
    kind: pullRequest,
    description: "The pull request that the execution opened: its number or URL. Default: none.",
  },
  {
    name: "prs",
    kind: wholeNumber({ least: 0, most: 1_000, unit: "pull requests" }),
    description: "How many pull requests the execution opened. Default: 1 if pr is given, otherwise 0.",
  },
  {
    name: "outcomes",
    kind: outcomeLines,
    description: "Your figures about the run's results, as key=number lines such as lines=240. Default: none.",
  },
  {
    name: "tags",
    kind: tagLines,
    description:
      "What the run belongs to, as key=value lines such as agent=dev-lead; at most 20, with keys of up to 64 and values of up to 256 characters. Default: none.",
  },
  {
    name: "priority",
    kind: choice(PRIORITIES),
    description:
      "How important the run is: high, normal or low; the policy's admit can keep the end of the month for important runs. Default: normal.",
  },
  {
    name: "approval",
    kind: text(100),
    only: "action",
    description:
      "The protected environment whose approval of this run opens the overage or the reserve for one hold; it requires actions: read. Default: none.",
  },
  {
    name: "discord-webhook",
    kind: secret,
    only: "action",
    secret: true,
    description: "The URL of the Discord webhook that messages go to; keep it in a secret. Default: no messages.",
  },
  {
    name: "channels",
    kind: secretLines,
    only: "action",
    secret: true,
    description:
      "More channels for messages, one per line: name=url for Discord or Slack, name=url key for a host of the policy that gets signed JSON; keep it in a secret. Default: none.",
  },
  {
    name: "comment",
    kind: choice(["true", "full", "false"]),
    only: "action",
    description:
      "Whether a comment on the run's pull request shows what it costs: true, false, or full, which also shows what is left of the month; it requires pull-requests: write. Default: false.",
  },
  {
    name: "comment-token",
    kind: secret,
    only: "action",
    secret: true,
    context: "github.token",
    description:
      "The token that writes the comment; it changes only comments of the same account. Default: the workflow's own token.",
  },
  {
    name: "month",
    kind: month,
    description: "The month of the recap or the statements, such as 2026-02. Default: the last closed month.",
  },
  {
    name: "period",
    kind: spanText,
    description:
      "The span to recap instead of a month: a day, week, month, quarter or year such as 2026-02-14, 2026-W07, 2026-Q1 or 2026, two days with a slash between them, or a name such as yesterday, last-week or last-30-days. Default: none.",
  },
  {
    name: "force",
    kind: yesNo,
    description: "Whether to post a recap again that was already posted: true or false. Default: false.",
  },
  {
    name: "post",
    kind: yesNo,
    description:
      "Whether recap posts the month or only shows it: true or false. Default: true; with month false, unless force is true.",
  },
  {
    name: "reason",
    kind: text(500),
    description:
      "Why the month is reset, money is moved, runs are paused or resumed, or a statement is paid or void; kept in the books. Required by reset, adjust and pause, and by paid and void, no default.",
  },
  {
    name: "entity",
    kind: text(64),
    description: "The entity of the policy whose statement is meant. Default: all of them.",
  },
  {
    name: "internal",
    kind: yesNo,
    description:
      "Whether statements for clients also show what is known only inside the house, such as cost and margin: true or false. Default: false.",
  },
  {
    name: "issue",
    kind: yesNo,
    description:
      "Whether the statements of a closed month are issued, with a number and files that never change: true or false. Default: false.",
  },
  {
    name: "list",
    kind: yesNo,
    description: "Whether to list the statements that were issued: true or false. Default: false.",
  },
  {
    name: "paid",
    kind: text(100),
    description: "The number of an issued statement that was paid; reason says how. Default: none.",
  },
  {
    name: "void",
    kind: text(100),
    description:
      "The number of an issued statement that is void; the next one for the same month replaces it, and reason says why. Default: none.",
  },
  {
    name: "output",
    kind: text(1_000),
    description: "The file to write, such as statements.csv. Default: none.",
  },
  {
    name: "format",
    kind: choice(["terminal", "markdown", "json", "csv"]),
    description:
      "The format of the output: markdown, json or csv; without an output, what a terminal prints. Default: by the ending of the output's name, otherwise markdown; at a terminal, terminal.",
  },
  {
    name: "adjustment",
    kind: choice(ADJUSTMENTS),
    description:
      "How money moves: top-up adds to the month's budget, grant opens part of its reserve, transfer moves money between two sub-budgets, correct books what the books missed. Required by adjust, no default.",
  },
  {
    name: "amount",
    kind: signedQuantity,
    description:
      "The amount with its unit, such as 1 USD or 5000 tokens; 5 and $5 are dollars. correct also accepts a negative amount. Required by adjust, no default.",
  },
  {
    name: "from",
    kind: text(250),
    description: "The sub-budget that a transfer takes from. Required by transfer, no default.",
  },
  {
    name: "to",
    kind: text(250),
    description: "The sub-budget that a transfer or grant goes to. Required by transfer, no default.",
  },
  {
    name: "until",
    kind: dayOrInstant,
    description:
      "The day on which the unused part of a transfer is returned, or a pause ends, such as 2026-02-24; a pause also accepts an instant such as 2026-02-24T18:00Z. Default: it is never returned, and a pause ends with resume.",
  },
  {
    name: "below",
    kind: choice(["normal"]),
    description: "Pauses only runs with a lower priority than this one: normal. Default: every run waits.",
  },
  {
    name: "acknowledge",
    kind: alertId,
    description:
      "The id of an alert that you take on, such as A-0214-3; in a workflow, only by hand on the default branch, by people who can write to the repository. Default: none, alerts lists them.",
  },
  {
    name: "note",
    kind: text(500),
    description: "What you say about the alert that you acknowledge; kept in the books. Default: nothing.",
  },
  {
    name: "all",
    kind: yesNo,
    description: "Whether alerts also lists those that are resolved: true or false. Default: false.",
  },
  {
    name: "since",
    kind: day,
    description:
      "The day since which alerts lists every alert, resolved or not, from the ledger, such as 2026-02-01. Default: those that are open.",
  },
  {
    name: "repair",
    kind: yesNo,
    description: "Whether verify replaces figures that differ from the ledger: true or false. Default: false.",
  },
  {
    name: "test-message",
    kind: yesNo,
    description: "Whether doctor posts a test message to the channel: true or false. Default: false.",
  },
  {
    name: "reset-channel",
    kind: channelName,
    description:
      "The channel that may have another address from now on; doctor changes it, for maintainers. Default: none.",
  },
  {
    name: "agent",
    kind: choice(AGENTS),
    only: "terminal",
    description: `The agent to write a workflow for: ${AGENTS.join(", ")}. Required if there is no terminal to ask at.`,
  },
  {
    name: "run-cost",
    kind: positiveUsd,
    only: "terminal",
    description:
      "The dollars that one run usually costs; the estimate until costs are known. Default: a guess for the agent.",
  },
  {
    name: "workflows",
    kind: maintenance,
    only: "terminal",
    description:
      "The workflows for maintainers to write as well: top-up, reset, alerts, recap, separated by commas, or all, or none. recap needs --discord. Default: none.",
  },
  {
    name: "discord",
    kind: yesNo,
    only: "terminal",
    description: "Whether the workflow sends messages to a Discord channel: true or false. Default: false.",
  },
  {
    name: "yes",
    kind: yesNo,
    only: "terminal",
    description: "Asks nothing: init uses the default for everything that isn't given, reset resets. Default: false.",
  },
  {
    name: "dry-run",
    kind: yesNo,
    only: "terminal",
    description: "Shows what would be written, and writes nothing. Default: false.",
  },
  {
    name: "job-index",
    kind: count,
    only: "action",
    context: "strategy.job-index",
    description: "Which job of a matrix this is, counted from 0; don't set it. Default: the job's index.",
  },
  {
    name: "job-total",
    kind: count,
    only: "action",
    context: "strategy.job-total",
    description: "How many jobs the matrix has; don't set it. Default: the matrix's total.",
  },
  {
    name: "check-run",
    kind: count,
    only: "action",
    context: "job.check_run_id",
    description: "The number that GitHub gives this job; don't set it. Default: the job's number.",
  },
  {
    name: "json",
    kind: yesNo,
    only: "terminal",
    description: "Prints the answer as JSON. Default: false.",
  },
  {
    name: "verbose",
    kind: yesNo,
    only: "terminal",
    short: "v",
    description: "Prints the month's table, too, and what was booked in detail. Default: false.",
  },
  {
    name: "quiet",
    kind: yesNo,
    only: "terminal",
    short: "q",
    description: "Prints only errors; the exit code is the answer. Default: false.",
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
