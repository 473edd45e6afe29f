import { COMMANDS_OF, type Command, type CommandOf } from "./table.ts";

/** A command of the terminal program: one that works on the books, or `completion`, which doesn't. */
export type TerminalCommand = CommandOf<"terminal"> | "completion";

/** What the tables of README.md and docs/reference.md say about a command. */
export type PageText = {
  /** What it does, in one sentence of Markdown. */
  readonly does: string;
  /** What it writes: "no", or what, or when. */
  readonly writes: string;
  /** In a workflow only a maintainer may run it. */
  readonly isForMaintainers?: true;
  /** How it is written at a terminal, if its name alone isn't enough. */
  readonly form?: string;
};

/** A command's help at a terminal, besides its options. */
export type HelpText = {
  /** In the list of commands. */
  readonly summary: string;
  /** What it does, in a few sentences. */
  readonly about: string;
  /** Lines that run as they are. */
  readonly examples: readonly string[];
  /** The command's exit codes, instead of the common ones. */
  readonly exits?: Readonly<Record<string, string>>;
};

/**
 * What people read about each command: README, reference, help and completion are generated from it. No gate loads it:
 * what the parser needs is in table.ts.
 */
export const COMMAND_TEXTS: { readonly [Name in Command | "completion"]: PageText } & {
  readonly [Name in TerminalCommand]: HelpText;
} = {
  guard: {
    does: "`check` when the step runs, `record` when the job ends, even when the job failed or was cancelled; the default in a workflow",
    writes: "a hold, then a charge",
  },
  check: {
    does: "decides whether the next run may start and sets its estimate aside before it says yes",
    writes: "a hold",
    summary: "decide whether the next run may start, and set its estimate aside",
    about:
      "Says yes if the rest of the month's budget covers the estimate, and first sets the estimate aside as a hold. Two runs can't both take the last dollar. A hold that is neither settled nor released is charged when it expires.",
    examples: ["token-budget check", "token-budget check --estimate 0.25 --profile nightly --json"],
    exits: { 0: "allowed", 1: "failed", 2: "bad input", 75: "the budget said no, or gave no answer" },
  },
  record: {
    does: "books what a run cost, from a usage file, from tokens and model, or as an amount; settles its hold and announces milestones",
    writes: "a charge",
    summary: "book what a run cost, settle its hold, announce milestones",
    about:
      "Reads what the run used from its files or from tokens and model, or takes its cost; prices and books it, and settles the hold of its check. What can't be priced is charged at the estimate, never at $0. The same --id is booked only once, however often it is repeated.",
    examples: [
      "token-budget record --usage-file result.json",
      "token-budget record --model claude-sonnet-4-5 --input-tokens 2000 --output-tokens 1500",
      "token-budget record --cost 0.42 --pr 17 --tags team=infra",
    ],
  },
  release: {
    does: "gives back the money that was set aside for a run that didn't happen",
    writes: "yes",
    summary: "release a hold: the run didn't happen",
    about: "Gives back the money that a check set aside. Without --hold, it releases the only open hold.",
    examples: ["token-budget release", "token-budget release --hold 7k2m9q4x1c8v5b3n"],
  },
  status: {
    does: "shows the month: spent, held, remaining, health, forecast",
    writes: "no",
    summary: "spent, held, remaining, health, forecast; writes nothing",
    about:
      "Shows the current month: what is spent, held and left, the costs by model, and how long the money lasts at this pace. With --watch, it redraws them in this terminal until you interrupt it.",
    examples: ["token-budget status", "token-budget status --repository octocat/hello-world --json"],
  },
  chart: {
    does: "draws the month, its days, sub-budgets, models or runs, or a comparison of months, as an SVG or PNG file",
    writes: "a file of the folder",
    form: "chart NAME --output FILE",
    summary: "draw the month, its days, sub-budgets, models or runs as SVG or PNG",
    about:
      "Draws a chart of the books into a file: month shows what is spent and the forecast, days the last 28 days beside what is usual, budgets every sub-budget. The others read the ledger: split shows up to 13 months by a dimension, bridge what changed against the span before, heat the hours of the week, runs what each run cost, models the cost by kind of token. The name of the file says whether it is an SVG or a PNG. A file that is there is replaced.",
    examples: [
      "token-budget chart month --output month.svg",
      "token-budget chart days --output days.png --theme dark",
      "token-budget chart split --by tag:team --output split.svg",
      "token-budget chart budgets --repository octocat/hello-world --output budgets.png",
    ],
  },
  usage: {
    does: "shows what usage files say was used and what it costs",
    writes: "no",
    summary: "show what a tool's files say was used, and what it costs; writes nothing",
    about:
      "Reads the files of agents and providers as record would, and shows tokens, unit prices, their source and the cost. Books nothing.",
    examples: ["token-budget usage result.json", "token-budget usage rollout.jsonl --model gpt-5-codex --json"],
  },
  recap: {
    does: "closes the month if it is over, and posts the recap of the last closed month once; with `month` or `period`, shows that month or span and writes nothing",
    writes: "a message; with `month` or `period`, only with `post: true`",
    summary: "post the recap of the last closed month, or show --month or --period",
    about:
      "Closes the month if it is over, and posts the recap of the last closed month once; --force posts it again. With --month or --period, it shows that month or span, and writes and posts nothing; --post posts it.",
    examples: [
      "token-budget recap",
      "token-budget recap --period last-week",
      "token-budget recap --month 2026-01 --post",
    ],
  },
  report: {
    does: "shows what a `period` cost by model, team or other dimensions, compares it with another period, and writes it as a file: JSON, CSV, FOCUS or Markdown",
    writes: "a file of the workspace, with `output`",
    summary: "what a period cost, by model, team and so on; against another one",
    about:
      "Adds up the ledger of any period by up to three dimensions, compares it with another period, and says how much of the change is volume, mix and price. Prints it, or writes it to a file: for people, as JSON, CSV, or FOCUS for FinOps tools. Writes nothing to the books.",
    examples: [
      "token-budget report --period last-month --by tag:team,model --compare previous",
      "token-budget report --period 2026-Q1 --by month --format csv --output q1.csv",
      "token-budget report --period last-month --format focus --output focus.csv",
    ],
  },
  dashboard: {
    does: "writes web pages about the month, its sub-budgets and every run into a folder, and the same figures as JSON; they need no server",
    writes: "files of the workspace",
    summary: "write web pages and JSON about the books into a folder",
    about:
      "Reads the whole ledger and writes a page for everybody, one for executives, one for managers, one for each sub-budget, and a searchable list of all runs, with the same figures as JSON beside them. The pages work from a folder, as an artifact or on GitHub Pages, and request nothing from anywhere. Writes nothing to the books.",
    examples: [
      "token-budget dashboard",
      "token-budget dashboard --repository octocat/hello-world --output public --people none",
    ],
  },
  serve: {
    does: "serves the dashboard, its JSON, metrics for Prometheus and an OpenAPI document over HTTP, for as long as it runs",
    writes: "only when a person acknowledges an alert",
    summary: "serve the dashboard, its JSON and metrics over HTTP",
    about:
      "Serves the pages of dashboard, always as the books are now, the same figures as JSON, metrics for Prometheus and an OpenAPI document. It listens on this machine alone unless --host says otherwise. It reads; a person with a GitHub token can acknowledge an alert. Interrupt it to end it.",
    examples: [
      "token-budget serve",
      "token-budget serve --repository octocat/hello-world --port 9000",
      "token-budget serve --host 0.0.0.0 --behind-tls --public-name budget.example.com",
    ],
    exits: { 0: "interrupted or ended", 1: "failed", 2: "bad input" },
  },
  reset: {
    does: "archives the current month with reason and actor and starts it again at zero",
    writes: "yes",
    isForMaintainers: true,
    summary: "archive the current month and start it again at zero",
    about:
      "Moves the current month into the history with your reason and name, and starts it again at zero. Open holds stay. Nothing is deleted. At a terminal it shows the month and asks first; --yes skips the question, and a script without a terminal is not asked.",
    examples: ['token-budget reset --reason "new contract"', 'token-budget reset --reason "new contract" --yes'],
    exits: { 0: "done", 1: "failed, or the answer was no", 2: "bad input" },
  },
  adjust: {
    does: "tops up the month, opens the reserve, moves money between sub-budgets or corrects what was booked",
    writes: "yes",
    isForMaintainers: true,
    summary: "top up the month, grant, transfer between sub-budgets, or correct",
    about:
      "Moves money with your reason and name: top-up adds to the month's budget, grant opens part of its reserve, transfer moves money between two sub-budgets (with --until, only until that day), correct books what the books missed. Money that is spent or held is never taken away.",
    examples: [
      'token-budget adjust top-up 5 --reason "release week"',
      'token-budget adjust transfer 1 --from qa --to infra --reason "outage"',
    ],
  },
  pause: {
    does: "denies every run until `until`, or until `resume`; with `below: normal`, only runs of low priority",
    writes: "yes",
    isForMaintainers: true,
    summary: "deny every run for a while",
    about:
      "Denies every run with your reason and name, until the day or instant of --until, or until someone resumes. With --below normal, only runs of low priority wait. Runs that have started continue, and what they cost is booked. A second pause replaces the first.",
    examples: [
      'token-budget pause --reason "release week"',
      'token-budget pause --reason "budget review" --below normal',
    ],
  },
  resume: {
    does: "ends a pause before its time; without one it changes nothing",
    writes: "yes",
    isForMaintainers: true,
    summary: "end a pause: runs start again",
    about: "Ends the pause that is on, with your name. If nothing is paused, it says so and changes nothing.",
    examples: ["token-budget resume", 'token-budget resume --reason "the release is out"'],
  },
  alerts: {
    does: "lists the alerts that are open, with age and severity; with `acknowledge`, a person takes one on; in a workflow, it also escalates what nobody has acknowledged in time",
    writes: "in a workflow, or with `acknowledge`",
    summary: "list the alerts that are open, or acknowledge one",
    about:
      "Lists what a person should look at: thresholds that were crossed, an exhausted budget, unusual days, forecasts. With --acknowledge, you take an alert on with your name and a note. --all also lists resolved ones, --since reads the ledger from a day on.",
    examples: [
      "token-budget alerts",
      'token-budget alerts --acknowledge A-0214-3 --note "The crawler is off"',
      "token-budget alerts --since 2026-01-01 --json",
    ],
  },
  statement: {
    does: "shows what a month cost each entity of the policy's `statements`; with `issue`, fixes it as numbered files beside the books; `list`, `paid` and `void` keep track of what was issued",
    writes: "with `issue`, `paid` or `void`",
    summary: "show or issue a month's statements, for showback and chargeback",
    about:
      "Shows what the last closed month cost each entity of the policy's statements: by model and activity, with its parts of shared costs. A statement for a client has only what is charged; --internal also shows cost and margin. --issue gives each a number and writes it beside the books, where it never changes; --list shows what was issued, --paid and --void note what became of it.",
    examples: [
      "token-budget statement",
      "token-budget statement --month 2026-02 --entity client-x --format json",
      "token-budget statement --issue --month 2026-02",
      'token-budget statement --paid INV-2026-02-CLIENT-X --reason "bank transfer of 9 Mar"',
    ],
  },
  verify: {
    does: "recomputes every figure from the ledger and reports each difference; `repair: true` replaces what differs with the ledger's figures",
    writes: "only with `repair: true`",
    summary: "recompute every figure from the ledger and compare",
    about:
      "Adds up the whole ledger and reports every figure of the state that differs. With --repair, the ledger's figures replace them.",
    examples: ["token-budget verify", "token-budget verify --repair"],
    exits: { 0: "the books agree, or are repaired", 1: "they differ, or can't be read", 2: "bad input" },
  },
  doctor: {
    does: "examines token, permission, branch rules, books, policy, channels and prices, and says what to fix",
    writes: "a test message or a channel's new address, on demand",
    summary: "examine token, rules, books, policy, channels and prices",
    about:
      "Examines everything the budget needs and prints a line for each check: ✔ fine, ! to look at, ✖ to fix, with what to do. Without --repository, it examines the books in the current folder. With --test-message, it posts one message to the channel of DISCORD_WEBHOOK and to those of TOKEN_BUDGET_CHANNELS. With --reset-channel, the named channel may have another address.",
    examples: ["token-budget doctor", "token-budget doctor --repository octocat/hello-world --json"],
    exits: { 0: "nothing to fix, apart from warnings", 1: "something needs fixing", 2: "bad input" },
  },
  run: {
    does: "checks, runs the command, reads what it used, records",
    writes: "a hold, then a charge",
    form: "run -- COMMAND …",
    summary: "check, run COMMAND, read what it used, record",
    about:
      "Reserves the money, runs COMMAND with this terminal's input and output, reads what it printed or left in its files, and books it. COMMAND comes after --.",
    examples: [
      'token-budget run -- claude -p "fix the build" --output-format json',
      "token-budget run --estimate 0.10 --usage-file 'out/*.json' -- ./agent.sh",
    ],
    exits: {
      "COMMAND's": "it ran, whether or not it could be booked",
      2: "bad input",
      75: "the budget said no",
      127: "no such COMMAND",
    },
  },
  move: {
    does: "moves books between a branch, a folder and a database, with their whole ledger, or copies them",
    writes: "both places",
    form: "move --from PLACE --to PLACE",
    summary: "move or copy books between a branch, a folder and a database",
    about:
      "Copies state, ledger and issued statements byte for byte, compares both places, keeps writers out of the old one, and opens the new one. A PLACE is github:OWNER/NAME@BRANCH, postgres:BOOKS with the URL in TOKEN_BUDGET_DATABASE_URL (postgres:BOOKS@VARIABLE for another variable), or a folder. It refuses while holds are open. With --copy the books stay, and a second run copies only what is new. Cut short, it continues when it is run again.",
    examples: [
      "token-budget move --from github:octo-org/ai-budget --to postgres:octo-org",
      "token-budget move --from postgres:octo-org --to ./books --wait",
      "token-budget move --from postgres:octo-org --to github:octo-org/ai-budget@ledger --copy",
    ],
  },
  database: {
    does: "makes the tables of the books in PostgreSQL or brings them up to date, and makes the books that `--books` names",
    writes: "the database",
    form: "database migrate",
    summary: "make or upgrade the tables of the books in PostgreSQL",
    about:
      "Makes the tables in the database of TOKEN_BUDGET_DATABASE_URL, or brings them up to date, in one transaction: running it twice changes nothing. Run it as the tables' owner. With --books, it makes the books of that name, and --repository sets the repository whose default branch has their policy. It prints the GRANTs that the workflows' role needs.",
    examples: [
      "token-budget database migrate",
      "token-budget database migrate --books octo-org --repository octo-org/budget",
    ],
  },
  init: {
    does: "asks a few questions, and writes a workflow for an agent, the policy file if there is none, and workflows for maintainers",
    writes: "files of the repository",
    summary: "write the workflow and the policy file for an agent",
    about:
      "Asks which agent runs and what it may cost, writes .github/workflows/AGENT.yml and .github/token-budget.yml in this git repository, and says what to do next. It asks only what no option answers, and overwrites nothing without --force. For a second agent, it keeps the policy file. With --meter, the workflow counts a run while it runs, and stops it at --max-cost, by default at four times --run-cost; an agentic workflow (gh-aw) can't have one. --workflows adds the workflows with which people top up, reset and sum up a month and acknowledge alerts.",
    examples: [
      "token-budget init --agent claude-code --yes --dry-run",
      "token-budget init --agent codex --monthly-budget 20 --run-cost 0.30 --timezone Europe/Berlin --discord",
      "token-budget init --agent opencode --yes --meter --max-cost 1",
      "token-budget init --agent gemini --yes --workflows top-up,reset",
    ],
    exits: {
      0: "written, or already there",
      1: "not written: other files are there, or no repository",
      2: "bad input",
    },
  },
  completion: {
    does: "completes commands and options in bash, zsh, fish and PowerShell",
    writes: "no",
    summary: "print the script that completes commands and options in your shell",
    about:
      "Prints a script for bash, zsh, fish or PowerShell that completes commands, options and their values. It is made from this program: print it again after an update.",
    examples: [
      "token-budget completion bash > ~/.local/share/bash-completion/completions/token-budget",
      "token-budget completion zsh > ~/.zfunc/_token-budget",
      "token-budget completion fish > ~/.config/fish/completions/token-budget.fish",
    ],
    exits: { 0: "printed", 2: "no such shell" },
  },
};

/**
 * What action.yml and the reference say about the input `command`; a terminal takes the command as its first argument.
 */
export const COMMAND_DESCRIPTION = `What to do: ${listed(COMMANDS_OF.action)}. Default: guard, which checks now and records when the job ends.`;

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
