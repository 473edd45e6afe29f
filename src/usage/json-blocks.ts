import { newOutline } from "./json-outline.ts";
import { refuseTooMuch } from "./json-size.ts";

// So that a text with nothing but opening braces isn't scanned to its end repeatedly.
const MAX_TRIES = 8;

/** Lines read from a source. */
type Course = {
  readonly source: Iterator<string>;
  /** Lines that were read ahead. */
  readonly ahead: string[];
  at: number;
  tries: number;
  taken: number;
  isCutOff: boolean;
};

/**
 * Lines in order, and the object that is printed over several of them, starting at the last one. It ends where a line
 * begins with its brace, otherwise it is part of something larger; or it is the whole text. Where there is none after
 * all, its lines are taken again; where the text ends within it, the text is cut off.
 */
export function withBlocks(source: Iterator<string>) {
  const course: Course = { source, ahead: [], at: 0, tries: 0, taken: 0, isCutOff: false };
  return {
    take: () => take(course),
    block: (first: string) => block(course, first),
    isCutOff: () => course.isCutOff,
  };
}

function take(course: Course): string | undefined {
  const { source, ahead } = course;
  course.taken += 1;
  if (course.at < ahead.length) {
    course.at += 1;
    return ahead[course.at - 1];
  }
  ahead.length = course.at = course.tries = 0;
  const { done, value } = source.next();
  return done ? undefined : value;
}

function block(course: Course, first: string): unknown {
  const outline = newOutline();
  outline.goOn(first, 0);
  if (outline.state() !== "open" || course.tries >= MAX_TRIES) return undefined;
  const begun = course.at;
  const parts = [first];
  for (let line = lookAhead(course); line !== undefined; line = lookAhead(course)) {
    outline.goOn("\n", 0);
    const end = outline.goOn(line, 0);
    parts.push(line.slice(0, end));
    if (outline.state() === "open") continue;
    const rest = line.slice(end);
    const isWhole = outline.state() === "closed" && (end === 1 || (course.taken === 1 && isBlankFrom(course, rest)));
    const value = isWhole ? parsed(parts.join("\n")) : undefined;
    if (value === undefined) giveUp(course, begun);
    // What follows it is a separate line.
    else course.ahead[--course.at] = rest;
    return value;
  }
  course.isCutOff = true;
  giveUp(course, begun);
  return undefined;
}

function giveUp(course: Course, begun: number): void {
  course.at = begun;
  course.tries += 1;
}

function lookAhead(course: Course): string | undefined {
  const { source, ahead } = course;
  if (course.at === ahead.length) {
    const { done, value } = source.next();
    if (done) return undefined;
    ahead.push(value);
  }
  course.at += 1;
  return ahead[course.at - 1];
}

/** Whether only blanks follow from the rest of a line; checking this consumes nothing. */
function isBlankFrom(course: Course, rest: string): boolean {
  const here = course.at;
  let line: string | undefined = rest;
  while (line?.trim() === "") line = lookAhead(course);
  course.at = here;
  return line === undefined;
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
