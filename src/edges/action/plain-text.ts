// Escape sequences of terminals, then control characters but the line feed, and marks that change the direction of
// text.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text for the log: without control characters, and without what the runner would interpret as a command, a line that
 * begins with `::` or has `##[` anywhere (actions/runner, ActionCommand.cs).
 */
export function plainText(text: string): string {
  return text
    .replace(ESCAPES, "")
    .replace(/\r\n?|\u2028|\u2029/g, "\n")
    .replace(CONTROL, " ")
    .replace(/^(\s*):(?=:)/gm, "$1:\u200b")
    .replaceAll("##[", "##\u200b[");
}
