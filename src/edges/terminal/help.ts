import type { Command } from "../../inputs/commands.ts";
import { OPTIONS, type Option } from "../../inputs/options.ts";
import { wrapped } from "../../report/terminal/table.ts";

/** A command of the terminal program: one of the books', or `completion`, which knows nothing of them. */
export type TerminalCommand = Exclude<Command, "guard"> | "completion";

/** What a command's help says besides its options. */
export type CommandHelp = {
  /** In the list of commands. */
  readonly summary: string;
  /** What it does, in a few sentences. */
  readonly about: string;
  /** Lines that run as they stand. */
  readonly examples: readonly string[];
  /** Exit codes of its own, in place of the common ones. */
  readonly exits?: Readonly<Record<string, string>>;
};

export const COMMAND_HELP: Readonly<Record<TerminalCommand, CommandHelp>> = {
  check: {
    summary: "decide whether the next run may start, and set its estimate aside",
    about:
      "Says yes when what remains of the month's budget covers the estimate, and sets the estimate aside as a hold before it says so. Two runs can't both take the last dollar. A hold that nobody records or releases is charged when its time is over.",
    examples: ["token-budget check", "token-budget check --estimate 0.25 --profile nightly --json"],
    exits: { 0: "allowed", 1: "failed", 2: "bad input", 75: "the budget said no, or couldn't be asked" },
  },
  record: {
    summary: "book what a run cost, settle its hold, fire milestones",
    about:
      "Reads what the run used from its files, from tokens and model, or takes a finished cost; prices and books it, and settles the hold of its check. What can't be priced is charged at the estimate, never at $0. The same --id is booked once, however often it is repeated.",
    examples: [
      "token-budget record --usage-file result.json",
      "token-budget record --model claude-sonnet-4-5 --input-tokens 2000 --output-tokens 1500",
      "token-budget record --cost 0.42 --pr 17 --tags team=infra",
    ],
  },
  release: {
    summary: "let a hold go: the run didn't happen",
    about: "Gives back the money that a check has set aside. Without --hold it takes the only open hold.",
    examples: ["token-budget release", "token-budget release --hold 7k2m9q4x1c8v5b3n"],
  },
  status: {
    summary: "spent, held, remaining, health, pace; writes nothing",
    about: "Shows the running month: what is spent, held and left, by model, and how long it lasts at this pace.",
    examples: ["token-budget status", "token-budget status --repository octocat/hello-world --json"],
  },
  usage: {
    summary: "show what a tool's files say was used, and what it costs; writes nothing",
    about:
      "Reads the files of agents and providers as record would, and shows tokens, unit prices, their source and the cost. Books nothing.",
    examples: ["token-budget usage result.json", "token-budget usage rollout.jsonl --model gpt-5-codex --json"],
  },
  recap: {
    summary: "sum up the month closed last, or --month",
    about:
      "Closes the month if it is over, and posts the recap of the month closed last once; --force repeats it. With --month it is that month's.",
    examples: ["token-budget recap", "token-budget recap --month 2026-01"],
  },
  reset: {
    summary: "archive the running month and start it again at zero",
    about:
      "Puts the running month into the history with your reason and name, and starts it again at zero. Open holds stay. Nothing is deleted.",
    examples: ['token-budget reset --reason "new contract"'],
  },
  adjust: {
    summary: "top the month up, grant, transfer between budgets, or correct",
    about:
      "Moves money with your reason and name: top-up raises the month, grant opens some of its reserve, transfer moves it between two sub-budgets (--until a day gives it back), correct books what the books missed. Nothing is taken that is spent or held.",
    examples: [
      'token-budget adjust --adjustment top-up --amount "5 USD" --reason "release week"',
      'token-budget adjust --adjustment transfer --from qa --to infra --amount "1 USD" --reason "outage"',
    ],
  },
  verify: {
    summary: "compute every figure again from the ledger and compare",
    about:
      "Adds the whole ledger up and reports every figure of the state that differs. With --repair the ledger's figures take their place.",
    examples: ["token-budget verify", "token-budget verify --repair"],
    exits: { 0: "the books agree, or are repaired", 1: "they differ, or can't be read", 2: "bad input" },
  },
  doctor: {
    summary: "examine token, rules, books, policy, channel and prices; writes nothing",
    about:
      "Looks at all that the budget needs and prints a line for each: ✔ fine, ! to look at, ✖ to mend, with what to do. Without --repository it looks at the books in the current folder. With --test-message it posts one message to the channel of DISCORD_WEBHOOK.",
    examples: ["token-budget doctor", "token-budget doctor --repository octocat/hello-world --json"],
    exits: { 0: "nothing to mend, warnings aside", 1: "something is to be mended", 2: "bad input" },
  },
  run: {
    summary: "check, run COMMAND, read what it used, record",
    about:
      "Asks for the money, runs COMMAND with this terminal's input and output, reads what it printed or left in its files, and books it. COMMAND stands after --.",
    examples: [
      'token-budget run -- claude -p "mend the build" --output-format json',
      "token-budget run --estimate 0.10 --usage-file 'out/*.json' -- ./agent.sh",
    ],
    exits: {
      "COMMAND's": "it ran, whether it could be booked or not",
      2: "bad input",
      75: "the budget said no",
      127: "no such COMMAND",
    },
  },
  init: {
    summary: "write the workflow and the policy file for an agent",
    about:
      "Asks which agent runs and what it may cost, writes .github/workflows/AGENT.yml and .github/token-budget.yml in this git repository, and says what to do next. It asks nothing that an option has answered, and overwrites nothing without --force.",
    examples: [
      "token-budget init --agent claude-code --yes --dry-run",
      "token-budget init --agent codex --monthly-budget 20 --run-cost 0.30 --timezone Europe/Berlin --discord",
    ],
    exits: {
      0: "written, or there already",
      1: "not written: other files are there, or no repository",
      2: "bad input",
    },
  },
  completion: {
    summary: "print the script that completes commands and options in your shell",
    about:
      "Prints a script for bash, zsh, fish or PowerShell that completes commands, options and their words. It is made from this program: print it anew after an update.",
    examples: [
      "token-budget completion bash > ~/.local/share/bash-completion/completions/token-budget",
      "token-budget completion zsh > ~/.zfunc/_token-budget",
      "token-budget completion fish > ~/.config/fish/completions/token-budget.fish",
    ],
    exits: { 0: "printed", 2: "no such shell" },
  },
};

