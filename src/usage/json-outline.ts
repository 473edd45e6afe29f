/** Deeper than anything a tool writes: a text of brackets alone is given up. */
const MAX_DEPTH = 10_000;

/**
 * Follows one JSON object or array through its text, piece by piece, without keeping any of it. What it accepts may
 * still not be JSON; what it calls broken can't be, whatever follows.
 */
export type Outline = {
  /**
   * Continues in a piece of the text from a place, until just after a comma between the elements of an outermost array
   * ("separated"), the end of the value ("closed"), what can't be JSON ("broken"), or the end of the piece ("open").
   * Returns the place it reached.
   */
  readonly goOn: (piece: string, from: number) => number;
  readonly state: () => OutlineState;
};

export type OutlineState = "open" | "separated" | "closed" | "broken";

type Next = "value" | "key" | "colon" | "comma";

/** How far a text was followed. */
type Course = {
  /** The brackets that are open: whether each is an object's. */
  readonly objects: boolean[];
  next: Next;
  state: OutlineState;
  hasJustOpened: boolean;
  isInText: boolean;
  isEscaped: boolean;
  isInScalar: boolean;
};

/** An outline before the value's first character. */
export function newOutline(): Outline {
  const course: Course = {
    ...{ objects: [], next: "value", state: "open" },
    ...{ hasJustOpened: false, isInText: false, isEscaped: false, isInScalar: false },
  };
  return { goOn: (piece, from) => goOn(course, piece, from), state: () => course.state };
}

function goOn(course: Course, piece: string, from: number): number {
  if (course.state === "separated") course.state = "open";
  let at = from;
  while (at < piece.length && course.state === "open") {
    if (course.isInText) {
      at = textEnd(course, piece, at);
      continue;
    }
    const code = piece.charCodeAt(at);
    const isBlank = code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
    if (course.isInScalar && (isBlank || code === 0x2c || code === 0x7d || code === 0x5d)) {
      course.isInScalar = false;
      course.next = "comma";
    }
    if (!isBlank && !course.isInScalar) take(course, code);
    else if (course.isInScalar && (code === 0x22 || code === 0x7b || code === 0x5b || code === 0x3a)) breakOff(course);
    at += 1;
  }
  return at;
}

function textEnd(course: Course, piece: string, from: number): number {
  let { isEscaped } = course;
  course.isEscaped = false;
  for (let at = from; at < piece.length; at += 1) {
    const code = piece.charCodeAt(at);
    if (isEscaped) isEscaped = false;
    else if (code === 0x5c) isEscaped = true;
    else if (code === 0x22) {
      course.isInText = false;
      course.next = course.next === "key" ? "colon" : "comma";
      return at + 1;
    }
    // A line break, or another control character.
    else if (code < 0x20) {
      breakOff(course);
      return at;
    }
  }
  course.isEscaped = isEscaped;
  return piece.length;
}

function take(course: Course, code: number): void {
  if (code === 0x7b || code === 0x5b) open(course, code === 0x7b);
  else if (code === 0x7d || code === 0x5d) close(course, code === 0x7d);
  else takeWithin(course, code);
}

/** What isn't a bracket. */
function takeWithin(course: Course, code: number): void {
  course.hasJustOpened = false;
  if (code === 0x2c) separate(course);
  else if (code === 0x22) {
    if (course.next !== "value" && course.next !== "key") breakOff(course);
    course.isInText = true;
  } else if (code === 0x3a) {
    if (course.next !== "colon") breakOff(course);
    course.next = "value";
  } else {
    // A number, true, false or null: its letters follow each other.
    if (course.next !== "value" || course.objects.length === 0) breakOff(course);
    course.isInScalar = true;
  }
}

function open(course: Course, isObject: boolean): void {
  const { objects, next } = course;
  if (next !== "value" || objects.length >= MAX_DEPTH) breakOff(course);
  objects.push(isObject);
  course.next = isObject ? "key" : "value";
  course.hasJustOpened = true;
}

function close(course: Course, isObject: boolean): void {
  const { objects, next, hasJustOpened } = course;
  if (objects.pop() !== isObject || !(next === "comma" || hasJustOpened)) breakOff(course);
  else if (objects.length === 0) course.state = "closed";
  course.next = "comma";
  course.hasJustOpened = false;
}

function separate(course: Course): void {
  const { objects, next } = course;
  if (next !== "comma") breakOff(course);
  else if (objects.length === 1 && objects[0] === false) course.state = "separated";
  course.next = objects.at(-1) ? "key" : "value";
}

function breakOff(course: Course): void {
  course.state = "broken";
}
