/** Shown if there is nothing to show: Discord refuses empty titles and values. */
export const NOTHING = "–";

/**
 * The text cut to at most `limit` characters, with "…" if something was cut. Counted in UTF-16 units, of which there
 * are never fewer than of any other kind of character, and never cut inside a code point.
 */
export function cut(text: string, limit: number): string {
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
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(line) ? cut(line, limit) : NOTHING;
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
  return cut(line, limit);
}

/** A whole number for people: "1,234". */
export function showCount(value: number): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 execution", "2 executions". */
export function counted(value: number, noun: string): string {
  return `${showCount(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** A backslash left at the end would escape the "…" that follows, or what a caller appends. */
function withoutOpenEscape(text: string): string {
  const backslashes = text.length - text.replace(/\\+$/, "").length;
  return backslashes % 2 === 1 ? text.slice(0, -1) : text;
}
