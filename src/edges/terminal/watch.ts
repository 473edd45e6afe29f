/** A screen that is drawn again and again. */
export type Watched = {
  /** What to show now; it ends with a line break. */
  readonly draw: () => Promise<string>;
  readonly out: Pick<NodeJS.WriteStream, "write" | "rows">;
  readonly intervalMs: number;
  /** Rejects when the watching ends. */
  readonly sleep: (ms: number) => Promise<void>;
};

const HOME = "\u001b[H";
const CLEAR_LINE = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";
const CLEAR = "\u001b[2J";

/**
 * Draws the screen in place, so that nothing flickers, at most as many lines as it has rows. It ends only when the
 * sleep rejects: a person ends it with Ctrl+C.
 */
export async function watch({ draw, out, intervalMs, sleep }: Watched): Promise<void> {
  out.write(CLEAR);
  for (;;) {
    const lines = (await draw()).trimEnd().split("\n");
    const shown = lines.slice(0, Math.max(1, (out.rows || Number.POSITIVE_INFINITY) - 1));
    out.write(`${HOME}${shown.map((line) => `${line}${CLEAR_LINE}`).join("\n")}\n${CLEAR_BELOW}`);
    await sleep(intervalMs);
  }
}
