import type { Transform } from "node:stream";
import * as zlib from "node:zlib";

type Made = Transform & { flush?(): void };

const SOFT_END = { flush: zlib.constants.Z_SYNC_FLUSH, finishFlush: zlib.constants.Z_SYNC_FLUSH };
const BROTLI = {
  flush: zlib.constants.BROTLI_OPERATION_FLUSH,
  finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH,
};

/** What makes the decoder of each coding; zstd where Node has it. */
const DECODERS = new Map<string, () => Made>([
  ["gzip", () => zlib.createGunzip(SOFT_END)],
  ["x-gzip", () => zlib.createGunzip(SOFT_END)],
  ["deflate", () => zlib.createInflate(SOFT_END)],
  ["br", () => zlib.createBrotliDecompress(BROTLI)],
]);
// Node 20 has none.
const createZstd = (zlib as { createZstdDecompress?: typeof zlib.createZstdDecompress }).createZstdDecompress;
if (createZstd !== undefined) DECODERS.set("zstd", () => createZstd());

/** The codings of an answer that the meter can read. */
export const CODINGS: readonly string[] = ["identity", ...DECODERS.keys()];

/** Whether bytes with this Content-Encoding are as they are. */
export function isPlain(coding: string): boolean {
  return coding === "" || coding === "identity";
}

/** Decodes bytes as they come, a chunk at a time. */
export type Decoder = {
  /** What a chunk decodes to; undefined from the first byte on that can't be decoded. */
  decode(chunk: Buffer): Promise<readonly Buffer[] | undefined>;
  /** Frees what it holds. */
  close(): void;
};

/** A decoder of a Content-Encoding, undefined for one that isn't known. */
export function decoderOf(coding: string): Decoder | undefined {
  const made = DECODERS.get(coding)?.();
  if (made === undefined) return undefined;
  let pieces: Buffer[] = [];
  let isBroken = false;
  let failed: (() => void) | undefined;
  made.on("data", (piece: Buffer) => pieces.push(piece));
  made.on("error", () => {
    isBroken = true;
    failed?.();
  });
  return {
    decode: (chunk) =>
      new Promise((resolve) => {
        if (isBroken || made.destroyed) return resolve(undefined);
        const done = () => {
          failed = undefined;
          const decoded = pieces;
          pieces = [];
          resolve(isBroken && decoded.length === 0 ? undefined : decoded);
        };
        failed = done;
        made.write(chunk, () => {
          if (failed !== undefined) done();
        });
      }),
    close: () => made.destroy(),
  };
}

/** The beginning of a body, decoded: at most so many bytes, and whether that is all of it. */
export async function decodedBeginning(
  raw: Buffer,
  coding: string,
  limit: number,
): Promise<{ readonly text: string; readonly isWhole: boolean } | undefined> {
  if (isPlain(coding)) return { text: raw.toString("utf8"), isWhole: true };
  const made = DECODERS.get(coding)?.();
  if (made === undefined) return undefined;
  const pieces: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve) => {
    const end = (isWhole: boolean) => {
      made.destroy();
      resolve({ text: Buffer.concat(pieces).subarray(0, limit).toString("utf8"), isWhole: isWhole && bytes <= limit });
    };
    made.on("data", (piece: Buffer) => {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > limit) end(false);
    });
    made.on("error", () => end(false));
    made.on("end", () => end(true));
    made.end(raw);
  });
}
