// Names of models, tags, profiles and reasons come from anyone who can start a run: only this file decides how they are
// made harmless.

/** How much of a text is kept by default. */
const MAX_LENGTH = 200;

/** Invisible, but it keeps the text from being a mention, link or reference. */
const BREAK = "&#8203;";

/**
 * A text on one line without control characters, direction marks and other invisible ones, cut to this many characters;
 * also safe in a workflow's log, where `::` at the beginning of a line and `##[` are commands, however the text is
 * broken into lines.
 */
export function plainText(text: string, maxLength = MAX_LENGTH): string {
  const line = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Zs}]+/gu, " ")
    .replace(/[\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, "")
    .trim()
    .replace(/(?<![^ ])::+/g, ":")
    .replace(/##+\[/g, "# [");
  return cut(line, maxLength);
}

/** A text as it reads, in GitHub's markdown: in a paragraph, a list, a table's cell or between HTML tags. */
export function markdownText(text: string, maxLength = MAX_LENGTH): string {
  return plainText(text, maxLength)
    .replace(/[&<>"'`*_~[\]|\\$!]/g, entity)
    .replace(/@/g, `&#64;${BREAK}`)
    .replace(/:(?=\/\/|\S+:)/g, `&#58;${BREAK}`)
    .replace(/(?<!&)#/g, `&#35;${BREAK}`)
    .replace(/\b(www)\./gi, `$1${BREAK}.`)
    .replace(/\b(GH)-(?=\d)/gi, `$1${BREAK}-`)
    .replace(/^[-+=]/, entity)
    .replace(/^(\d+)([.)])(?= |$)/, (_, digits: string, mark: string) => digits + entity(mark));
}

/** A text as code, in GitHub's markdown. */
export function markdownCode(text: string, maxLength = MAX_LENGTH): string {
  return `<code>${markdownText(text, maxLength)}</code>`;
}

/** Lines to copy, in GitHub's markdown: a fenced block that its own text can't end. */
export function markdownBlock(code: string, maxLength = 4_000): string {
  const kept = code
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "").trimEnd());
  const text = cut(kept.join("\n"), maxLength);
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

/** A text for a commit's one line: nothing in it can close an issue, mention someone or skip a workflow. */
export function commitText(text: string, maxLength: number): string {
  const words = plainText(text, 1_000)
    .replace(/[^\p{L}\p{M}\p{N} ._/+-]+/gu, " ")
    .replace(/\/{2,}/g, "/")
    .replace(/\bGH-(?=\d)/gi, "GH ")
    .replace(/ {2,}/g, " ")
    .trim();
  return cut(words, maxLength);
}

function cut(text: string, maxLength: number): string {
  const characters = [...text];
  return characters.length <= maxLength
    ? text
    : `${characters
        .slice(0, maxLength - 1)
        .join("")
        .trimEnd()}…`;
}

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
