/** A text that is read in pieces, from the start each time: it may be too long to keep. */
export type TextSource = { readonly chunks: () => Iterable<string> };

export type Text = string | TextSource;

/** The first `size` bytes of a file, which may be read elsewhere than where they were found. */
export type FileRef = { readonly path: string; readonly size: number };

/** A text's source, as plain data: that of a file, or what a command printed. */
export type TextRef = FileRef | { readonly printed: string };

/** How long a line of prose may be, in characters. */
const MAX_PROSE_LENGTH = 65_536;

export function chunksOf(text: Text): Iterable<string> {
  return typeof text === "string" ? [text] : text.chunks();
}

/** The text in pieces from its first character that isn't blank; no piece at all when it is blank. */
export function* bodyOf(text: Text): Generator<string> {
  let hasBegun = false;
  for (const chunk of chunksOf(text)) {
    const start = hasBegun ? 0 : chunk.search(/\S/);
    if (start < 0) continue;
    hasBegun = true;
    yield start === 0 ? chunk : chunk.slice(start);
  }
}

/** The lines of a text, without their ends, from the first that isn't blank. */
export function* linesOf(text: Text): Generator<string> {
  let rest = "";
  for (const chunk of bodyOf(text)) {
    let from = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", from)) {
      yield rest === "" ? chunk.slice(from, end) : rest + chunk.slice(from, end);
      rest = "";
      from = end + 1;
    }
    rest += chunk.slice(from);
  }
  if (rest !== "") yield rest;
}

/** A text in pieces of whole lines; lines far longer than what people read are left out. */
export function* proseOf(text: Text): Generator<string> {
  let rest = "";
  let isTooLong = false;
  for (const chunk of chunksOf(text)) {
    const start = isTooLong ? chunk.indexOf("\n") + 1 : 0;
    if (isTooLong && start === 0) continue;
    isTooLong = false;
    const end = chunk.lastIndexOf("\n") + 1;
    if (end > start) {
      yield rest + chunk.slice(start, end);
      rest = "";
    }
    rest += chunk.slice(Math.max(start, end));
    if (typeof text !== "string" && rest.length > MAX_PROSE_LENGTH) {
      isTooLong = true;
      rest = "";
    }
  }
  if (rest !== "") yield rest;
}

/** The first characters of a text. */
export function headOf(text: Text, length: number): string {
  let head = "";
  for (const chunk of chunksOf(text)) {
    head += chunk.slice(0, length - head.length);
    if (head.length >= length) break;
  }
  return head;
}

/** The last characters of a text. */
export function tailOf(text: Text, length: number): string {
  let tail = "";
  for (const chunk of chunksOf(text)) tail = (tail + chunk.slice(-length)).slice(-length);
  return tail;
}