const COMMON_EXITS: Readonly<Record<string, string>> = { 0: "done", 1: "failed", 2: "bad input" };

const ENVIRONMENT: Readonly<Record<string, string>> = {
  "GITHUB_TOKEN, GH_TOKEN": "the token for books in GitHub; never an option, so that no history keeps it",
  DISCORD_WEBHOOK: "the address of the channel that is told",
  "GITHUB_API_URL, GITHUB_GRAPHQL_URL": "another GitHub than github.com",
  "HTTPS_PROXY, HTTP_PROXY, NO_PROXY": "the proxy to go through",
  NO_COLOR: "no colours",
};

const FILES: Readonly<Record<string, string>> = {
  "token_budget.json": "the books' state, in the current folder or on their branch",
  "token_budget/ledger/": "every entry, by month and hour; the state can be computed from it",
  ".github/token-budget.yml": "the policy file: what holds for every run",
};

/** Options in the help of a command, under their headings. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  "The agent:": ["agent"],
  "Which books:": ["repository", "branch", "path"],
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
  "Messages:": ["name", "notify", "discord", "test-message"],
};

const OTHERS = "Options:";
const HEADINGS = [...Object.keys(GROUPS), OTHERS];

/** Under which heading an option stands. */
export function groupOf(name: string): string {
  return Object.entries(GROUPS).find(([, names]) => names.includes(name))?.[0] ?? OTHERS;
}

/** What an option's default is at a terminal, where it isn't the workflow's. */
const TERMINAL_DEFAULTS: Readonly<Record<string, string>> = {
  repository: "the current folder",
  branch: "token-budget, with --repository",
  path: "token_budget.json",
  profile: "terminal",
  hold: "the only open hold",
  result: "none",
};

/** What an option means to `init`, where that is something else than to the commands on the books. */
const INIT_DESCRIPTIONS: Readonly<Record<string, string>> = {
  "monthly-budget": "The dollars that may be spent in one calendar month. Default: 15.",
  timezone: "The IANA time zone whose calendar months the budget follows. Default: the machine's.",
  force: "Overwrites files that are there and differ. Default: false.",
};

/** The options a command takes at a terminal. */
export function optionsOf(command: TerminalCommand): readonly Option[] {
  if (command === "completion") return [];
  const order = ({ name }: Option) => HEADINGS.indexOf(groupOf(name));
  return (OPTIONS as readonly Option[])
    .filter((option) => option.only !== "action" && option.commands.includes(command))
    .toSorted((a, b) => order(a) - order(b));
}

/** What an option says in a command's help. */
export function descriptionOf(command: TerminalCommand, { name, description }: Option): string {
  const own = command === "init" ? INIT_DESCRIPTIONS[name] : undefined;
  const byDefault = TERMINAL_DEFAULTS[name];
  if (own !== undefined) return own;
  return byDefault === undefined ? description : description.replace(/Default: .*$/, `Default: ${byDefault}.`);
}

/** What stands below the options of a command: examples, exit codes, environment and files. */
export function helpAfter(command: TerminalCommand): string {
  const { examples, exits = COMMON_EXITS } = COMMAND_HELP[command];
  const isOffline = command === "completion" || command === "init";
  return [
    section("Examples", examples),
    section("Exit codes", aligned(exits)),
    ...(isOffline ? [] : [section("Environment", aligned(ENVIRONMENT)), section("Files", aligned(FILES))]),
  ].join("\n");
}

/** What stands below the list of commands. */
export function programHelpAfter(): string {
  const exits = { ...COMMON_EXITS, 75: "the budget said no", "run:": "COMMAND's own" };
  return [
    section("Examples", [
      COMMAND_HELP.init.examples[0] ?? "",
      COMMAND_HELP.run.examples[0] ?? "",
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

/** Two columns in at most 80; a name that is too long has a line of its own. */
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
