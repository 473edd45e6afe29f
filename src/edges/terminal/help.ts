import { takes } from "../../inputs/commands/table.ts";
import { COMMAND_TEXTS, type TerminalCommand } from "../../inputs/commands/texts.ts";
import { OPTION_TEXTS } from "../../inputs/option-texts.ts";
import { type NamedOption, OPTIONS } from "../../inputs/options.ts";
import { wrapped } from "../../report/terminal/table.ts";

const COMMON_EXITS: Readonly<Record<string, string>> = { 0: "done", 1: "failed", 2: "bad input" };

const ENVIRONMENT: Readonly<Record<string, string>> = {
  "GITHUB_TOKEN, GH_TOKEN": "the token for books in GitHub; never an option, so that no shell history keeps it",
  TOKEN_BUDGET_DATABASE_URL: "the PostgreSQL database that keeps the books; never an option either",
  DISCORD_WEBHOOK: "the webhook URL of the channel that gets the messages",
  TOKEN_BUDGET_CHANNELS: "more channels, name=url lines",
  "GITHUB_API_URL, GITHUB_GRAPHQL_URL": "a GitHub other than github.com",
  TOKEN_BUDGET_SERVE_TOKEN: "what lets programs and browsers read from serve",
  "HTTPS_PROXY, HTTP_PROXY, NO_PROXY": "the proxy to use",
  NO_COLOR: "no colors",
};

const FILES: Readonly<Record<string, string>> = {
  "token_budget.json": "the books' state, in the current folder or on their branch",
  "token_budget/ledger/": "every entry, by month and hour; the state can be computed from it",
  "token_budget/statements/": "issued statements, which never change",
  ".github/token-budget.yml": "the policy file: the rules of every run",
};

/** Options in the help of a command, under their headings. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  "The agent:": ["agent", "workflows"],
  "Which books:": ["repository", "branch", "path", "books", "database-ca"],
  "Budget and estimate:": [
    "monthly-budget",
    "timezone",
    "milestone-interval",
    "alerts",
    "estimate",
    "default-estimate",
    "run-cost",
    "hold-minutes",
  ],
  "What was used:": [
    "usage-file",
    "model",
    "provider",
    "input-tokens",
    "cached-input-tokens",
    "output-tokens",
    "cost",
    "billing",
    "unsettled",
  ],
  "The run:": ["profile", "hold", "id", "result", "pr", "prs", "outcomes", "tags", "on-deny", "on-error"],
  "The report:": [
    "by",
    "compare",
    "sort",
    "top",
    "format",
    "output",
    "people",
    "focus-version",
    "grain",
    "billed-cost",
  ],
  "The server:": ["host", "port", "behind-tls", "public-name"],
  "Messages:": ["name", "notify", "discord", "post", "test-message"],
};

const OTHERS = "Options:";
const HEADINGS = [...Object.keys(GROUPS), OTHERS];

/** The heading that an option is under. */
export function groupOf(name: string): string {
  return Object.entries(GROUPS).find(([, names]) => names.includes(name))?.[0] ?? OTHERS;
}

/** The defaults of options at a terminal, if they differ from the workflow's. */
const TERMINAL_DEFAULTS: Readonly<Record<string, string>> = {
  repository: "the current folder",
  books: "repository",
  branch: "token-budget, with --repository",
  path: "token_budget.json",
  profile: "terminal",
  hold: "the only open hold",
  result: "none",
};

/** The descriptions of options that mean something different for `init`. */
const INIT_DESCRIPTIONS: Readonly<Record<string, string>> = {
  "monthly-budget": "The dollars that may be spent in one calendar month. Default: 15.",
  timezone: "The IANA time zone whose calendar months the budget follows. Default: the machine's.",
  force: "Overwrites files that are there and differ. Default: false.",
};

/** The descriptions of options that mean something different for `database`. */
const DATABASE_DESCRIPTIONS: Readonly<Record<string, string>> = {
  books: "The books to make, or whose policy's repository to set. Default: none.",
  repository:
    "The repository whose default branch has the policy of these books. Default: as it is, none for new ones.",
};

/** The descriptions of options that mean something different for `move`. */
const MOVE_DESCRIPTIONS: Readonly<Record<string, string>> = {
  from: "The place that has the books. Required, no default.",
  to: "The place that gets them: nothing may be there, or the state that an earlier move from there left. Required, no default.",
  force:
    "Moves the books although holds are open, or although they differ from their ledger; then only a record that names its hold settles it. Default: false.",
  path: "The state file's path at both places; after # in a place it is that place's. Default: token_budget.json.",
  books: "The name of the books in a database, for a place that is only postgres. Default: none.",
};

/** The options a command takes at a terminal. */
export function optionsOf(command: TerminalCommand): readonly NamedOption[] {
  if (command === "completion") return [];
  const order = ({ name }: NamedOption) => HEADINGS.indexOf(groupOf(name));
  const options: readonly NamedOption[] = OPTIONS;
  return options
    .filter((option) => option.only !== "action" && takes(command, option.name))
    .toSorted((a, b) => order(a) - order(b));
}

/** The description of an option in a command's help. */
export function descriptionOf(command: TerminalCommand, { name }: NamedOption): string {
  const description = OPTION_TEXTS[name];
  const own = { init: INIT_DESCRIPTIONS, database: DATABASE_DESCRIPTIONS, move: MOVE_DESCRIPTIONS }[
    command as string
  ]?.[name];
  const byDefault = TERMINAL_DEFAULTS[name];
  if (own !== undefined) return own;
  return byDefault === undefined ? description : description.replace(/Default: .*$/, `Default: ${byDefault}.`);
}

/** The text below the options of a command: examples, exit codes, environment and files. */
export function helpAfter(command: TerminalCommand): string {
  const { examples, exits = COMMON_EXITS } = COMMAND_TEXTS[command];
  const isOffline = command === "completion" || command === "init";
  return [
    section("Examples", examples),
    section("Exit codes", aligned(exits)),
    ...(isOffline ? [] : [section("Environment", aligned(ENVIRONMENT)), section("Files", aligned(FILES))]),
  ].join("\n");
}

/** The text below the list of commands. */
export function programHelpAfter(): string {
  const exits = { ...COMMON_EXITS, 75: "the budget said no", "run:": "COMMAND's exit code" };
  return [
    section("Examples", [
      COMMAND_TEXTS.init.examples[0] ?? "",
      COMMAND_TEXTS.run.examples[0] ?? "",
      "token-budget status",
    ]),
    section("Exit codes", aligned(exits)),
    section("Environment", aligned(ENVIRONMENT)),
    section("Files", aligned(FILES)),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string {
  return `\n${title}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

/** Two columns in at most 80 characters; a name that is too long gets a separate line. */
function aligned(rows: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(rows);
  const widest = Math.min(26, Math.max(...names.map((name) => name.length)));
  return Object.entries(rows).flatMap(([name, text]) => {
    const lines = wrapped(text, 78 - widest - 2);
    const indent = " ".repeat(widest + 2);
    const [first = "", ...rest] = lines;
    return name.length > widest
      ? [name, ...lines.map((line) => indent + line)]
      : [`${name.padEnd(widest)}  ${first}`, ...rest.map((line) => indent + line)];
  });
}
