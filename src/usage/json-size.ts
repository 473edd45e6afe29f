import { UsageError } from "./usage-error.ts";

/** Up to this many characters nothing can be too much. */
const SHORT = 1_000_000;

/** An honest file of 256 MB has fewer. */
const MAX_PARTS = 20_000_000;

const MAX_DEPTH = 10_000;

/**
 * Throws a UsageError ("too-much") for a JSON text with more arrays, objects and elements, or nested deeper, than any
 * tool writes. The parser keeps open values outside the heap, where no memory limit applies: up to 8 bytes an element
 * and 50 a level.
 */
export function refuseTooMuch(text: string): void {
  if (text.length <= SHORT) return;
  let parts = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = textEnd(text, at);
    else if (code === 0x2c) parts += 1;
    else if (code === 0x5b || code === 0x7b) {
      parts += 1;
      depth += 1;
      if (depth > MAX_DEPTH) throw tooMuch(`nested deeper than ${MAX_DEPTH}`);
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
    if (parts > MAX_PARTS) throw tooMuch(`with more than ${MAX_PARTS} parts`);
  }
}

/** Where the text that begins at a quotation mark ends. */
function textEnd(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}

function tooMuch(what: string): UsageError {
  return new UsageError("too-much", `It has a JSON value ${what}, which is more than any tool writes.`);
}
