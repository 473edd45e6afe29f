import { ADJUSTMENTS } from "../../../books/entry.ts";
import { COMMANDS_OF } from "../../../inputs/commands/table.ts";
import { COMMAND_TEXTS, type TerminalCommand } from "../../../inputs/commands/texts.ts";
import { descriptionOf, optionsOf } from "../help.ts";

/** What may follow an option or a command. */
export type Words =
  | { readonly kind: "none" }
  | { readonly kind: "any" }
  | { readonly kind: "files" }
  | { readonly kind: "commands" }
  | { readonly kind: "choice"; readonly words: readonly string[] };

export type CompletedOption = {
  /** With its dashes. */
  readonly flag: string;
  readonly text: string;
  readonly value: Words;
};

export type CompletedCommand = {
  readonly name: TerminalCommand | "help";
  readonly text: string;
  readonly options: readonly CompletedOption[];
  readonly argument: Words;
};

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof SHELLS)[number];

const HELP: CompletedOption = { flag: "--help", text: "show help", value: { kind: "none" } };

/** Options whose values are files of this machine. */
const FILES: readonly string[] = ["usage-file", "path", "output"];

/** Everything that can be completed, from the same tables as the program's grammar. */
export function grammar(): readonly CompletedCommand[] {
  const names = [...COMMANDS_OF.terminal, "completion"] as const;
  const commands = names.map((name) => ({
    name,
    text: COMMAND_TEXTS[name].summary,
    options: [...optionsOf(name).map((option) => completed(name, option)), HELP],
    argument: argumentOf(name),
  }));
  const help = { kind: "choice" as const, words: names };
  return [...commands, { name: "help", text: "show the help of a command", options: [], argument: help }];
}

function completed(command: TerminalCommand, option: ReturnType<typeof optionsOf>[number]): CompletedOption {
  const { name, kind } = option;
  const [text = ""] = descriptionOf(command, option).split(/(?<=[.;:]) /);
  const isSwitch = kind.words?.includes("true") === true;
  const value: Words = isSwitch
    ? { kind: "none" }
    : kind.words !== undefined
      ? { kind: "choice", words: kind.words }
      : { kind: FILES.includes(name) ? "files" : "any" };
  return { flag: `--${name}`, text: text.replace(/[.;:]$/, ""), value };
}

function argumentOf(name: TerminalCommand): Words {
  if (name === "usage") return { kind: "files" };
  if (name === "run") return { kind: "commands" };
  if (name === "adjust") return { kind: "choice", words: ADJUSTMENTS };
  return name === "completion" ? { kind: "choice", words: SHELLS } : { kind: "none" };
}
