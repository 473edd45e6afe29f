/** Deeper than anything a tool writes: a text of brackets alone is given up. */
const MOST_DEPTH = 10_000;

/**
 * Follows one JSON object or array through its text, piece by piece, without keeping any of it. What it lets pass may
 * still not be JSON; what it calls broken can't be, whatever comes.
 */
export type Outline = {
  /**
   * Goes on in a piece of the text from a place, until just after a comma between the elements of an outermost array
   * ("separated"), the end of the value ("closed"), what can't be JSON ("broken"), or the end of the piece ("open").
   * Tells the place it came to.
   */
  readonly goOn: (piece: string, from: number) => number;
  readonly state: () => OutlineState;
};

export type OutlineState = "open" | "separated" | "closed" | "broken";

type Next = "value" | "key" | "colon" | "comma";

/** An outline before the value's first character. */
export function newOutline(): Outline {
  /** The brackets that are open: whether each is an object's. */
  const objects: boolean[] = [];
  let next: Next = "value";
  let state: OutlineState = "open";
  let hasJustOpened = false;
  let isInText = false;
  let isEscaped = false;
  let isInScalar = false;

  const breakOff = () => {
    state = "broken";
  };

  const textEnd = (piece: string, from: number): number => {
    for (let at = from; at < piece.length; at += 1) {
      const code = piece.charCodeAt(at);
      if (isEscaped) isEscaped = false;
      else if (code === 0x5c) isEscaped = true;
      else if (code === 0x22) {
        isInText = false;
        next = next === "key" ? "colon" : "comma";
        return at + 1;
      }
      // A line break, or another control character.
      else if (code < 0x20) {
        breakOff();
        return at;
      }
    }
    return piece.length;
  };

  const open = (isObject: boolean) => {
    if (next !== "value" || objects.length >= MOST_DEPTH) breakOff();
    objects.push(isObject);
    next = isObject ? "key" : "value";
    hasJustOpened = true;
  };

  const close = (isObject: boolean) => {
    if (objects.pop() !== isObject || !(next === "comma" || hasJustOpened)) breakOff();
    else if (objects.length === 0) state = "closed";
    next = "comma";
    hasJustOpened = false;
  };

  const separate = () => {
    if (next !== "comma") breakOff();
    else if (objects.length === 1 && objects[0] === false) state = "separated";
    next = objects.at(-1) ? "key" : "value";
  };

  const take = (code: number) => {
    if (code === 0x7b || code === 0x5b) return open(code === 0x7b);
    if (code === 0x7d || code === 0x5d) return close(code === 0x7d);
    hasJustOpened = false;
    if (code === 0x2c) return separate();
    if (code === 0x22) {
      if (next !== "value" && next !== "key") breakOff();
      isInText = true;
    } else if (code === 0x3a) {
      if (next !== "colon") breakOff();
      next = "value";
    } else {
      // A number, true, false or null: its letters follow each other.
      if (next !== "value" || objects.length === 0) breakOff();
      isInScalar = true;
    }
  };

  const goOn = (piece: string, from: number): number => {
    if (state === "separated") state = "open";
    let at = from;
    while (at < piece.length && state === "open") {
      if (isInText) {
        at = textEnd(piece, at);
        continue;
      }
      const code = piece.charCodeAt(at);
      const isBlank = code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
      if (isInScalar && (isBlank || code === 0x2c || code === 0x7d || code === 0x5d)) {
        isInScalar = false;
        next = "comma";
      }
      if (!isBlank && !isInScalar) take(code);
      else if (isInScalar && (code === 0x22 || code === 0x7b || code === 0x5b || code === 0x3a)) breakOff();
      at += 1;
    }
    return at;
  };

  return { goOn, state: () => state };
}
