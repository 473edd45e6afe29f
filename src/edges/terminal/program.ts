import { Option as Flag, Command as Program } from "commander";
import { COMMANDS_OF, type CommandOf } from "../../inputs/commands/table.ts";
import { COMMAND_TEXTS, type TerminalCommand } from "../../inputs/commands/texts.ts";
import { CHART_NAMES, type NamedOption } from "../../inputs/options.ts";
import { showValue } from "../../inputs/show-value.ts";
import { camelCase } from "../../values/camel-case.ts";
import { closest } from "../../values/closest.ts";
import { descriptionOf, groupOf, helpAfter, optionsOf, programHelpAfter } from "./help.ts";

/** What was requested at the terminal: a command, its options as text, and what `run` runs. */
export type Asked = {
  readonly command: CommandOf<"terminal">;
  readonly raw: Readonly<Record<string, string>>;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly child: readonly string[];
};

/** Receives what was requested. */
export type Listener = {
  readonly ask: (asked: Asked) => Promise<void>;
  readonly complete: (shell: string) => Promise<void>;
};

const ABOUT = `A monthly dollar budget for AI runs: yes or no before a run, booked after it, kept in a file.

The books are token_budget.json in the current folder; with --repository owner/name, on a branch in GitHub; with
TOKEN_BUDGET_DATABASE_URL, in a PostgreSQL database.`;

/** The terminal program's grammar; the listener receives what was requested. Commander's errors are thrown. */
export function buildProgram(version: string, { ask, complete }: Listener): Program {
  const program = new Program("token-budget")
    .description(ABOUT)
    .version(version)
    .enablePositionalOptions()
    .showHelpAfterError("(--help lists the commands)")
    .helpCommand(false)
    // A command's own help names its optional arguments: the list has room for what is required.
    .configureHelp({ subcommandTerm: (sub) => `${sub.name()} ${sub.usage().replace(/( \[[\w.]+\])+$/, "")}` })
    .addHelpText("after", programHelpAfter())
    .exitOverride();
  for (const command of COMMANDS_OF.terminal) program.addCommand(subcommand(command, ask));
  const completion = helpful("completion")
    .argument("<shell>", "bash, zsh, fish or powershell")
    .action((shell: string) => complete(shell));
  program.addCommand(completion);
  program.addCommand(workflowOnly("guard"), { hidden: true });
  return program.addCommand(helpCommand(program));
}

/** A command that people know from workflows. */
function workflowOnly(name: CommandOf<"action">): Program {
  const sub = new Program(name)
    .allowUnknownOption()
    .allowExcessArguments()
    .showHelpAfterError("(--help lists the commands)")
    .exitOverride();
  return sub.action(() =>
    sub.error(
      `error: ${name} works only in a workflow. At a terminal, use\n  token-budget run -- COMMAND …\nor check before a run and record after it.`,
    ),
  );
}

/** Commander's built-in one shows the whole program's help for an unknown command. */
function helpCommand(program: Program): Program {
  return new Program("help")
    .summary("show the help of a command")
    .argument("[command]")
    .helpOption(false)
    .action((name?: string) => {
      const named = name === undefined ? program : program.commands.find((command) => command.name() === name);
      if (named !== undefined) return named.help();
      const near = closest(name ?? "", COMMANDS_OF.terminal);
      const hint = near === undefined ? "" : `\n(Did you mean ${near}?)`;
      return program.error(`error: unknown command ${showValue(name ?? "")}${hint}`);
    });
}

/** A command with its help, without options. */
function helpful(command: TerminalCommand): Program {
  const { summary, about } = COMMAND_TEXTS[command];
  return new Program(command)
    .description(about)
    .summary(summary)
    .showHelpAfterError(`(token-budget ${command} --help shows the options)`)
    .configureHelp({ minWidthToWrap: 20 })
    .addHelpText("after", helpAfter(command))
    .exitOverride();
}

function subcommand(command: CommandOf<"terminal">, ask: Listener["ask"]): Program {
  const sub = helpful(command).allowExcessArguments(command === "run");
  if (command === "usage") sub.argument("[file...]", "files and globs to read; same as --usage-file");
  if (command === "adjust") {
    sub.argument("[adjustment]", "top-up, grant, transfer or correct; same as --adjustment");
    sub.argument("[amount...]", "dollars, or an amount with its unit; same as --amount");
  }
  if (command === "chart") sub.argument("[name]", `${CHART_NAMES.join(", ")}; same as --chart`);
  if (command === "database") sub.argument("[task]", "migrate; same as --task");
  if (command === "run") sub.argument("<command...>", "what to run, after --").passThroughOptions();
  for (const option of optionsOf(command)) sub.addOption(flagOf(command, option));
  return sub.action(async (...args: unknown[]) => {
    const own = args.at(-1) as Program;
    const { json, verbose, quiet, ...given } = own.opts<Record<string, unknown>>();
    const form = { json: json === true, verbose: verbose === true, quiet: quiet === true };
    const raw = { ...rawOf(command, given) };
    for (const [name, text] of Object.entries(argumentsOf(command, own.args))) {
      // Files add up; of anything else there can be only one.
      if (name !== "usage-file" && raw[name] !== undefined)
        own.error(`error: ${name} is given twice: ${raw[name]}, ${text}`);
      raw[name] = [raw[name] ?? [], text].flat().join("\n");
    }
    await ask({ command, raw, ...form, child: own.args });
  });
}

/** What was given without an option's name, by option. */
function argumentsOf(command: TerminalCommand, [first, ...others]: readonly string[]): Record<string, string> {
  if (first === undefined) return {};
  if (command === "chart") return { chart: first };
  if (command === "database") return { task: first };
  if (command === "usage") return { "usage-file": [first, ...others].join("\n") };
  if (command !== "adjust") return {};
  return { adjustment: first, ...(others.length > 0 && { amount: others.join(" ") }) };
}

function flagOf(command: TerminalCommand, option: NamedOption): Flag {
  const description = descriptionOf(command, option);
  if (option.name === "json") return new Flag("--json", description).helpGroup(groupOf(option.name));
  if (option.short !== undefined) {
    return new Flag(`-${option.short}, --${option.name}`, description).helpGroup(groupOf(option.name));
  }
  const isYesNo = option.kind.label === "true or false";
  // The part after a comma says "one per line": here the option is given several times.
  const isLong = (option.kind.words?.length ?? 0) > 3;
  const label = isLong ? option.name : option.kind.label.split(",")[0];
  const flag = new Flag(`--${option.name} ${isYesNo ? "[true|false]" : `<${label}>`}`, description);
  // Repeated, the values are lines: one per model, tag or file.
  return flag
    .helpGroup(groupOf(option.name))
    .argParser((value: string, before: unknown) => (typeof before === "string" ? `${before}\n${value}` : value));
}

function rawOf(command: TerminalCommand, given: Readonly<Record<string, unknown>>): Record<string, string> {
  const raw: Record<string, string> = {};
  for (const option of optionsOf(command)) {
    const value = given[camelCase(option.name)];
    if (value === true) raw[option.name] = "true";
    else if (typeof value === "string") raw[option.name] = value;
  }
  return raw;
}
