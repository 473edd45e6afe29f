import type { CompletedCommand, CompletedOption, Words } from "./grammar.ts";

/** The completion for fish. */
export function renderFish(commands: readonly CompletedCommand[]): string {
  return `# fish completion for token-budget
complete -c token-budget -f
complete -c token-budget -n __fish_use_subcommand -l help -d 'show help'
complete -c token-budget -n __fish_use_subcommand -l version -d 'show the version'
${commands.flatMap(renderCommand).join("\n")}
`;
}

function renderCommand({ name, text, options, argument }: CompletedCommand): string[] {
  const within = `-n '__fish_seen_subcommand_from ${name}'`;
  return [
    `complete -c token-budget -n __fish_use_subcommand -a ${name} -d ${quoted(text)}`,
    ...options.map((option) => `complete -c token-budget ${within} ${renderOption(option)}`),
    ...(argument.kind === "none" ? [] : [`complete -c token-budget ${within} ${argumentOf(argument)}`]),
  ];
}

function renderOption({ flag, text, value }: CompletedOption): string {
  const about = `-l ${flag.slice(2)} -d ${quoted(text)}`;
  switch (value.kind) {
    case "none":
      return about;
    case "choice":
      return `${about} -x -a ${quoted(value.words.join(" "))}`;
    case "files":
      return `${about} -r -F`;
    default:
      return `${about} -x`;
  }
}

function argumentOf(words: Words): string {
  if (words.kind === "choice") return `-a ${quoted(words.words.join(" "))}`;
  return words.kind === "files" ? "-F" : "-a '(__fish_complete_command)'";
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
