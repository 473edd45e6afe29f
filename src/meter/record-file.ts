import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import type { Open } from "./opens.ts";
import { type Recorded, recordLine } from "./record.ts";

/** A meter's record as it grows. */
export type RecordFile = {
  /** Writes what an answer used before it returns; where that fails, it waits for the next one, or for `flush`. */
  append(recorded: Recorded): void;
  flush(): void;
  /** How many answers wait. */
  waiting(): number;
};

/** A record that is written line by line; what can't be written, such as on a full disk, is tried again. */
export function createRecordFile(path: string): RecordFile {
  const waiting: string[] = [];
  const flush = () => {
    while (waiting[0] !== undefined && appendLine(path, waiting[0])) waiting.shift();
  };
  return {
    append(recorded) {
      const line = recordLine(recorded);
      if (line === undefined) return;
      waiting.push(line);
      flush();
    },
    flush,
    waiting: () => waiting.length,
  };
}

/** Writes what requests used at least of which nothing else will be known. */
export function writeOpens(path: string, opens: readonly Open[]): void {
  const record = createRecordFile(path);
  for (const { least, agentPart } of opens) record.append({ lines: [least], estimated: true, ids: [], agentPart });
}

/**
 * Appends a line, after the end of one that was cut off. False if that isn't possible; then nothing of it stays, so that
 * it can be written again.
 */
export function appendLine(path: string, line: string): boolean {
  let file: number | undefined;
  let written = 0;
  try {
    file = openSync(path, "a+", 0o600);
    const bytes = Buffer.from(`${isCutOff(file) ? "\n" : ""}${line}\n`);
    while (written < bytes.length) written += writeSync(file, bytes, written);
    return true;
  } catch {
    if (file !== undefined && written > 0) takeBack(file, written);
    return false;
  } finally {
    if (file !== undefined) close(file);
  }
}

const NEWLINE = 0x0a;

function isCutOff(file: number): boolean {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
}

function takeBack(file: number, written: number): void {
  try {
    ftruncateSync(file, fstatSync(file).size - written);
  } catch {
    // It stays as a line that is cut off, which nobody reads.
  }
}

function close(file: number): void {
  try {
    closeSync(file);
  } catch {
    // What was written is in the file.
  }
}
