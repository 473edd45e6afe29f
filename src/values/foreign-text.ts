// Names of models, tags, profiles and reasons come from anyone who can start a run: only this file decides how they are
// made harmless.

/** How much of a text is kept by default. */
const MAX_LENGTH = 200;

/** Invisible, but it keeps the text from being a mention, link or reference. */
const BREAK = "&#8203;";

/**
 * Whether a text has only visible ASCII characters and spaces. Most names do, and classes of Unicode characters take
 * the regular expression engine longer to set up than all else that is done to a name.
 */
export function isVisibleAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/**
 * A text on one line without control characters, direction marks and other invisible ones, cut to this many characters;
 * also safe in a workflow's log, where `::` at the beginning of a line and `##[` are commands, however the text is
 * broken into lines.
 */
export function plainText(text: string, maxLength = MAX_LENGTH): string {
  const visible = isVisibleAscii(text)
    ? text.replace(/ {2,}/g, " ")
    : text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Zs}]+/gu, " ").replace(/[\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, "");
  const line = visible
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
  const plain = plainText(text, 1_000);
  const words = plain
    .replace(isVisibleAscii(plain) ? /[^\w ./+-]+/g : /[^\p{L}\p{M}\p{N} ._/+-]+/gu, " ")
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

/** Shown if there is nothing to show: Discord refuses empty titles and values. */
export const NOTHING = "–";

/**
 * The text cut to at most `limit` characters, with "…" if something was cut. Counted in UTF-16 units, of which there
 * are never fewer than of any other kind of character, and never cut inside a code point.
 */
export function cutUnits(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let kept = "";
  for (const character of text) {
    if (kept.length + character.length > limit - 1) break;
    kept += character;
  }
  return `${withoutOpenEscape(kept)}…`;
}

/** Someone else's text on one line: no newlines, control or invisible characters; "–" when nothing visible is left. */
export function flat(text: string, limit: number): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    // Text direction, tags and other invisible characters; the joiner inside emoji stays.
    .replace(/(?!\u200d)\p{Cf}/gu, "")
    .trim();
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(line) ? cutUnits(line, limit) : NOTHING;
}

/** Someone else's text in the form that Discord shows literally: on one line, without markdown, mentions or links. */
export function harmless(text: string, limit: number): string {
  const line = flat(text, limit)
    .replace(/[\\*_~`|<>[\]]/g, "\\$&")
    .replace(/^([#+-])/, "\\$1")
    .replace(/^(\d+)\./, "$1\\.")
    .replaceAll("://", ":\\//")
    // A space of no width: even a highlighted @everyone would frighten a channel.
    .replaceAll("@", "@\u200b");
  return cutUnits(line, limit);
}

/** A backslash left at the end would escape the "…" that follows, or what a caller appends. */
function withoutOpenEscape(text: string): string {
  const backslashes = text.length - text.replace(/\\+$/, "").length;
  return backslashes % 2 === 1 ? text.slice(0, -1) : text;
}
