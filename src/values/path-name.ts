/** Makes a short text of a long one that no other text has: hex digits. */
export type Digest = (text: string) => string;

/** From so many characters on a name ends in a digest. */
const MAX_LENGTH = 80;
const KEPT_LENGTH = 60;
const DIGEST_LENGTH = 12;

/** Names that mean a device on Windows, with or without an ending, or the page of a folder to a web server. */
const TAKEN = /^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$|clock\$|index)(?=\.|%|$)/;

/**
 * Foreign names as names of files and folders, on every system and in an address: lower case, percent signs for what
 * isn't a letter, a digit or one of `-_.`, none of them hidden, reserved or a way out of the folder. Two names never get
 * the same one, also on a disk that ignores case: the second ends in `~` and a digest, as do long ones. Names that are
 * taken already, such as those of fixed files, are `taken`.
 */
export function pathNames(
  names: Iterable<string>,
  { digest, taken = [] }: { readonly digest: Digest; readonly taken?: readonly string[] },
): ReadonlyMap<string, string> {
  const all = [...new Set(names)];
  const used = new Set(taken);
  const found = new Map<string, string>();
  // A name in lower case keeps its form, whoever else there is.
  for (const name of [...all.filter(isPlain), ...all.filter((one) => !isPlain(one)).sort()]) {
    const plain = encoded(name);
    const isLong = plain.length >= MAX_LENGTH;
    const path = isLong || used.has(plain) ? `${cut(plain)}~${digest(name).slice(0, DIGEST_LENGTH)}` : plain;
    used.add(path);
    found.set(name, path);
  }
  return found;
}

function isPlain(name: string): boolean {
  return name.toWellFormed() === name && encoded(name, (text) => text) === encoded(name);
}

function encoded(name: string, lower = (text: string) => text.toLowerCase()): string {
  const bytes = new TextEncoder().encode(lower(name.toWellFormed()));
  const text = [...bytes].map((byte) => charOf(byte)).join("");
  const safe = text
    .replace(/^\.|\.$/g, "%2e")
    .replace(TAKEN, (word) => `${percent(word.charCodeAt(0))}${word.slice(1)}`);
  return safe === "" ? "%" : safe;
}

function charOf(byte: number): string {
  const char = String.fromCharCode(byte);
  return /[A-Za-z0-9_.-]/.test(char) ? char : percent(byte);
}

function percent(byte: number): string {
  return `%${byte.toString(16).padStart(2, "0")}`;
}

/** Its beginning, not cut within a byte that is written with a percent sign. */
function cut(text: string): string {
  return text.slice(0, KEPT_LENGTH).replace(/%.?$/, "");
}
