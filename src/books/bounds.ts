/** How much of everything books may have: what their store can read and write at once says so. */
export type Bounds = {
  /** Open holds. */
  readonly holds: number;
  /** Values of one `for-each`. */
  readonly values: number;
  /** Bytes of the state as a file. */
  readonly bytes: number;
};

/** Those of books in files: GitHub cuts a file's text at 512,000 bytes, and what is cut can't be read. */
export const BOUNDS_OF_FILES: Bounds = { holds: 500, values: 200, bytes: 480_000 };

/** The bounds of books with these settings. */
export function boundsOf({ bounds = BOUNDS_OF_FILES }: { readonly bounds?: Bounds | undefined }): Bounds {
  return bounds;
}
