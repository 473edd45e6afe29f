import { type Answered, type Metered, meteredOf } from "./answer-usage.ts";
import { frameStream } from "./frames.ts";
import { withoutNullUsage } from "./include-usage.ts";
import { jsonValues } from "./json-values.ts";
import { note } from "./note.ts";
import { emptyNotes, type Notes } from "./notes.ts";
import type { Route } from "./route.ts";
import { MAX_HELD, type SseEvent, sseStream } from "./sse.ts";
import { textKeysOf } from "./text-keys.ts";

/** What may pass to the client now, and once the figures, to be kept before that passes. */
export type Passed = {
  readonly pass: readonly Uint8Array[];
  readonly metered?: Metered;
  /** In place of the figures: the id of an answer that will be made in the background, and can be asked for by it. */
  readonly deferred?: string;
};

export type AnswerMeter = {
  /** Takes a piece of the answer, as it is without its content coding. */
  readonly push: (bytes: Uint8Array) => Passed;
  /** The answer is over, or either side broke it off. Later calls return nothing. */
  readonly end: (how: "whole" | "broken") => Passed;
};

export type Answer = { readonly status: number; readonly contentType: string };

/** What reads one kind of body: notes what a piece has, and returns what of it may pass. */
type Body = {
  readonly push: (bytes: Uint8Array) => readonly Uint8Array[];
  /** What is left of it to pass; its last object is noted. */
  readonly end: () => readonly Uint8Array[];
  /** Characters of the text of an object that isn't over. */
  readonly openLength: () => number;
};

/**
 * Reads what an answer used while it passes. With `addedUsage` the chunk that was only asked for by us is taken out,
 * and what came with it in the others. With `polled`, the id of an earlier answer, only what is final counts. The figures come before what ends the answer is among what passes.
 */
export function answerMeter(
  route: Route,
  asked: Answered & { readonly addedUsage: boolean; readonly polled?: string | undefined },
  answer: Answer,
): AnswerMeter {
  const notes = emptyNotes();
  let body: Body | undefined;
  let held: readonly Uint8Array[] = [];
  let isDone = false;
  const isRefused = answer.status >= 300;
  const figures = (): Omit<Passed, "pass"> => {
    isDone = true;
    const deferred = deferredIn(notes, { ...asked, isRefused });
    if (deferred !== undefined) return { deferred };
    const metered = meteredOf(notes, { route, asked, isRefused });
    return metered === undefined ? {} : { metered };
  };
  const push = (bytes: Uint8Array): Passed => {
    body ??= bodyOf(kindOf(answer.contentType, bytes), { route, notes, isEdited: asked.addedUsage });
    const wasFinished = notes.isFinished;
    const pass = [...held, ...body.push(bytes)];
    held = [];
    if (isDone) return { pass };
    if (notes.isOver) return { pass, ...figures() };
    if (!notes.isFinished || wasFinished) return { pass };
    // What usually comes last waits for what comes after it: figures may, or the end.
    held = pass;
    return { pass: [] };
  };
  const end = (how: "whole" | "broken"): Passed => {
    const pass = [...held, ...(body?.end() ?? [])];
    held = [];
    if (isDone) return { pass };
    notes.textLength += body?.openLength() ?? 0;
    return { pass, ...(how === "whole" && body === undefined ? nothing() : figures()) };
  };
  const nothing = () => {
    isDone = true;
    return asked.polled === undefined ? {} : { deferred: asked.polled };
  };
  return { push, end };
}

type Deferring = {
  readonly background: boolean;
  readonly polled?: string | undefined;
  readonly isRefused: boolean;
};

/** The id of an answer that isn't there yet; undefined for one that is, or that can't be asked for. */
function deferredIn(notes: Notes, { background, polled, isRefused }: Deferring): string | undefined {
  const { pending, isOver, figures, ids } = notes;
  if (polled !== undefined)
    return isRefused || pending !== "no" || !isOver || figures.length === 0 ? polled : undefined;
  if (isRefused || pending === "no") return undefined;
  return pending === "stored" || background ? [...ids][0] : undefined;
}

type Kind = "sse" | "frames" | "json";

/** By the answer's type, otherwise by its first character. */
function kindOf(contentType: string, bytes: Uint8Array): Kind {
  const type = contentType.toLowerCase();
  if (type.includes("event-stream")) return "sse";
  if (type.includes("amazon.eventstream")) return "frames";
  if (type.includes("json")) return "json";
  return /^\s*[[{]/.test(latin1(bytes.subarray(0, 64))) ? "json" : "sse";
}

type Reading = { readonly route: Route; readonly notes: Notes; readonly isEdited: boolean };

function bodyOf(kind: Kind, reading: Reading): Body {
  if (kind === "sse") return sseBody(reading);
  return kind === "json" ? jsonBody(reading) : framesBody(reading);
}

function sseBody({ route, notes, isEdited }: Reading): Body {
  const stream = sseStream(textKeysOf(route.api, true), isEdited);
  const take = (event: SseEvent): Uint8Array[] => {
    notes.textLength += event.textLength;
    if (event.value) note(notes, route.api, event.value);
    if (event.isDone) notes.isOver = true;
    const raw = isEdited ? editedOf(event) : "";
    return raw === "" ? [] : [Buffer.from(raw, "latin1")];
  };
  return {
    push: (bytes) => {
      const edited = stream.push(latin1(bytes)).flatMap(take);
      if (!isEdited) return [bytes];
      const large = stream.takeRaw(MAX_HELD);
      return large === "" ? edited : [...edited, Buffer.from(large, "latin1")];
    },
    end: () => {
      const event = stream.end();
      return event === undefined ? [] : take(event);
    },
    openLength: () => 0,
  };
}

/** An event without what came only because we asked for usage; empty if that is all of it. */
function editedOf({ value, raw }: SseEvent): string {
  const choices = value?.["choices"];
  if (value === undefined || !Array.isArray(choices)) return raw;
  if (choices.length === 0 && value["usage"] !== undefined && value["usage"] !== null) return "";
  const from = raw.indexOf("{");
  return value["usage"] === null ? raw.slice(0, from) + withoutNullUsage(raw.slice(from)) : raw;
}

function jsonBody({ route, notes }: Reading): Body {
  const values = jsonValues(textKeysOf(route.api, false));
  return {
    push: (bytes) => {
      for (const { value, textLength } of values.push(latin1(bytes))) {
        notes.textLength += textLength;
        if (value) note(notes, route.api, value);
      }
      if (values.isOver()) notes.isOver = true;
      // Only an array goes on after what finishes an answer.
      else notes.isFinished = false;
      return [bytes];
    },
    end: () => [],
    openLength: values.openLength,
  };
}

function framesBody({ route, notes }: Reading): Body {
  const stream = frameStream(textKeysOf(route.api, true));
  return {
    push: (bytes) => {
      for (const { value, textLength } of stream.push(bytes)) {
        notes.textLength += textLength;
        if (value) note(notes, route.api, value);
      }
      return [bytes];
    },
    end: () => [],
    openLength: () => 0,
  };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
