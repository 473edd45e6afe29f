import {
  CHART_NAMES,
  type Edge,
  type Given,
  type OptionName,
  optionNamed,
  type PropertyOf,
  propertyOf,
} from "../options.ts";
import type { UsedTokens } from "../used-tokens.ts";

/** About the books in GitHub and this job: every command that works on the books takes them. */
const BOOKS = [
  "github-token",
  "repository",
  "branch",
  "path",
  "database-url",
  "books",
  "database-ca",
  "job-index",
  "job-total",
  "check-run",
  "json",
  "verbose",
  "quiet",
] as const;
/** The rules of a decision. */
const DECIDING = [
  "monthly-budget",
  "timezone",
  "milestone-interval",
  "alerts",
  "name",
  "notify",
  "estimate",
  "default-estimate",
] as const;
/** The next run. */
const RUN = ["profile", "model", "provider", "tags"] as const;
/** For gates. */
const GATE = ["hold-minutes", "on-error", "priority"] as const;
/** What watches a run while it runs. */
const METER = ["meter", "max-cost", "overrun", "overrun-alert", "meter-usage", "meter-models"] as const;
/** A run's usage as figures. */
const STATED = ["input-tokens", "cached-input-tokens", "output-tokens", "cost"] as const;
/** Where messages go. */
const CHANNELS = ["discord-webhook", "channels", "pictures"] as const;
/** A run's results. */
const BOOKING = ["usage-file", "unsettled", "billing", "pr", "prs", "outcomes"] as const;

/**
 * Every command: the edges it exists on, the options it takes, and what to do if a required one is missing. What people
 * read about it is in texts.ts.
 */
const TABLE = {
  guard: command({
    edges: ["action"],
    options: [
      ...BOOKS,
      ...DECIDING,
      ...RUN,
      ...GATE,
      ...METER,
      "on-deny",
      "approval",
      ...STATED,
      ...BOOKING,
      "result",
      "agent-outcome",
      "comment",
      "comment-token",
      ...CHANNELS,
    ],
  }),
  check: command({
    edges: ["action", "terminal"],
    options: [...BOOKS, ...DECIDING, ...RUN, ...GATE, "on-deny", "approval", ...CHANNELS],
  }),
  record: command({
    edges: ["action", "terminal"],
    options: [
      ...BOOKS,
      ...DECIDING,
      ...RUN,
      ...STATED,
      ...BOOKING,
      "hold",
      "id",
      "on-error",
      "result",
      "agent-outcome",
      "comment",
      "comment-token",
      ...CHANNELS,
    ],
  }),
  release: command({
    edges: ["action", "terminal"],
    options: [...BOOKS, ...DECIDING, "hold", "id", "on-error", ...CHANNELS],
  }),
  status: command({
    edges: ["action", "terminal"],
    options: [...BOOKS, ...DECIDING, ...RUN, "watch", "interval"],
  }),
  chart: command({
    edges: ["terminal"],
    options: [...BOOKS, ...DECIDING, "chart", "output", "theme", "period", "by"],
    required: {
      chart: `write ${CHART_NAMES.join(", ")}`,
      output: "name the file to write, such as month.svg or month.png",
    },
  }),
  usage: command({
    edges: ["action", "terminal"],
    options: [...BOOKS, "model", "provider", ...STATED, "usage-file"],
  }),
  recap: command({
    edges: ["action", "terminal"],
    options: [...BOOKS, ...DECIDING, "month", "period", "force", "post", ...CHANNELS],
  }),
  report: command({
    edges: ["action", "terminal"],
    options: [
      ...BOOKS,
      ...(["period", "by", "compare", "sort", "top", "format", "output", "people"] as const),
      ...(["focus-version", "grain", "billed-cost"] as const),
    ],
  }),
  dashboard: command({
    edges: ["action", "terminal"],
    options: [...BOOKS, "output", "people"],
  }),
  serve: command({
    edges: ["terminal"],
    options: [...BOOKS, "people", "interval", "host", "port", "behind-tls", "public-name"],
  }),
  reset: command({
    edges: ["action", "terminal"],
    options: [...BOOKS, ...DECIDING, "reason", "yes", ...CHANNELS],
    required: { reason: "say in a few words why the month is reset" },
  }),
  adjust: command({
    edges: ["action", "terminal"],
    options: [...BOOKS, ...DECIDING, "tags", "adjustment", "amount", "from", "to", "until", "reason", ...CHANNELS],
    required: {
      adjustment: `write ${optionNamed("adjustment").kind.wanted}`,
      amount: `write ${optionNamed("amount").kind.wanted}`,
      reason: "say in a few words why money moves",
    },
    requiredWith: {
      option: "adjustment",
      value: "transfer",
      required: {
        from: "name the sub-budget that the money comes from",
        to: "name the sub-budget that the money goes to",
      },
    },
  }),
  pause: command({
    edges: ["action", "terminal"],
    options: [...BOOKS, ...DECIDING, "reason", "until", "below", ...CHANNELS],
    required: { reason: "say in a few words why runs wait" },
  }),
  resume: command({
    edges: ["action", "terminal"],
    options: [...BOOKS, ...DECIDING, "reason", ...CHANNELS],
  }),
  alerts: command({
    edges: ["action", "terminal"],
    options: [...BOOKS, ...DECIDING, "acknowledge", "note", "all", "since", ...CHANNELS],
  }),
  statement: command({
    edges: ["action", "terminal"],
    options: [
      ...BOOKS,
      ...DECIDING,
      "month",
      "entity",
      "internal",
      "issue",
      "list",
      "paid",
      "void",
      "reason",
      "output",
      "format",
      ...CHANNELS,
    ],
  }),
  verify: command({ edges: ["action", "terminal"], options: [...BOOKS, "repair", ...CHANNELS] }),
  doctor: command({
    edges: ["action", "terminal"],
    options: [...BOOKS, "name", "test-message", "reset-channel", ...CHANNELS],
  }),
  run: command({
    edges: ["terminal"],
    options: [...BOOKS, ...DECIDING, ...RUN, ...GATE, ...METER, ...BOOKING, ...CHANNELS],
  }),
  move: command({
    edges: ["terminal"],
    options: [
      ...(["from", "to", "copy", "restore", "wait", "force", "path", "books", "database-ca"] as const),
      ...(["json", "verbose", "quiet"] as const),
    ],
    required: {
      from: "name the place that has the books, such as github:octo-org/ai-budget@token-budget",
      to: "name the place that gets them, such as postgres:octo-org or ./books",
    },
  }),
  database: command({
    edges: ["terminal"],
    options: ["task", "books", "repository", "database-ca", "writer"],
    required: { task: "write migrate" },
  }),
  init: command({
    edges: ["terminal"],
    options: [
      "monthly-budget",
      "timezone",
      "meter",
      "max-cost",
      "force",
      "agent",
      "run-cost",
      "workflows",
      "discord",
      "yes",
      "dry-run",
    ],
  }),
};

