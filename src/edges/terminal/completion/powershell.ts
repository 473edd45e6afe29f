import type { CompletedCommand, CompletedOption } from "./grammar.ts";

/** The completion for PowerShell 5 and later; PowerShell itself completes files if nothing is offered. */
export function renderPowershell(commands: readonly CompletedCommand[]): string {
  return `# PowerShell completion for token-budget
Register-ArgumentCompleter -Native -CommandName token-budget -ScriptBlock {
  param($word, $ast, $position)
  $commands = [ordered]@{
${commands.map(({ name, text }) => `    ${quoted(name)} = ${quoted(text)}`).join("\n")}
  }
  $options = @{
${commands.map(({ name, options }) => `    ${quoted(name)} = [ordered]@{ ${options.map(renderOption).join("; ")} }`).join("\n")}
  }
  $words = @{
${commands.flatMap(wordsOf).join("\n")}
  }
  $given = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($word -ne '' -and $given.Count -gt 0) { $given = @($given | Select-Object -SkipLast 1) }
  if ($given -contains '--') { return }
  $command = $given | Where-Object { $_ -notlike '-*' } | Select-Object -First 1
  $found = if ($null -eq $command) { $commands }
    elseif ($words.ContainsKey("$command $($given[-1])")) { $words["$command $($given[-1])"] }
    elseif ($word -like '-*') { $options[$command] }
    else { $words["$command"] }
  if ($null -eq $found) { return }
  $found.GetEnumerator() | Where-Object { $_.Key -like "$word*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_.Key, $_.Key, 'ParameterValue', $_.Value)
  }
}
`;
}

function renderOption({ flag, text }: CompletedOption): string {
  return `${quoted(flag)} = ${quoted(text)}`;
}

/** What may follow a command, and each of its options. */
function wordsOf({ name, options, argument }: CompletedCommand): string[] {
  const places = [
    { flag: name as string, value: argument },
    ...options.map((each) => ({ ...each, flag: `${name} ${each.flag}` })),
  ];
  return places.flatMap(({ flag, value }) =>
    value.kind === "choice"
      ? [
          `    ${quoted(flag)} = [ordered]@{ ${value.words.map((word) => `${quoted(word)} = ${quoted(word)}`).join("; ")} }`,
        ]
      : [],
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
