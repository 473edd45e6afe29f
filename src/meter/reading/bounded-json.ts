import { isObject, type JsonObject } from "../../usage/json-text.ts";

/** Longer strings are cut: no name that readers take is longer. */
const MAX_STRING = 512;
/** Numbers in one list that are kept: an embedding has thousands. */
const MAX_SCALARS = 32;
/** A value with more characters than this beside its long strings and lists isn't read. */
export const MAX_KEPT = 524_288;
/** A text of this length is parsed at once: nothing in it is long. */
export const MAX_SHORT = 16_384;
/** Deeper than any answer. */
const MAX_DEPTH = 200;

/** How far a value was followed; the text kept of it is JSON as long as the value is. */
type Course = {
  text: string;
  isUnreadable: boolean;
  isClosed: boolean;
  isInString: boolean;
  isInScalar: boolean;
  /** The string or scalar at hand isn't kept anymore. */
  isDropped: boolean;
  /** So many characters of an escape are to come; -1 right after its backslash. */
  escape: number;
  stringLength: number;
  isKey: boolean;
  /** The last key, as far as it is kept. */
  key: string;
  isComma: boolean;
  /** For each open bracket: an object before a key, an object before a value, or a list with so many scalars. */
  readonly open: (number | "key" | "value")[];
  textLength: number;
  readonly textKeys: ReadonlySet<string>;
};

/** A JSON object that comes in pieces of any size, of which no more than a bounded part is kept. */
export type BoundedJson = {
  /** Takes a piece; returns the place after the object's end, or undefined as long as it isn't over. */
  readonly push: (piece: string, from?: number) => number | undefined;
  /** The object with its long strings cut; undefined if it isn't one, isn't over or is too large even so. */
  readonly value: () => JsonObject | undefined;
  /** How many characters the strings under the text keys have. */
  readonly textLength: () => number;
};

/** An object, and how many characters the strings under the text keys have. */
export type ReadObject = { readonly value: JsonObject | undefined; readonly textLength: number };

/** Reads an object from its whole text, which has one character for each byte. */
export function readObject(text: string, textKeys: ReadonlySet<string>): ReadObject {
  if (text.length > MAX_SHORT) {
    const json = boundedJson(textKeys);
    json.push(text);
    return { value: json.value(), textLength: json.textLength() };
  }
  const value = parsedObject(text);
  return { value, textLength: value === undefined ? 0 : textLengthIn(value, "", textKeys) };
}

function parsedObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function textLengthIn(value: unknown, key: string, textKeys: ReadonlySet<string>): number {
  if (typeof value === "string") return textKeys.has(key) ? lengthOf(value) : 0;
  if (typeof value !== "object" || value === null) return 0;
  let sum = 0;
  if (Array.isArray(value)) for (const element of value) sum += textLengthIn(element, "", textKeys);
  else for (const [name, member] of Object.entries(value)) sum += textLengthIn(member, name, textKeys);
  return sum;
}

/** A character of several bytes counts once, by its first. */
function lengthOf(latin1: string): number {
  let length = 0;
  for (let at = 0; at < latin1.length; at += 1) if ((latin1.charCodeAt(at) & 0xc0) !== 0x80) length += 1;
  return length;
}

/** `textKeys` are those whose strings are counted. A piece has one character for each byte, as in Latin-1. */
export function boundedJson(textKeys: ReadonlySet<string>): BoundedJson {
  const course: Course = {
    ...{ text: "", isUnreadable: false, isClosed: false, isInString: false, isInScalar: false, isDropped: false },
    ...{ escape: 0, stringLength: 0, isKey: false, key: "", isComma: false, open: [], textLength: 0 },
    textKeys,
  };
  return {
    push: (piece, from = 0) => push(course, piece, from),
    value: () => objectOf(course),
    textLength: () => course.textLength,
  };
}

function objectOf({ text, isUnreadable, isClosed }: Course): JsonObject | undefined {
  if (isUnreadable || !isClosed) return undefined;
  return parsedObject(text);
}

