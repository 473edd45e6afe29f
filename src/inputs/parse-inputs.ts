import { closest } from "../values/closest.ts";
import { BudgetError } from "../values/errors.ts";
import { COMMANDS_OF, type Command, type Edge } from "./commands.ts";
import { type Given, OPTIONS, type Option, optionNamed, propertyOf, RENAMED_INPUTS } from "./options.ts";
import { showValue } from "./show-value.ts";
import { type UsedTokens, usedTokensOf } from "./used-tokens.ts";

/** The inputs of one command, understood. */
export type Inputs = Given & {
  readonly command: Command;
  /** The tokens that `model`, `input-tokens` and their sisters name, one line a model; empty where none were given. */
  readonly used: readonly UsedTokens[];
};

/** One input that can't be used, and what would be right. */
export type InputProblem = { readonly input: string; readonly text: string };

const TOKEN_INPUTS = ["model", "provider", "input-tokens", "cached-input-tokens", "output-tokens"];
const SECRETS = (OPTIONS as readonly Option[]).filter((option) => option.secret).map((option) => option.name);

type Raw = Readonly<Record<string, string>>;

/**
 * The inputs of a command, understood. Empty text is as good as nothing given, unless the option says otherwise. Throws a BudgetError `bad-input` that
 * names every input that can't be used, with what would be right.
 */
export function parseInputs(command: string, raw: Raw, edge: Edge = "action"): Inputs {
  const { inputs, problems } = readInputs(command, raw, edge);
  if (problems.length > 0) throw badInput(problems, edge);
  return inputs;
}

/** As `parseInputs`, but hands back what could be used beside the problems: for those whom nothing may stop. */
export function readInputs(
  command: string,
  raw: Raw,
  edge: Edge = "action",
): { readonly inputs: Inputs; readonly problems: readonly InputProblem[] } {
  const asked = command.trim() || (edge === "action" ? "guard" : "");
  const known = COMMANDS_OF[edge].find((name) => name === asked);
  const problems: InputProblem[] = known === undefined ? [unknownCommand(asked, edge)] : [];
  problems.push(...misnamed(raw, edge, known));

  const given: Record<string, unknown> = {};
  for (const option of OPTIONS as readonly Option[]) {
    const text = raw[option.name]?.trim();
    if (text === undefined || (option.absent === undefined ? text === "" : text === option.absent)) continue;
    const value = option.kind.parse(text);
    if (value === undefined) problems.push(wrongForm(option, text, raw));
    else given[propertyOf(option.name)] = value;
  }

  const named = new Set(problems.map((problem) => problem.input));
  const tokens = usedTokensOf(given);
  // A list that couldn't be read is named already: that it doesn't go with the others says nothing more.
  if (!TOKEN_INPUTS.some((name) => named.has(name))) problems.push(...tokens.problems);
  problems.push(...missing(known, given).filter(({ input }) => !named.has(input)));
  return { inputs: { ...(given as Given), command: known ?? "status", used: tokens.used }, problems };
}

/** What a command can't do without. */
function missing(command: Command | undefined, given: Given): InputProblem[] {
  const needed: Partial<Record<keyof Given, string>> = {};
  if (command === "reset") needed.reason = "is missing: say in a few words why the month is reset";
  if (command === "adjust") {
    needed.adjustment = `is missing: write ${optionNamed("adjustment").kind.wanted}`;
    needed.amount = `is missing: write ${optionNamed("amount").kind.wanted}`;
    needed.reason = "is missing: say in a few words why money moves";
    if (given.adjustment === "transfer") {
      needed.from = "is missing: name the budget the money comes from";
      needed.to = "is missing: name the budget the money goes to";
    }
  }
  return Object.entries(needed).flatMap(([input, text]) =>
    given[input as keyof Given] === undefined ? [{ input, text }] : [],
  );
}

/** One error for all inputs that can't be used. */
function badInput(problems: readonly InputProblem[], edge: Edge): BudgetError {
  const dashes = edge === "terminal" ? "--" : "";
  const lines = problems.map(({ input, text }) => `${input === "command" ? "" : dashes}${input} ${text}`);
  const [only] = lines;
  const message =
    lines.length === 1
      ? `Bad input: ${only}. Nothing was read or written.`
      : `${lines.length} bad inputs, nothing was read or written:\n${lines.map((line) => `- ${line}`).join("\n")}`;
  return new BudgetError("bad-input", message);
}

function unknownCommand(command: string, edge: Edge): InputProblem {
  const commands = COMMANDS_OF[edge];
  const near = closest(command, commands);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  return { input: "command", text: `is ${showValue(command)}: write one of ${commands.join(", ")}${hint}` };
}

/** Names that are no options of ours, were renamed, or, at the terminal, belong to other commands. */
function misnamed(raw: Raw, edge: Edge, command: Command | undefined): InputProblem[] {
  const problems: InputProblem[] = [];
  const names = (OPTIONS as readonly Option[]).filter((option) => option.only === undefined || option.only === edge);
  for (const [name, value] of Object.entries(raw)) {
    if (value.trim() === "" || name === "command") continue;
    const renamed = Object.hasOwn(RENAMED_INPUTS, name) ? RENAMED_INPUTS[name] : undefined;
    const option = names.find((candidate) => candidate.name === name);
    if (renamed !== undefined) problems.push({ input: name, text: `is called ${renamed} now: write ${renamed}` });
    else if (option === undefined) {
      const near = closest(
        name,
        names.map((candidate) => candidate.name),
      );
      const hint = near === undefined ? "" : `; did you mean ${near}?`;
      problems.push({ input: showValue(name), text: `is no input of token-budget${hint}` });
    } else if (edge === "terminal" && command !== undefined && !option.commands.includes(command)) {
      problems.push({ input: name, text: `isn't an option of ${command}, but of ${option.commands.join(", ")}` });
    }
  }
  return problems;
}

function wrongForm(option: Option, text: string, raw: Raw): InputProblem {
  const secrets = SECRETS.map((name) => raw[name]?.trim() ?? "");
  return { input: option.name, text: `is ${showValue(text, secrets)}: write ${option.kind.wanted}` };
}
