/** A piece of a message's text, as every kind of channel can show it. */
export type Span =
  | { readonly kind: "text" | "bold" | "code"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly url: string }
  /** Seconds since 1970; shown as a distance ("in 3 days") or as date and time. */
  | { readonly kind: "time"; readonly epoch: number; readonly isRelative: boolean };

/** The markup that messages use of Discord's: an escaped character, a time, a link, code, bold text. */
const MARKUP =
  /\\([!-/:-@[-`{-~])|<t:(\d{1,12}):([RfFdDtT])>|\[((?:[^\]\\]|\\.)*)\]\((https?:\/\/[^\s()<>]+)\)|`([^`]+)`|\*\*((?:[^*\\]|\\.)+)\*\*/g;

/** The pieces of a text with Discord's markup. What isn't markup is text, foreign text is always. */
export function spansOf(markup: string): Span[] {
  const spans: Span[] = [];
  const push = (text: string) => {
    const last = spans.at(-1);
    if (last?.kind === "text") spans[spans.length - 1] = { kind: "text", text: last.text + text };
    else if (text !== "") spans.push({ kind: "text", text });
  };
  let end = 0;
  for (const match of markup.matchAll(MARKUP)) {
    const [whole, escaped, epoch, style, label, url, code, bold] = match;
    push(markup.slice(end, match.index));
    end = match.index + whole.length;
    if (escaped !== undefined) push(escaped);
    else if (epoch !== undefined) spans.push({ kind: "time", epoch: Number(epoch), isRelative: style === "R" });
    else if (url !== undefined) spans.push({ kind: "link", text: plain(label ?? ""), url });
    else if (code !== undefined) spans.push({ kind: "code", text: code });
    else spans.push({ kind: "bold", text: plain(bold ?? "") });
  }
  push(markup.slice(end));
  return spans;
}

/** A text with Discord's markup as it reads without any. */
export function plainOf(markup: string): string {
  return spansOf(markup)
    .map((span) => (span.kind === "time" ? timeText(span.epoch) : span.text))
    .join("");
}

/** A time that no reader's program converts: "2026-02-14 10:07 UTC". */
export function timeText(epoch: number): string {
  return `${new Date(epoch * 1000).toISOString().replace("T", " ").slice(0, 16)} UTC`;
}

function plain(text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])/g, "$1");
}
