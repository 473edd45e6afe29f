import { ADJUSTMENTS, RESULTS } from "../books/entry.ts";
import { PRIORITIES } from "../books/part-rule.ts";
import {
  choice,
  count,
  intervalUsd,
  type Kind,
  MAX_HOLD_MINUTES,
  month,
  positiveUsd,
  timezone,
  usd,
  usdOrAuto,
  wholeNumber,
  yesNo,
} from "./kinds.ts";
import {
  names,
  notifyKinds,
  outcomeLines,
  paths,
  percents,
  stepOutcomes,
  tagLines,
  tokenCounts,
} from "./list-kinds.ts";
import { branch, repository, statePath } from "./place-kinds.ts";
import { day, signedQuantity } from "./quantities.ts";
import { id, pullRequest, secret, text } from "./text-kinds.ts";

/** The workflow's edge or the terminal's: not all commands and options exist on both. */
export type Edge = "action" | "terminal";

/** One input of the Action, which is also an option of the terminal program. */
export type Option<T = unknown> = {
  readonly name: string;
  readonly kind: Kind<T>;
  /** The policy file may say it too, so action.yml gives no default. */
  readonly policy?: true;
  /** It exists at one edge only. */
  readonly only?: Edge;
  readonly secret?: true;
  /** The workflow context whose value action.yml gives as default: "github.token". */
  readonly context?: string;
  /**
   * The word that action.yml gives as default where empty text says something: the runner fills in a default only for
   * an input that isn't given, so this word means that nothing was.
   */
  readonly absent?: string;
  /** One sentence with unit and default. */
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
      "The token that reads and writes the books; it needs contents: write. Default: the workflow's own token.",
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
      "The dollars that may be spent in one calendar month. Where the policy file says it too, a smaller figure here holds for this one decision. Else it becomes the books' budget when it lets a run of the default branch in or books one. Default: what the books last had, at first 15.",
  },
  {
    name: "timezone",
    kind: timezone,
    policy: true,
    description:
      "The IANA time zone whose calendar months the budget follows, such as Europe/Berlin; a change takes effect at the next month end. Default: what the books last had, at first UTC.",
  },
  {
    name: "milestone-interval",
    kind: intervalUsd,
    policy: true,
    description: "The dollars between two milestones, each of which is told once a month. Default: 5.",
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
      "The kinds of messages that go to the channel: some of milestone, alert, exhausted, recap, reset, adjust, warning, start, complete, or all, or none. Default: all but start and complete.",
  },
  {
    name: "estimate",
    kind: usdOrAuto,
    policy: true,
    description:
      "The dollars the next execution is expected to cost, or auto for the 90th percentile of the profile's last 20. Default: auto.",
  },
  {
    name: "default-estimate",
    kind: positiveUsd,
    policy: true,
    description: "The estimate in dollars as long as auto has fewer than 3 costs to go by. Default: 0.055.",
  },
  {
    name: "profile",
    kind: text(100),
    description: "The name under which costs are remembered for later estimates. Default: the workflow's name.",
  },
  {
    name: "model",
    kind: names,
    description: "The model that is used, one a line where there are several. Default: what the usage file names.",
  },
  {
    name: "provider",
    kind: names,
    description:
      "Who serves the model, such as anthropic or openai: one line for all models or one line each. Default: whom the model's name points to.",
  },
  {
    name: "input-tokens",
    kind: tokenCounts,
    description:
      "All tokens that went into the model, cached ones included, one number a line in the order of model. Default: what the usage file says.",
  },
  {
    name: "cached-input-tokens",
    kind: tokenCounts,
    description:
      "How many of the input tokens were read from the provider's cache, one number a line in the order of model. Default: 0.",
  },
  {
    name: "output-tokens",
    kind: tokenCounts,
    description:
      "All tokens that came out of the model, reasoning included, one number a line in the order of model. Default: what the usage file says.",
  },
  {
    name: "cost",
    kind: usd,
    description: "What the execution cost in dollars, where that is known. Default: worked out from its tokens.",
  },
  {
    name: "usage-file",
    kind: paths,
    description:
      "Files in which the agent left its usage, paths and globs, one a line; several add up. Default: where the known tools leave theirs.",
  },
  {
    name: "hold",
    kind: id,
    description:
      "The id of the hold to settle or release, as check put it out. Default: the open hold of the same job.",
  },
  {
    name: "id",
    kind: id,
    description:
      "An id of your own for this operation: repeated under the same id it is booked once. Default: a random one.",
  },
  {
    name: "hold-minutes",
    kind: wholeNumber({ least: 1, most: MAX_HOLD_MINUTES, unit: "minutes" }),
    policy: true,
    description: "The minutes after which a hold that nobody settled is charged at its estimate. Default: 360.",
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
    description: "Whether books that can't be read or written mean no or yes: deny or allow. Default: deny.",
  },
  {
    name: "unsettled",
    kind: choice(["charge", "release"]),
    policy: true,
    description:
      "Whether a run that left no usage file is charged at its estimate or its hold let go: charge or release. Default: charge.",
  },
  {
    name: "billing",
    kind: choice(["metered", "subscription"]),
    policy: true,
    description:
      "How the run is paid for: metered is charged, subscription is covered by a flat fee and only noted. Default: metered.",
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
      "How the agent's step ended, steps.ID.outcome, one line for each agent: where none of them ever started and no usage is found, the hold is released. Default: unknown, which charges what isn't known.",
  },
  {
    name: "pr",
    kind: pullRequest,
    description: "The pull request the execution opened, its number or URL. Default: none.",
  },
  {
    name: "prs",
    kind: wholeNumber({ least: 0, most: 1_000, unit: "pull requests" }),
    description: "How many pull requests the execution opened. Default: 1 where pr is given, else 0.",
  },
  {
    name: "outcomes",
    kind: outcomeLines,
    description:
      "Figures of your own about what the run brought about, key=number lines such as lines=240. Default: none.",
  },
  {
    name: "tags",
    kind: tagLines,
    description:
      "What the run belongs to, key=value lines such as agent=dev-lead; at most 20, keys of 64 and values of 256 characters. Default: none.",
  },
  {
    name: "priority",
    kind: choice(PRIORITIES),
    description:
      "How much the run matters where the policy's admit keeps the end of the month for some: high, normal or low. Default: normal.",
  },
  {
    name: "approval",
    kind: text(100),
    only: "action",
    description:
      "The protected environment whose approval of this run opens the overage or the reserve for one hold; it needs actions: read. Default: none.",
  },
  {
    name: "discord-webhook",
    kind: secret,
    only: "action",
    secret: true,
    description: "The URL of the Discord webhook that messages go to; keep it in a secret. Default: no messages.",
  },
  {
    name: "month",
    kind: month,
    description: "The month to sum up, such as 2026-02. Default: the last closed one.",
  },
  {
    name: "force",
    kind: yesNo,
    description: "Whether to post a recap that was posted before: true or false. Default: false.",
  },
  {
    name: "reason",
    kind: text(500),
    description: "Why the month is reset or money moved; kept in the books. Required by both, no default.",
  },
  {
    name: "adjustment",
    kind: choice(ADJUSTMENTS),
    description:
      "How money moves: top-up raises the month, grant opens some of its reserve, transfer moves it between two budgets, correct books what the books missed. Required by adjust, no default.",
  },
  {
    name: "amount",
    kind: signedQuantity,
    description:
      "How much, with its unit, such as 1 USD or 5000 tokens; correct takes a minus. Required by adjust, no default.",
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
    kind: day,
    description: "The day on which what is free of a transfer goes back, such as 2026-02-24. Default: it stays.",
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
    name: "agent",
    kind: choice(AGENTS),
    only: "terminal",
    description: `The agent to write a workflow for: ${AGENTS.join(", ")}. Required without a terminal to ask at.`,
  },
  {
    name: "run-cost",
    kind: positiveUsd,
    only: "terminal",
    description:
      "The dollars one run usually costs, the estimate as long as there are no costs to go by. Default: 0.055.",
  },
  {
    name: "discord",
    kind: yesNo,
    only: "terminal",
    description: "Whether the workflow tells a Discord channel: true or false. Default: false.",
  },
  {
    name: "yes",
    kind: yesNo,
    only: "terminal",
    description: "Takes the default of everything that isn't given, and asks nothing. Default: false.",
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
    description: "Which leg of a matrix this job is, counted from 0; leave it alone. Default: the job's own index.",
  },
  {
    name: "job-total",
    kind: count,
    only: "action",
    context: "strategy.job-total",
    description: "How many legs the matrix has; leave it alone. Default: the job's own total.",
  },
  {
    name: "check-run",
    kind: count,
    only: "action",
    context: "job.check_run_id",
    description: "The number GitHub gives this job; leave it alone. Default: the job's own number.",
  },
  {
    name: "json",
    kind: yesNo,
    only: "terminal",
    description: "Prints the answer as JSON. Default: false.",
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

/** What was given for each option, by its name in camel case: dollars in nano-dollars, absent where nothing was given. */
export type Given = {
  readonly [Row in (typeof OPTIONS)[number] as Camel<Row["name"]>]?: ValueOf<Row> | undefined;
};

/** The property an option's value is found under. */
export type PropertyOf<Name extends OptionName> = Camel<Name> & keyof Given;

/** The property an option's value is found under: "monthlyBudget". */
export function propertyOf<Name extends OptionName>(name: Name): PropertyOf<Name> {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()) as PropertyOf<Name>;
}
