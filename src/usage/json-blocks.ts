import { newOutline } from "./json-outline.ts";
import { refuseTooMuch } from "./json-size.ts";

// So that a text of opening braces alone isn't gone through to its end again and again.
const MOST_TRIES = 8;

/**
 * Lines one after the other, and the object that is printed over several of them from the last one on. It ends where a
 * line begins with its brace, else it is a part of something larger; or it is the whole text. Where there is none after
 * all, its lines are taken again; where the text ends within it, the text is cut off.
 */
export function withBlocks(source: Iterator<string>) {
  /** Lines that were looked at ahead. */
  const ahead: string[] = [];
  let at = 0;
  let tries = 0;
  let isCutOff = false;
  let taken = 0;

  const take = (): string | undefined => {
    taken += 1;
    if (at < ahead.length) {
      at += 1;
      return ahead[at - 1];
    }
    ahead.length = at = tries = 0;
    const { done, value } = source.next();
    return done ? undefined : value;
  };

  const lookAhead = (): string | undefined => {
    if (at === ahead.length) {
      const { done, value } = source.next();
      if (done) return undefined;
      ahead.push(value);
    }
    at += 1;
    return ahead[at - 1];
  };

  const isRestBlank = (rest: string): boolean => {
    const here = at;
    let line: string | undefined = rest;
    while (line?.trim() === "") line = lookAhead();
    at = here;
    return line === undefined;
  };

  const block = (first: string): unknown => {
    const outline = newOutline();
    outline.goOn(first, 0);
    if (outline.state() !== "open" || tries >= MOST_TRIES) return undefined;
    const begun = at;
    const parts = [first];
    for (let line = lookAhead(); line !== undefined; line = lookAhead()) {
      outline.goOn("\n", 0);
      const end = outline.goOn(line, 0);
      parts.push(line.slice(0, end));
      if (outline.state() === "open") continue;
      const isClosed = outline.state() === "closed" && (end === 1 || (taken === 1 && isRestBlank(line.slice(end))));
      const value = isClosed ? parsed(parts.join("\n")) : undefined;
      // What stands after it is a line of its own.
      if (value !== undefined) ahead[--at] = line.slice(end);
      else {
        at = begun;
        tries += 1;
      }
      return value;
    }
    isCutOff = true;
    at = begun;
    tries += 1;
    return undefined;
  };

  return { take, block, isCutOff: () => isCutOff };
}

/** The value of a JSON text; undefined when it is none. Throws a UsageError ("too-much") for one of too many parts. */
export function parsed(text: string): unknown {
  refuseTooMuch(text);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
