import type { Ports } from "../../commands/operation/ports.ts";
import { barOf, renderBar } from "../../report/bar.ts";
import { grouped } from "../../values/counts.ts";
import { hourStart } from "../../values/month.ts";

/** Reading that is done by then needs no progress. */
const FIRST_MS = 1_000;
const EVERY_MS = 100;
const ERASE = "\r\u001b[K";

/** Shows on one line of a terminal how much of the ledger was read, and erases it at the end; nothing elsewhere. */
export function progressOn(out: NodeJS.WriteStream, now: () => number): Ports["progress"] {
  if (out.isTTY !== true) return () => {};
  let begun: { readonly atMs: number; readonly fromMs: number } | undefined;
  let shownMs = 0;
  return (read) => {
    const atMs = now();
    if (read === null) {
      if (shownMs > 0) out.write(ERASE);
      begun = undefined;
      shownMs = 0;
      return;
    }
    const hourMs = hourStart(read.hour);
    begun ??= { atMs, fromMs: hourMs };
    if (atMs - begun.atMs < FIRST_MS || atMs - shownMs < EVERY_MS) return;
    shownMs = atMs;
    const percent = (100 * (hourMs - begun.fromMs)) / Math.max(1, atMs - begun.fromMs);
    out.write(
      `${ERASE}${renderBar(barOf({ percentUsed: percent, percentHeld: 0, width: 20 }))} ${grouped(String(read.lines))} lines, ${read.hour.slice(0, 7)}`,
    );
  };
}
