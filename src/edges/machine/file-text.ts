import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import type { TextSource } from "../../usage/text.ts";
import { UsageError } from "../../usage/usage-error.ts";

const CHUNK_BYTES = 128 * 1024;

/** Without blocking: what was a file may now be a pipe that nobody writes to. Windows has no such flag. */
const READ_AT_ONCE = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * A file's text in pieces, read on demand; what is written after its first `size` bytes is ignored. Throws a UsageError
 * ("unreadable") while it is read.
 */
export function textOfFile(path: string, size: number): TextSource {
  return { chunks: () => chunksOfFile(path, size) };
}

function* chunksOfFile(path: string, size: number): Generator<string> {
  const file = attempt(() => openSync(path, READ_AT_ONCE));
  try {
    if (!attempt(() => fstatSync(file)).isFile()) throw new UsageError("unreadable", "It is no longer a regular file.");
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(1, size)));
    let decoder: StringDecoder | undefined;
    for (let left = size; left > 0; ) {
      const bytes = attempt(() => readSync(file, buffer, 0, Math.min(buffer.length, left), null));
      if (bytes === 0) break;
      left -= bytes;
      decoder ??= decoderFor(buffer);
      yield decoder.write(buffer.subarray(0, bytes));
    }
    yield decoder?.end() ?? "";
  } finally {
    closeSync(file);
  }
}

/** Windows PowerShell writes UTF-16 with a byte order mark. */
function decoderFor(start: Buffer): StringDecoder {
  return new StringDecoder(start[0] === 0xff && start[1] === 0xfe ? "utf16le" : "utf8");
}

function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UsageError("unreadable", `It can't be read (${code ?? "unknown error"}).`, { cause });
  }
}
