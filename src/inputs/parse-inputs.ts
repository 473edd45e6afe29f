import { closest } from "../values/closest.ts";
import { BudgetError } from "../values/errors.ts";
import {
  COMMANDS_OF,
  type Command,
  type CommandOf,
  type InputsOf,
  missingIn,
  takersOf,
  takes,
  type Undemanding,
} from "./commands/table.ts";
import { type Edge, type Given, type NamedOption, OPTIONS, propertyOf, RENAMED_INPUTS } from "./options.ts";
import { showValue } from "./show-value.ts";
import { type UsedTokens, usedTokensOf } from "./used-tokens.ts";

/** One input that can't be used, and what to write instead. */
export type InputProblem = { readonly input: string; readonly text: string };

const ALL: readonly NamedOption[] = OPTIONS;
const TOKEN_INPUTS = ["model", "provider", "input-tokens", "cached-input-tokens", "output-tokens"];
/** At a terminal these follow the program or its command, with no name before them. */
const NAMELESS = ["command", "adjustment", "chart", "task"];
const SECRETS = ALL.filter((option) => option.secret);

type Raw = Readonly<Record<string, string>>;

/**
 * The parsed inputs of a command. Empty text counts as nothing given, unless the option says otherwise. Throws a
 * BudgetError `bad-input` that names every input that can't be used, with what to write instead.
 */
export function parseInputs<C extends Command>(command: C, raw: Raw, edge?: Edge): InputsOf<C>;
export function parseInputs<E extends Edge>(command: string, raw: Raw, edge: E): InputsOf<CommandOf<E>>;
export function parseInputs(command: string, raw: Raw, edge: Edge = "action"): InputsOf<Command> {
  const asked = command.trim() || (edge === "action" ? "guard" : "");
  const known = COMMANDS_OF[edge].find((name) => name === asked);
  const { problems, ...understood } = read(known, raw, edge);
  if (known === undefined) throw badInput([unknownCommand(asked, edge), ...problems], edge);
  if (problems.length > 0) throw badInput(problems, edge);
  return inputsOf(known, understood);
}

/** Like `parseInputs`, but returns what could be used along with the problems: for commands that nothing may stop. */
export function readInputs<C extends Undemanding>(
  command: C,
  raw: Raw,
  edge: Edge = "action",
): { readonly inputs: InputsOf<C>; readonly problems: readonly InputProblem[] } {
  const { problems, ...understood } = read(command, raw, edge);
  return { inputs: inputsOf(command, understood), problems };
}

type Understood = { readonly given: Given; readonly used: readonly UsedTokens[] };

/** The parsed inputs, and the problems of those that can't be used; inputs of other commands included. */
function read(
  command: Command | undefined,
  raw: Raw,
  edge: Edge,
): Understood & { readonly problems: readonly InputProblem[] } {
  const problems = misnamed(raw, edge, command);
  const given: Record<string, unknown> = {};
  for (const option of ALL) {
    const text = raw[option.name]?.trim();
    if (text === undefined || (option.absent === undefined ? text === "" : text === option.absent)) continue;
    const value = option.kind.parse(text);
    if (value === undefined) problems.push(wrongForm(option, text, raw));
    else given[propertyOf(option.name)] = value;
  }

  const named = new Set(problems.map((problem) => problem.input));
  const tokens = usedTokensOf(given);
  // A list that couldn't be read is already named: that it doesn't fit the others adds nothing.
  if (!TOKEN_INPUTS.some((name) => named.has(name))) problems.push(...tokens.problems);
  const missing = command === undefined ? [] : missingIn(command, given);
  problems.push(
    ...missing
      .filter(({ option }) => !named.has(option))
      .map(({ option, todo }) => ({ input: option, text: `is missing: ${todo}` })),
  );
  return { given, used: tokens.used, problems };
}

/** Only the inputs that the command takes: anything else that was given ends here. */
function inputsOf<C extends Command>(command: C, { given, used }: Understood): InputsOf<C> {
  const own = ALL.map(({ name }) => ({ name, value: given[propertyOf(name)] }))
    .filter(({ name, value }) => value !== undefined && takes(command, name))
    .map(({ name, value }) => [propertyOf(name), value] as const);
  const tokens = takes(command, "input-tokens") ? { used } : {};
  return { ...Object.fromEntries(own), command, ...tokens } as InputsOf<C>;
}

/** One error for all inputs that can't be used. */
function badInput(problems: readonly InputProblem[], edge: Edge): BudgetError {
  const dashes = edge === "terminal" ? "--" : "";
  const lines = problems.map(({ input, text }) => `${NAMELESS.includes(input) ? "" : dashes}${input} ${text}`);
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

/** Names that aren't options, were renamed, or, at the terminal, belong to other commands. */
function misnamed(raw: Raw, edge: Edge, command: Command | undefined): InputProblem[] {
  const problems: InputProblem[] = [];
  const names = ALL.filter((option) => option.only === undefined || option.only === edge);
  for (const [name, value] of Object.entries(raw)) {
    if (value.trim() === "" || name === "command") continue;
    const renamed = Object.hasOwn(RENAMED_INPUTS, name) ? RENAMED_INPUTS[name] : undefined;
    const option = names.find((candidate) => candidate.name === name);
    if (renamed !== undefined) problems.push({ input: name, text: `is now called ${renamed}: write ${renamed}` });
    else if (option === undefined) {
      const near = closest(
        name,
        names.map((candidate) => candidate.name),
      );
      const hint = near === undefined ? "" : `; did you mean ${near}?`;
      problems.push({ input: showValue(name), text: `isn't an input of token-budget${hint}` });
    } else if (edge === "terminal" && command !== undefined && !takes(command, option.name)) {
      const takers = takersOf(option.name).join(", ");
      problems.push({ input: name, text: `isn't an option of ${command}, but of ${takers}` });
    }
  }
  return problems;
}

function wrongForm(option: NamedOption, text: string, raw: Raw): InputProblem {
  // The word for a secret that isn't given is none.
  const given = SECRETS.map(({ name, absent }) => ({ text: raw[name]?.trim() ?? "", absent }));
  const secrets = given.filter(({ text, absent }) => text !== absent).map((one) => one.text);
  const meant = option.kind.meant?.(text);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  return { input: option.name, text: `is ${showValue(text, secrets)}: write ${option.kind.wanted}${hint}` };
}
