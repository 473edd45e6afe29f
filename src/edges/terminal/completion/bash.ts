import type { CompletedCommand, Words } from "./grammar.ts";

/** The completion for bash 3.2 and later, which needs no bash-completion package. */
export function renderBash(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  return `# bash completion for token-budget
_token_budget() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ "\${COMP_WORDS[i]}" == "--" ]]; then
      local IFS=$'\\n'
      COMPREPLY=($(compgen -c -- "$word") $(compgen -f -- "$word"))
      return
    fi
    if [[ -z "$command" && "\${COMP_WORDS[i]}" != -* ]]; then command="\${COMP_WORDS[i]}"; fi
  done
  if [[ -z "$command" ]]; then
    COMPREPLY=($(compgen -W "${names} --help --version" -- "$word"))
    return
  fi
  case "$command" in
${commands.map(renderCommand).join("\n")}
  esac
}
complete -o filenames -F _token_budget token-budget
`;
}

function renderCommand({ name, options, argument }: CompletedCommand): string {
  const values = options
    .filter(({ value }) => value.kind !== "none")
    .map(({ flag, value }) => `        ${flag}) ${replyOf(value)}; return ;;`);
  const flags = options.map(({ flag }) => flag).join(" ");
  return `    ${name})
      case "$before" in
${values.length === 0 ? "        *) ;;" : values.join("\n")}
      esac
      if [[ "$word" == -* ]]; then
        COMPREPLY=($(compgen -W "${flags}" -- "$word"))
      else
        ${replyOf(argument)}
      fi ;;`;
}

function replyOf(words: Words): string {
  switch (words.kind) {
    case "choice":
      return `COMPREPLY=($(compgen -W "${words.words.join(" ")}" -- "$word"))`;
    case "files":
      // A file's name may have spaces.
      return `local IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$word"))`;
    case "commands":
      return 'COMPREPLY=($(compgen -c -- "$word"))';
    default:
      return "COMPREPLY=()";
  }
}
