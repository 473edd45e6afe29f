import { Option as Flag, Command as Program } from "commander";
import type { Command } from "./config/commands.ts";
import { COMMANDS_OF } from "./config/commands.ts";
import { OPTIONS, type Option } from "./config/options.ts";

/** What was asked for at the terminal: a command, its options as text, and what `run` is to run. */
export type Asked = {
  readonly command: Command;
  readonly raw: Readonly<Record<string, string>>;
  readonly json: boolean;
  readonly child: readonly string[];
};

const SUMMARIES: Readonly<Record<Command, string>> = {
  guard: "check now, record when the job ends (workflows only)",
  check: "decide whether the next run may start, and set its estimate aside",
  record: "book what a run cost, settle its hold, fire milestones",
  release: "let a hold go: the run didn't happen",
  status: "spent, held, remaining, health, pace; writes nothing",
  usage: "show what a tool's files say was used, and what it costs; writes nothing",
  recap: "sum up the month closed last, or --month",
  reset: "archive the running month and start it again at zero",
  verify: "compute every figure again from the ledger and compare",
  run: "check, run COMMAND, read what it used, record",
};

const EXAMPLES: Readonly<Record<Command, readonly string[]>> = {
  guard: [],
  check: ["token-budget check", "token-budget check --estimate 0.25 --profile nightly --json"],
  record: [
    "token-budget record --usage-file result.json",
    "token-budget record --model claude-sonnet-4-5 --input-tokens 2000 --output-tokens 1500",
    "token-budget record --cost 0.42 --pr 17 --tags team=infra",
  ],
  release: ["token-budget release", "token-budget release --hold 7k2m9q4x1c8v5b3n"],
  status: ["token-budget status", "token-budget status --repository octocat/hello-world --json"],
  usage: ["token-budget usage result.json", "token-budget usage rollout.jsonl --model gpt-5-codex --json"],
  recap: ["token-budget recap", "token-budget recap --month 2026-01"],
  reset: ['token-budget reset --reason "new contract"'],
  verify: ["token-budget verify", "token-budget verify --repair"],
  run: [
    'token-budget run -- claude -p "mend the build" --output-format json',
    "token-budget run --estimate 0.10 --usage-file 'out/*.json' -- ./agent.sh",
  ],
};

/** What an option's default is at a terminal, where it isn't the workflow's. */
const TERMINAL_DEFAULTS: Readonly<Record<string, string>> = {
  repository: "the current folder",
  branch: "token-budget, with --repository",
  path: "token_budget.json",
  profile: "terminal",
  hold: "the only open hold",
  result: "none",
};

const ABOUT = `A monthly dollar budget for AI runs: yes or no before a run, booked after it, kept in a file.

The books are token_budget.json in the current folder, or with --repository owner/name on a branch in GitHub.
GITHUB_TOKEN or GH_TOKEN holds the token for it, DISCORD_WEBHOOK the address of the channel that is told.`;

const EXITS = `Exit codes: 0 done, 1 failed, 2 bad input, 75 the budget said no; run: the command's own.`;

/** The terminal program's grammar; `ask` is told what was asked for. Commander's own errors are thrown. */
export function buildProgram(version: string, ask: (asked: Asked) => Promise<void>): Program {
  const program = new Program("token-budget")
    .description(ABOUT)
    .version(version)
    .enablePositionalOptions()
    .showHelpAfterError("(--help shows what there is)")
    .addHelpText("after", `\n${EXITS}\n\nExamples:\n  ${EXAMPLES.run[0]}\n  ${EXAMPLES.status[0]}`)
    .exitOverride();
  for (const command of COMMANDS_OF.terminal) program.addCommand(subcommand(command, ask));
  return program;
}

function subcommand(command: Command, ask: (asked: Asked) => Promise<void>): Program {
  const sub = new Program(command)
    .description(`${SUMMARIES[command]}.`)
    .summary(SUMMARIES[command])
    .allowExcessArguments(command === "run")
    .showHelpAfterError("(--help shows the options)")
    .configureHelp({ minWidthToWrap: 20 })
    .addHelpText("after", `\nExamples:\n${EXAMPLES[command].map((line) => `  ${line}`).join("\n")}\n\n${EXITS}`)
    .exitOverride();
  if (command === "usage") sub.argument("[file...]", "files and globs to read; as --usage-file");
  if (command === "run") sub.argument("<command...>", "what to run, after --").passThroughOptions();
  for (const option of optionsOf(command)) sub.addOption(flagOf(option));
  return sub.action(async (...args: unknown[]) => {
    const own = args.at(-1) as Program;
    const { json, ...given } = own.opts<Record<string, unknown>>();
    const raw = rawOf(command, given);
    const files = [raw["usage-file"] ?? [], command === "usage" ? own.args : []].flat().join("\n");
    await ask({ command, raw: { ...raw, "usage-file": files }, json: json === true, child: own.args });
  });
}

function optionsOf(command: Command): Option[] {
  return (OPTIONS as readonly Option[]).filter(
    (option) => option.only !== "action" && option.commands.includes(command),
  );
}

function flagOf(option: Option): Flag {
  if (option.name === "json") return new Flag("--json", option.description);
  const isYesNo = option.kind.label === "true or false";
  // What follows a comma says that several stand one a line: here the option is given several times.
  const label = option.kind.label.split(",")[0];
  const flag = new Flag(`--${option.name} ${isYesNo ? "[true|false]" : `<${label}>`}`, descriptionOf(option));
  // Given twice, the values are lines: one a model, one a tag, one a file.
  return flag.argParser((value: string, before: unknown) =>
    typeof before === "string" ? `${before}\n${value}` : value,
  );
}

function descriptionOf({ name, description }: Option): string {
  const byDefault = TERMINAL_DEFAULTS[name];
  return byDefault === undefined ? description : description.replace(/Default: .*$/, `Default: ${byDefault}.`);
}

function rawOf(command: Command, given: Readonly<Record<string, unknown>>): Record<string, string> {
  const raw: Record<string, string> = {};
  for (const option of optionsOf(command)) {
    const value = given[camel(option.name)];
    if (value === true) raw[option.name] = "true";
    else if (typeof value === "string") raw[option.name] = value;
  }
  return raw;
}

function camel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
