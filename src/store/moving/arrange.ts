import type { LedgerPart } from "../../books/entry.ts";
import { hourStart, type LedgerHour } from "../../values/month.ts";
import { compareLedgerNames, LEDGER_FILE_BYTES, ledgerNameOf, ledgerPartOf } from "../files/paths.ts";
import type { RawFile } from "./raw-store.ts";

/** GitHub shows the text of a file up to 512,000 bytes. */
const SHOWN_BYTES = 500_000;

/** Lines of an hour's file are booked within a day. */
const WINDOW_MS = 25 * 3_600_000;

type Window = { readonly texts: Map<string, string>; newest: LedgerHour };

/**
 * The files of a ledger in order, each once and none larger than GitHub shows, whatever the place that they come from
 * keeps. Holds the files of a day at a time.
 */
export async function* arrangedFiles(parts: AsyncIterable<LedgerPart>): AsyncGenerator<RawFile> {
  const window: Window = { texts: new Map(), newest: "" };
  for await (const { name, hour, text } of parts) {
    const file = fileNameIn(name);
    window.texts.set(file, joined(window.texts.get(file) ?? "", text));
    if (hour <= window.newest) continue;
    window.newest = hour;
    yield* taken(window, hourStart(hour) - WINDOW_MS);
  }
  yield* taken(window, Number.POSITIVE_INFINITY);
}

/** The non-empty lines of a text. */
export function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

/** A part's name inside the ledger folder. */
function fileNameIn(name: string): string {
  const [month = "", file = ""] = name.split("/").slice(-2);
  return `${month}/${file}`;
}

function joined(before: string, text: string): string {
  return before === "" || before.endsWith("\n") ? before + text : `${before}\n${text}`;
}

/** Takes the files of hours up to an instant out of the window. */
function* taken({ texts }: Window, untilMs: number): Generator<RawFile> {
  const due = [...texts.keys()].filter((name) => hourStart(hourOf(name)) <= untilMs).sort(compareLedgerNames);
  let last = { hour: "", part: 0 };
  for (const name of due) {
    const { hour, part } = ledgerPartOf(name) ?? { hour: "", part: 1 };
    const text = texts.get(name) ?? "";
    texts.delete(name);
    let next = hour === last.hour ? Math.max(part, last.part + 1) : part;
    for (const piece of piecesOf(text)) {
      yield { name: ledgerNameOf(hour, next), text: piece };
      last = { hour, part: next };
      next += 1;
    }
  }
}

/** The hour of a ledger file's name. */
export function hourOf(name: string): LedgerHour {
  return ledgerPartOf(name)?.hour ?? "";
}

function piecesOf(text: string): string[] {
  if (Buffer.byteLength(text) < SHOWN_BYTES) return [text];
  const pieces: string[] = [];
  let piece = "";
  let bytes = 0;
  for (const line of linesOf(text)) {
    const size = Buffer.byteLength(line) + 1;
    if (bytes > 0 && bytes + size >= LEDGER_FILE_BYTES) {
      pieces.push(piece);
      piece = "";
      bytes = 0;
    }
    piece += `${line}\n`;
    bytes += size;
  }
  return [...pieces, piece];
}
