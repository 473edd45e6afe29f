/** Rows of numbers, packed into arrays of numbers: an array a row would take several times the room. Changed in place. */
export type RowStore = {
  readonly chunks: Float64Array[];
  /** Where each row begins, counted over all chunks; its length is there, then its numbers. */
  readonly starts: number[];
  /** So much of the last chunk is taken. */
  used: number;
};

const CHUNK = 32_768;

export function startRows(): RowStore {
  return { chunks: [], starts: [], used: CHUNK };
}

/** Adds a row at the end. */
export function pushRow(store: RowStore, row: readonly number[]): void {
  const size = row.length + 1;
  if (store.used + size > CHUNK) {
    store.chunks.push(new Float64Array(Math.max(CHUNK, size)));
    store.used = 0;
  }
  const chunk = store.chunks.at(-1);
  if (chunk === undefined) throw new RangeError("A store of rows has no room");
  store.starts.push((store.chunks.length - 1) * CHUNK + store.used);
  chunk[store.used] = row.length;
  chunk.set(row, store.used + 1);
  store.used += size;
}

/** A row by its place, the first is 0. */
export function rowAt({ chunks, starts }: RowStore, place: number): number[] {
  const start = starts[place];
  if (start === undefined) throw new RangeError(`There is no row ${place}`);
  const chunk = chunks[Math.floor(start / CHUNK)];
  const at = start % CHUNK;
  return chunk === undefined ? [] : [...chunk.subarray(at + 1, at + 1 + (chunk[at] ?? 0))];
}