/** What the parser knows of a command. */
type Row = {
  readonly edges: readonly Edge[];
  readonly options: readonly OptionName[];
  /** What to do if one of these is missing, to follow "is missing:". */
  readonly required?: { readonly [Name in OptionName]?: string };
  /** The same for options that are required if another one has a certain value. */
  readonly requiredWith?: {
    readonly option: OptionName;
    readonly value: string;
    readonly required: { readonly [Name in OptionName]?: string };
  };
};

/** A row that requires only options that the command takes. */
function command<const Edges extends readonly Edge[], Taken extends OptionName, Needed extends Taken = never>(row: {
  readonly edges: Edges;
  readonly options: readonly Taken[];
  readonly required?: Readonly<Record<Needed, string>>;
  readonly requiredWith?: {
    readonly option: NoInfer<Taken>;
    readonly value: string;
    readonly required: { readonly [Name in NoInfer<Taken>]?: string };
  };
}): typeof row {
  return row;
}

/** Every command; `guard` needs a step's post part, `run` and `init` a terminal. */
export type Command = keyof typeof TABLE;

type RowOf<C extends Command> = (typeof TABLE)[C];
type TakenBy<C extends Command> = RowOf<C>["options"][number];
type RequiredBy<C extends Command> = keyof NonNullable<RowOf<C>["required"]> & OptionName;

/** The commands of an edge. */
export type CommandOf<E extends Edge> = {
  [C in Command]: E extends RowOf<C>["edges"][number] ? C : never;
}[Command];

/** The commands that require no option. */
export type Undemanding = { [C in Command]: [RequiredBy<C>] extends [never] ? C : never }[Command];

/**
 * The parsed inputs of a command: only the options it takes, the required ones always, others if they were given. If
 * the command takes token counts, `used` has them, one line per model.
 */
export type InputsOf<C extends Command> = C extends Command
  ? { readonly command: C } & Pick<Given, PropertyOf<Exclude<TakenBy<C>, RequiredBy<C>>>> & {
        readonly [Property in PropertyOf<RequiredBy<C>>]: NonNullable<Given[Property]>;
      } & ("input-tokens" extends TakenBy<C> ? { readonly used: readonly UsedTokens[] } : unknown)
  : never;

const ROWS: Readonly<Record<Command, Row>> = TABLE;

/** Every command, in the order of the docs. */
export const COMMANDS = Object.keys(ROWS) as readonly Command[];

export const COMMANDS_OF: { readonly [E in Edge]: readonly CommandOf<E>[] } = {
  action: COMMANDS.filter((name): name is CommandOf<"action"> => ROWS[name].edges.includes("action")),
  terminal: COMMANDS.filter((name): name is CommandOf<"terminal"> => ROWS[name].edges.includes("terminal")),
};

/** Whether a command takes an option. */
export function takes(name: Command, option: OptionName): boolean {
  return ROWS[name].options.includes(option);
}

/** The commands that take an option. */
export function takersOf(option: OptionName): readonly Command[] {
  return COMMANDS.filter((name) => takes(name, option));
}

/** What to do about each option that the command requires and that wasn't given. */
export function missingIn(
  name: Command,
  given: Given,
): readonly { readonly option: OptionName; readonly todo: string }[] {
  const { required = {}, requiredWith: condition } = ROWS[name];
  const applies = condition !== undefined && given[propertyOf(condition.option)] === condition.value;
  return Object.entries({ ...required, ...(applies && condition.required) })
    .map(([option, todo]) => ({ option: option as OptionName, todo }))
    .filter(({ option }) => given[propertyOf(option)] === undefined);
}