function push(course: Course, piece: string, from: number): number | undefined {
  let at = from;
  while (at < piece.length) {
    if (course.isInString) {
      at = throughString(course, piece, at);
      continue;
    }
    take(course, piece.charCodeAt(at), piece[at] ?? "");
    at += 1;
    if (course.isClosed) return at;
  }
  return undefined;
}

function take(course: Course, code: number, sign: string): void {
  const isBlank = code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
  const isMark = code === 0x2c || code === 0x3a || code === 0x7d || code === 0x5d;
  if (course.isInScalar && (isBlank || isMark)) course.isInScalar = course.isDropped = false;
  if (isBlank) return;
  if (code === 0x22) openString(course);
  else if (code === 0x7b || code === 0x5b) open(course, sign);
  else if (code === 0x7d || code === 0x5d) close(course, sign);
  else if (code === 0x2c) separate(course);
  else if (code === 0x3a) {
    if (course.open.at(-1) === "key") course.open[course.open.length - 1] = "value";
    keep(course, sign);
  } else scalar(course, sign);
}

function keep(course: Course, text: string): void {
  if (course.isUnreadable) return;
  course.text += text;
  if (course.text.length > MAX_KEPT) giveUp(course);
}

/** What follows is only counted. */
function giveUp(course: Course): void {
  course.isUnreadable = true;
  course.text = "";
}

/** The comma before a value that is kept. */
function keepComma(course: Course): void {
  if (course.isComma) keep(course, ",");
  course.isComma = false;
}

function open(course: Course, sign: string): void {
  if (course.open.length === 0 && sign === "[") giveUp(course);
  if (course.open.length >= MAX_DEPTH) giveUp(course);
  keepComma(course);
  course.open.push(sign === "{" ? "key" : 0);
  keep(course, sign);
}

function close(course: Course, sign: string): void {
  course.isComma = false;
  course.open.pop();
  keep(course, sign);
  course.isClosed = course.open.length === 0;
}

function separate(course: Course): void {
  course.isComma = true;
  const last = course.open.length - 1;
  if (course.open[last] === "value") course.open[last] = "key";
}

function scalar(course: Course, sign: string): void {
  if (!course.isInScalar) {
    course.isInScalar = true;
    const last = course.open.length - 1;
    const count = course.open[last];
    if (count === undefined) giveUp(course);
    if (typeof count === "number") {
      course.open[last] = count + 1;
      course.isDropped = count >= MAX_SCALARS;
    }
    if (!course.isDropped) keepComma(course);
  }
  if (!course.isDropped) keep(course, sign);
}

function openString(course: Course): void {
  if (course.open.length === 0) giveUp(course);
  course.isInString = true;
  course.isKey = course.open.at(-1) === "key";
  course.stringLength = 0;
  if (course.isKey || typeof course.open.at(-1) === "number") course.key = "";
  keepComma(course);
  keep(course, '"');
}

function throughString(course: Course, piece: string, from: number): number {
  let at = from;
  let kept = from;
  const isCounted = !course.isKey && course.textKeys.has(course.key);
  while (at < piece.length) {
    const code = piece.charCodeAt(at);
    if (course.escape !== 0) course.escape = course.escape < 0 ? (code === 0x75 ? 4 : 0) : course.escape - 1;
    else if (code === 0x22) return endString(course, piece.slice(kept, at), at);
    else {
      if (!course.isDropped && course.stringLength >= MAX_STRING) {
        keepOfString(course, piece.slice(kept, at));
        course.isDropped = true;
      }
      if (code === 0x5c) course.escape = -1;
      // A character of several bytes counts once, by its first.
      if ((code & 0xc0) !== 0x80) {
        course.stringLength += 1;
        if (isCounted) course.textLength += 1;
      }
    }
    at += 1;
    if (course.isDropped) kept = at;
  }
  if (!course.isDropped) keepOfString(course, piece.slice(kept));
  return piece.length;
}

function keepOfString(course: Course, piece: string): void {
  keep(course, piece);
  if (course.isKey) course.key += piece;
}

function endString(course: Course, rest: string, at: number): number {
  if (!course.isDropped) keepOfString(course, rest);
  keep(course, '"');
  course.isInString = course.isDropped = false;
  return at + 1;
}
