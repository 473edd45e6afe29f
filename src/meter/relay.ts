import type { ServerResponse } from "node:http";
import type { Dispatcher } from "undici";
import { book, bookPolled, type Core, defer, noteUnread, type Ticket } from "./core.ts";
import { type Decoder, decoderOf, isPlain } from "./decoding.ts";
import { headerOf, pairsOf, rawText, returningHeaders } from "./headers.ts";
import { type AnswerMeter, answerMeter, type Passed } from "./reading/answer-meter.ts";
import { replyShortly } from "./replies.ts";

/** What passes an answer on; without a ticket nothing of it is read. */
export type Relayed = {
  readonly response: ServerResponse;
  readonly ticket: Ticket | undefined;
  /** The provider was asked for usage that the client didn't ask for. */
  readonly addedUsage: boolean;
  /** The ticket is of an earlier request, whose answer is asked for by this id. */
  readonly polled?: string | undefined;
};

type ArgsOf<K extends keyof Dispatcher.DispatchHandler> = Parameters<NonNullable<Dispatcher.DispatchHandler[K]>>;

type Course = Relayed & {
  readonly core: Core;
  controller: Dispatcher.DispatchController | undefined;
  /** The chunk with that usage is taken out. */
  isEdited: boolean;
  /** Nothing more passes. */
  hasEnded: boolean;
  isBooked: boolean;
  status: number;
  meter: AnswerMeter | undefined;
  decoder: Decoder | undefined;
  /** Encoded bytes that wait until what they decode to may pass. */
  held: Buffer[];
  heldBytes: number;
  /** Pieces of an encoded answer are decoded one after the other. */
  work: Promise<void>;
  working: number;
};

/**
 * Passes a provider's answer to the client as it comes, with what it used read on the way and booked before its last
 * event is passed. Either side may break it off: then what is known until then is booked, and the other side is closed.
 */
export function relay(core: Core, relayed: Relayed): Dispatcher.DispatchHandler {
  const course: Course = {
    ...relayed,
    core,
    controller: undefined,
    isEdited: false,
    hasEnded: false,
    isBooked: relayed.ticket === undefined,
    status: 0,
    meter: undefined,
    decoder: undefined,
    held: [],
    heldBytes: 0,
    work: Promise.resolve(),
    working: 0,
  };
  const { response } = relayed;
  response.once("close", () => {
    if (!response.writableFinished) breakOff(course, "The client has gone");
  });
  // It says so only once.
  if (response.destroyed) breakOff(course, "The client has gone");
  return {
    onRequestStart(controller) {
      course.controller = controller;
      if (course.hasEnded) controller.abort(new Error("The client has gone"));
    },
    onResponseStart(...[controller, status, , message]: ArgsOf<"onResponseStart">) {
      // Interim answers are between neighbors.
      if (status >= 200) begin(course, { status, message: message ?? "", raw: rawText(controller.rawHeaders) });
    },
    onResponseData(_controller, chunk) {
      take(course, chunk);
    },
    onResponseEnd(controller) {
      later(course, () => finish(course, rawText(controller.rawTrailers)));
    },
    onResponseError() {
      later(course, () => fail(course));
    },
  };
}

/** The status of an answer for a provider that can't be reached. */
const UNREACHED = 502;
const NOTHING = Buffer.alloc(0);

function begin(course: Course, head: { status: number; message: string; raw: string[] }): void {
  const { response, ticket, addedUsage } = course;
  const { status, message, raw } = head;
  course.status = status;
  const contentType = headerOf(raw, "content-type") ?? "";
  const coding = headerOf(raw, "content-encoding") ?? "";
  const isEncoded = ticket !== undefined && !isPlain(coding);
  // Encoded though that wasn't asked for: nothing can be taken out of it.
  course.isEdited = addedUsage && !isEncoded;
  if (isEncoded) course.decoder = decoderOf(coding);
  course.meter = answerMeterOf(course, { status, contentType });
  response.sendDate = false;
  response.writeHead(status, message, returningHeaders(raw, course.isEdited));
  // `flushHeaders` would send characters beyond ASCII in another encoding.
  if (contentType.includes("event-stream")) response.write(NOTHING);
}

function answerMeterOf({ ticket, isEdited, core, polled }: Course, answer: { status: number; contentType: string }) {
  if (ticket === undefined) return undefined;
  const { route, asked } = ticket;
  return answerMeter(
    route,
    { ...asked, dearestModel: core.pricing.dearest(route.provider), addedUsage: isEdited, polled },
    answer,
  );
}

