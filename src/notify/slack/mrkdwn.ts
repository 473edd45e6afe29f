import { type Span, spansOf, timeText } from "../messages/markup.ts";

/** Invisible: what follows it doesn't begin a format. */
const BREAK = "\u200b";

/** Slack has no way to escape these, so foreign text gets characters that look alike. */
const LOOKALIKES: Readonly<Record<string, string>> = { "*": "\u2217", "~": "\u223c", "`": "\u02cb" };
const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/**
 * A text with Discord's markup in Slack's, at most this many characters. Only the links and times of the markup become
 * `<…>`, so nothing else can be a mention.
 */
export function mrkdwn(markup: string, limit: number): string {
  return joined(spansOf(markup).flatMap(piecesOf), limit);
}

/** Plain text for Slack, at most this many characters. */
export function slackText(text: string, limit: number): string {
  return joined(characters(text), limit);
}

/** A bold text for Slack, at most this many characters. */
export function slackBold(text: string, limit: number): string {
  return `*${joined(characters(text), limit - 2)}*`;
}

/** A link for Slack; its address is a full web URL. */
export function slackLink(text: string, url: string): string {
  const target = url.replace(/[<>|]/g, encodeURIComponent).replaceAll("&", "&amp;");
  return `<${target}|${characters(text).join("")}>`;
}

/** A time for Slack, shown in each reader's zone. */
export function slackTime(epoch: number): string {
  return `<!date^${epoch}^{date_short_pretty} at {time}|${timeText(epoch)}>`;
}

/** Pieces that can't be cut: an entity, a link, a time. */
function piecesOf(span: Span): string[] {
  switch (span.kind) {
    case "text":
      return characters(span.text);
    case "bold":
      return [`*${characters(span.text).join("")}*`];
    case "code":
      return [`\`${characters(span.text).join("")}\``];
    case "link":
      return [slackLink(span.text, span.url)];
    case "time":
      return [slackTime(span.epoch)];
  }
}

function characters(text: string): string[] {
  // An underscore inside a word begins no format.
  const broken = text
    .toWellFormed()
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, `${BREAK}_`)
    .replace(/^>/gm, `${BREAK}>`);
  return [...broken].map((character) => ENTITIES[character] ?? LOOKALIKES[character] ?? character);
}

function joined(pieces: readonly string[], limit: number): string {
  const whole = pieces.join("");
  if (whole.length <= limit) return whole;
  let kept = "";
  for (const piece of pieces) {
    if (kept.length + piece.length > limit - 1) break;
    kept += piece;
  }
  return `${kept}…`;
}
