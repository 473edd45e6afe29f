// Takes the place of iconv-lite in dist/: minipass-fetch would use it for texts that aren't UTF-8, where asked to.

/** Throws: this program reads no other encodings. */
export function decode(): never {
  throw new Error("iconv-lite is not part of this program.");
}
