import type { Health } from "../books/answer.ts";

/** How many of a bar's cells are spent, held and free; together always the width. */
export type Bar = { readonly spent: number; readonly held: number; readonly free: number };

/**
 * A bar of this many cells. Any amount above zero shows at least one cell if there is room, and only a month that is
 * completely spent or held shows no free cell.
 */
export function barOf(from: {
  readonly percentUsed: number;
  readonly percentHeld: number;
  readonly width: number;
}): Bar {
  const { percentUsed, percentHeld, width } = from;
  const full = percentUsed + percentHeld >= 100;
  const room = full ? width : Math.max(0, width - 1);
  const spent = Math.min(
    cells(percentUsed, width),
    percentHeld > 0 && percentUsed < 100 ? Math.max(0, room - 1) : room,
  );
  const held = full ? width - spent : Math.min(cells(percentHeld, width), room - spent);
  return { spent, held, free: width - spent - held };
}

/** The bar as text: "█████▒░░░░". */
export function renderBar(bar: Bar): string {
  return "█".repeat(bar.spent) + "▒".repeat(bar.held) + "░".repeat(bar.free);
}

function cells(percent: number, width: number): number {
  return percent <= 0 ? 0 : Math.max(1, Math.round((Math.min(percent, 100) / 100) * width));
}

export const HEALTH_MARKS: Readonly<Record<Health, string>> = {
  green: "🟢 green",
  yellow: "🟡 yellow",
  red: "🔴 red",
  blocked: "⛔ blocked",
};
