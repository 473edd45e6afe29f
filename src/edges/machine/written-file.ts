import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, mkdtemp, open, realpath, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Draft, Fill, Ports } from "../../commands/operation/ports.ts";
import { showValue } from "../../inputs/show-value.ts";
import { BudgetError } from "../../values/errors.ts";
import type { Redact } from "./redact.ts";

const CAUSES: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "part of the path is a file, not a folder",
  EEXIST: "part of the path is a file, not a folder",
  EISDIR: "it is a folder",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its symbolic links form a loop",
};

/** Texts are collected up to so many characters before they are written. */
const MAX_WAITING = 65_536;

/**
 * Writes files below a folder: into a temporary file beside each that takes its place once it is complete, so that no
 * reader ever finds half of it.
 */
export function fileWriter(folder: string, redact: Redact): Ports["writeFile"] {
  return async (path, fill) => {
    const place = await placeOf(resolve(folder, path), path);
    const unfinished = join(dirname(place), `.${basename(place).slice(0, 100)}.${randomBytes(6).toString("hex")}.tmp`);
    await onPath(path, () => mkdir(dirname(place), { recursive: true }));
    try {
      await filled(await onPath(path, () => open(unfinished, "wx")), redacted(fill, redact), path);
      await onPath(path, () => rename(unfinished, place));
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  };
}

/** Prints to a stream what a temporary file has collected: nothing if it can't be completed. */
export function printer(out: NodeJS.WriteStream, redact: Redact): NonNullable<Ports["print"]> {
  return async (fill) => {
    const folder = await mkdtemp(join(tmpdir(), "token-budget-"));
    const path = join(folder, "text");
    try {
      await filled(await open(path, "wx"), redacted(fill, redact), path);
      // A reader that stops early, such as head, isn't an error.
      await pipeline(createReadStream(path), out, { end: false }).catch(ignoreClosed);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** No piece ends within a secret: each is a whole line or more. */
function redacted(fill: Fill, redact: Redact): Fill {
  const harmless = (content: string | Uint8Array) => (typeof content === "string" ? redact(content) : content);
  return (draft) => fill({ ...draft, write: (content) => draft.write(harmless(content)) });
}

/** The file itself if there is a link to it. Throws a BudgetError for what is there and isn't a file. */
async function placeOf(place: string, path: string): Promise<string> {
  const real = await realpath(place).catch(() => place);
  const there = await stat(real).catch(() => undefined);
  if (there === undefined || there.isFile()) return real;
  throw notWritten(path, there.isDirectory() ? "it is a folder" : "it is no regular file");
}

async function filled(file: FileHandle, fill: Fill, path: string): Promise<void> {
  try {
    const { draft, flush } = draftIn(file, (work) => onPath(path, work));
    await fill(draft);
    await flush();
    await onPath(path, () => file.sync());
  } finally {
    await file.close();
  }
}

type Working = <T>(work: () => Promise<T>) => Promise<T>;

function draftIn(file: FileHandle, working: Working) {
  let waiting = "";
  let position = 0;
  const flush = async () => {
    const text = waiting;
    waiting = "";
    await put(Buffer.from(text));
  };
  const put = async (bytes: Uint8Array) => {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await working(() => file.write(bytes, done, bytes.length - done, position));
      done += bytesWritten;
      position += bytesWritten;
    }
  };
  const draft: Draft = {
    write: async (content) => {
      if (typeof content === "string") waiting += content;
      if (typeof content !== "string" || waiting.length >= MAX_WAITING) await flush();
      if (typeof content !== "string") await put(content);
    },
    restart: async () => {
      waiting = "";
      position = 0;
      await working(() => file.truncate(0));
    },
  };
  return { draft, flush };
}

/** Does something to a path. Throws a BudgetError with a cause that people understand. */
export async function onPath<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw notWritten(path, CAUSES[code] === undefined ? code : `${CAUSES[code]} (${code})`, error);
  }
}

function notWritten(path: string, why: string, cause?: unknown): BudgetError {
  const text = `Bad input: output is ${showValue(path)}, where no file can be written: ${why}. Nothing was written.`;
  return new BudgetError("bad-input", text, { cause });
}

function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
}
