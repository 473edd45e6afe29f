import type { CompletedCommand, CompletedOption, Words } from "./grammar.ts";

/** The completion for zsh: a file of `fpath` by the name _token-budget, or sourced after compinit. */
export function renderZsh(commands: readonly CompletedCommand[]): string {
  return `#compdef token-budget
_token_budget() {
  local line state
  _arguments -C '--help[show help]' '--version[show the version]' '1:command:->command' '*::argument:->argument'
  case "$state" in
    command)
      local -a commands=(
${commands.map(({ name, text }) => `        ${quoted(`${name}:${text.replaceAll(":", "\\:")}`)}`).join("\n")}
      )
      _describe 'command' commands ;;
    argument)
      case "$line[1]" in
${commands.map(renderCommand).join("\n")}
      esac ;;
  esac
}
if [ "$funcstack[1]" = "_token_budget" ] || [ "$funcstack[1]" = "_token-budget" ]; then
  _token_budget "$@"
else
  compdef _token_budget token-budget
fi
`;
}

function renderCommand({ name, options, argument }: CompletedCommand): string {
  const specs = [...options.map(specOf), ...argumentSpecs(argument)];
  const plain = `_arguments ${specs.map(quoted).join(" ")}`;
  if (argument.kind !== "commands") return `        ${name}) ${plain} ;;`;
  return `        ${name})
          local -i at=\${words[(i)--]}
          if (( at < CURRENT )); then
            shift $at words
            (( CURRENT -= at ))
            _normal
          else
            ${plain}
          fi ;;`;
}

function specOf({ flag, text, value }: CompletedOption): string {
  const about = text.replace(/[[\]:\\]/g, "\\$&");
  return value.kind === "none" ? `${flag}[${about}]` : `*${flag}[${about}]:value:${actionOf(value)}`;
}

function argumentSpecs(argument: Words): string[] {
  if (argument.kind === "none" || argument.kind === "commands") return [];
  return [`${argument.kind === "files" ? "*" : "1"}:argument:${actionOf(argument)}`];
}

function actionOf(words: Words): string {
  if (words.kind === "choice") return `(${words.words.join(" ")})`;
  return words.kind === "files" ? "_files" : " ";
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
