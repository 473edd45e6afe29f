import { mkdir, open, readdir, readFile, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { BudgetError } from "../../values/errors.ts";
import { StoreFault } from "../port.ts";

/** What a retry fixes: a virus scanner that has the file open, too many open files. */
const PASSING = new Set(["EBUSY", "EAGAIN", "EINTR", "EMFILE", "ENFILE", "ETIMEDOUT"]);

const CAUSES: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "part of the path is a file, not a folder",
  EEXIST: "there is a file in the place of a folder",
  ELOOP: "its symbolic links form a loop",
  ENAMETOOLONG: "the name is too long",
  EIO: "the device reports an error",
};

/** Runs `work` on the disk; its errors name the path and what to do. */
export async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskFailureOf(error, path);
  }
}

/** The bytes of a file; null if there is none. */
export async function readBytes(path: string): Promise<Buffer | null> {
  return orNull(readFile(path));
}

/** The names in a folder; none if there is no such folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return (await orNull(readdir(folder))) ?? [];
}

/** A path with its symbolic links followed, so that two names of one file share one lock. */
export async function realPathOf(path: string): Promise<string> {
  const whole = await orNull(realpath(path));
  if (whole !== null) return whole;
  const parent = await orNull(realpath(dirname(path)));
  return join(parent ?? dirname(path), basename(path));
}

/** Puts a whole file in place of the old one in one step; it is on the disk when this returns. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, text, { encoding: "utf8", fsync: true });
  await syncFolder(dirname(path));
}

/** Truncates a file to its first bytes and continues writing there; it is on the disk when this returns. */
export async function continueFile(path: string, keptBytes: number, added: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.truncate(keptBytes);
    const bytes = Buffer.from(added);
    for (let written = 0; written < bytes.length; ) {
      written += (await file.write(bytes, written, bytes.length - written, keptBytes + written)).bytesWritten;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A name in a folder is on the disk only when the folder is; not every system can open one for that. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The files themselves are synced; this system can't sync a folder.
  }
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

function diskFailureOf(error: unknown, fallbackPath: string): unknown {
  const code = codeOf(error);
  if (code === undefined || !(error instanceof Error) || error instanceof BudgetError) return error;
  const path = (error as NodeJS.ErrnoException).path ?? fallbackPath;
  if (PASSING.has(code)) return new StoreFault(`${path} is busy (${code})`, { cause: error });
  if (code === "EISDIR") {
    return new BudgetError(
      "state-unreadable",
      `${path} is a folder, but the books need a file there. Move the folder away, or set another path.`,
      { cause: error },
    );
  }
  return new BudgetError(
    "state-unreachable",
    `The books at ${path} can't be reached: ${CAUSES[code] ?? "the system refused"} (${code}). ` +
      "Give this user read and write permission for the path, or set another path.",
    { cause: error },
  );
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  // Node's argument errors (ERR_INVALID_ARG_TYPE) are our bugs, not the disk's.
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