/** Takes a piece of the answer, and more of it when that has gone on. */
function take(course: Course, chunk: Buffer): void {
  const { meter, decoder } = course;
  if (course.hasEnded) return;
  if (decoder !== undefined) {
    course.controller?.pause();
    later(course, () => takeEncoded(course, decoder, chunk));
  } else passOn(course, meter === undefined ? [chunk] : booked(course, meter.push(chunk)));
}

/** Does something after what is being decoded. */
function later(course: Course, task: () => Promise<void> | void): void {
  if (course.decoder === undefined) {
    task();
    return;
  }
  course.working += 1;
  course.work = course.work.then(task).then(() => {
    course.working -= 1;
    resume(course);
  });
}

async function takeEncoded(course: Course, decoder: Decoder, chunk: Buffer): Promise<void> {
  const { meter } = course;
  const decoded = meter === undefined ? undefined : await decoder.decode(chunk);
  if (course.hasEnded) return;
  course.held.push(chunk);
  if (meter === undefined || decoded === undefined) {
    // Bytes that can't be decoded pass as they are; what was read so far counts.
    if (meter !== undefined) booked(course, meter.end("broken"));
    course.meter = undefined;
    course.heldBytes = 0;
  } else {
    for (const piece of decoded) {
      course.heldBytes += piece.length - lengthOf(booked(course, meter.push(piece)));
    }
  }
  if (course.heldBytes > 0) return;
  const { held } = course;
  course.held = [];
  passOn(course, held);
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/** Books what came with a piece, before the piece passes. */
function booked(course: Course, { pass, metered, deferred }: Passed): readonly Uint8Array[] {
  const { core, ticket, polled } = course;
  if (course.isBooked || ticket === undefined || (metered === undefined && deferred === undefined)) return pass;
  course.isBooked = true;
  if (polled !== undefined) {
    if (deferred === undefined) bookPolled(core, polled, metered);
  } else if (deferred !== undefined) defer(core, deferred, ticket);
  else book(core, ticket, metered);
  return pass;
}

function passOn(course: Course, pieces: readonly Uint8Array[]): void {
  const { response, controller } = course;
  let isFull = false;
  for (const piece of pieces) if (piece.length > 0) isFull = !response.write(piece);
  if (!isFull || controller === undefined) return;
  controller.pause();
  response.once("drain", () => resume(course));
}

function resume(course: Course): void {
  const { controller, response } = course;
  if (course.working > 0 || response.writableNeedDrain || course.hasEnded) return;
  controller?.resume();
}

function finish(course: Course, trailers: readonly string[]): void {
  const { response, meter, held, decoder } = course;
  if (course.hasEnded) return;
  course.hasEnded = true;
  const rest = meter === undefined ? [] : booked(course, meter.end("whole"));
  close(course);
  for (const piece of decoder === undefined ? rest : held) response.write(piece);
  if (trailers.length > 0) response.addTrailers(pairsOf(trailers));
  response.end();
}

/** The provider broke it off, or can't be reached. */
function fail(course: Course): void {
  const { response, held, decoder, core, ticket } = course;
  if (course.hasEnded) return;
  const hasGoneOut = course.controller !== undefined;
  if (!hasGoneOut && ticket !== undefined) noteUnread(core, ticket, UNREACHED);
  const rest = endBroken(course);
  if (course.status === 0) {
    replyShortly(response, UNREACHED, "token-budget's meter could not reach the provider.");
    return;
  }
  // What came passes before the connection ends as the provider's did.
  for (const piece of decoder === undefined ? rest : held) response.write(piece);
  response.socket?.destroySoon();
}

function breakOff(course: Course, why: string): void {
  if (course.hasEnded) return;
  endBroken(course);
  course.controller?.abort(new Error(why));
}

/** Books what is known of an answer that broke off, and returns what of it hasn't passed. */
function endBroken(course: Course): readonly Uint8Array[] {
  course.hasEnded = true;
  // A request that went out and was never answered used what it asked; one that never went out used nothing.
  if (course.status === 0 && course.controller !== undefined && course.polled === undefined)
    course.meter = answerMeterOf(course, { status: 200, contentType: "" });
  const rest = course.meter === undefined ? [] : booked(course, course.meter.end("broken"));
  close(course);
  return rest;
}

/** Books what says nothing of what it used as nothing, and counts it. */
function close(course: Course): void {
  course.decoder?.close();
  const { core, ticket, status, polled, meter } = course;
  if (course.isBooked || ticket === undefined) return;
  course.isBooked = true;
  if (polled !== undefined) {
    // One that came, and used nothing.
    if (meter !== undefined) bookPolled(core, polled, undefined);
    return;
  }
  noteUnread(core, ticket, status);
  book(core, ticket, undefined);
}
