import type { JsonObject } from "../../usage/json-text.ts";
import { type BoundedJson, boundedJson, MAX_SHORT, readObject } from "./bounded-json.ts";

/** An event that is larger is passed on before it is over, unread for what could be taken out of it. */
export const MAX_HELD = 1_048_576;

/** One server-sent event, or what isn't one, such as a comment. */
export type SseEvent = {
  /** Its data, if they are a JSON object of a bounded size. */
  readonly value: JsonObject | undefined;
  /** How many characters of text it has. */
  readonly textLength: number;
  /** Its data are `[DONE]`. */
  readonly isDone: boolean;
  /** What it is, to the end of its blank line; only of a stream that keeps it, and not all of it if it is too large. */
  readonly raw: string;
};

type Course = {
  readonly keepsRaw: boolean;
  readonly textKeys: ReadonlySet<string>;
  raw: string;
  /** The beginning of a line, until it is clear what it is. */
  head: string;
  isData: boolean;
  isBlank: boolean;
  isAfterCr: boolean;
  /** The event's data, until they are long. */
  data: string;
  json: BoundedJson | undefined;
};

export type SseStream = {
  /** Takes a piece of the stream; returns the events that end in it. */
  readonly push: (text: string) => SseEvent[];
  /** The event that a stream ends in, without the blank line after it. */
  readonly end: () => SseEvent | undefined;
  /** Takes out what is kept of an event that isn't over, if it is longer than this. */
  readonly takeRaw: (longerThan: number) => string;
};

/** Server-sent events from pieces that are split anywhere; a piece has one character for each byte, as in Latin-1. */
export function sseStream(textKeys: ReadonlySet<string>, keepsRaw: boolean): SseStream {
  const course: Course = {
    ...{ keepsRaw, textKeys, raw: "", head: "", isData: false, isBlank: true, isAfterCr: false },
    ...{ data: "", json: undefined },
  };
  return {
    push: (text) => push(course, text),
    end: () => {
      if (course.isAfterCr) endLine(course);
      const isOpen = course.json !== undefined || course.data !== "" || course.raw !== "";
      return isOpen ? eventOf(course) : undefined;
    },
    takeRaw: (longerThan) => {
      if (course.raw.length <= longerThan) return "";
      const { raw } = course;
      course.raw = "";
      return raw;
    },
  };
}

function push(course: Course, text: string): SseEvent[] {
  const events: SseEvent[] = [];
  let kept = 0;
  let at = 0;
  const end = () => {
    const isOver = course.isBlank;
    endLine(course);
    if (!isOver) return;
    if (course.keepsRaw) course.raw += text.slice(kept, at);
    kept = at;
    events.push(eventOf(course));
  };
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (course.isAfterCr) {
      course.isAfterCr = false;
      if (code === 0x0a) at += 1;
      end();
      if (code === 0x0a) continue;
    }
    if (code === 0x0d) course.isAfterCr = true;
    if (code === 0x0a || code === 0x0d) {
      at += 1;
      if (code === 0x0a) end();
      continue;
    }
    const to = lineEnd(text, at);
    takeLine(course, text.slice(at, to));
    at = to;
  }
  if (course.keepsRaw) course.raw += text.slice(kept);
  return events;
}

function lineEnd(text: string, from: number): number {
  const lf = text.indexOf("\n", from);
  const end = lf < 0 ? text.length : lf;
  const cr = text.slice(from, end).indexOf("\r");
  return cr < 0 ? end : from + cr;
}

/** A piece of a line, without its end. */
function takeLine(course: Course, piece: string): void {
  course.isBlank = false;
  if (course.isData) {
    takeData(course, piece);
    return;
  }
  if (course.head.length > FIELD.length) return;
  course.head += piece.slice(0, FIELD.length + 1);
  if (!course.head.startsWith(FIELD)) return;
  course.isData = true;
  const already = course.head.length - Math.min(piece.length, FIELD.length + 1);
  takeData(course, piece.slice(FIELD.length - Math.min(already, FIELD.length)));
}

const FIELD = "data:";

function takeData(course: Course, piece: string): void {
  if (course.json !== undefined) {
    course.json.push(piece);
    return;
  }
  course.data += piece;
  if (course.data.length <= MAX_SHORT) return;
  course.json = boundedJson(course.textKeys);
  course.json.push(course.data);
  course.data = "";
}

function endLine(course: Course): void {
  // Lines of data are joined by a line break.
  if (course.isData && course.data !== "") course.data += "\n";
  course.head = "";
  course.isData = course.isAfterCr = false;
  course.isBlank = true;
}

function eventOf(course: Course): SseEvent {
  const { json, raw } = course;
  const data = course.data.trim();
  course.json = undefined;
  course.data = course.raw = "";
  const read = json ? { value: json.value(), textLength: json.textLength() } : readObject(data, course.textKeys);
  return { ...read, isDone: data === "[DONE]", raw };
}
