import type { Health } from "../books/answer.ts";
import { healthOf, totalBudget } from "../books/figures.ts";
import type { State } from "../books/state.ts";
import { percentOf, ZERO } from "../values/money.ts";

/** White text has a contrast of at least 4.5 : 1 on each. */
const COLORS: Readonly<Record<Health, string>> = {
  green: "#1a7f37",
  yellow: "#9a6700",
  red: "#cf222e",
  blocked: "#82071e",
};
const LABEL_WIDTH = 66;

/** The badge for a README, "AI budget | 35%", as SVG: whole percent, never rounded up, colored by health. */
export function renderBadge(state: State): string {
  const total = totalBudget(state);
  const percent = `${Math.max(0, Math.floor(percentOf(state.total_spent, total)))}%`;
  const color = COLORS[healthOf(state.total_spent, total, ZERO)];
  const width = 12 + 8 * percent.length;
  const text = (words: string, x: number, length: number) =>
    `<text x="${x}" y="14" textLength="${length}">${words}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LABEL_WIDTH + width}" height="20" role="img" aria-label="AI budget: ${percent}"><title>AI budget: ${percent}</title><rect width="${LABEL_WIDTH + width}" height="20" rx="3" fill="${color}"/><path d="M3 0h${LABEL_WIDTH - 3}v20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3" fill="#444d56"/><g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">${text("AI budget", 6, LABEL_WIDTH - 12)}${text(percent, LABEL_WIDTH + 6, width - 12)}</g></svg>
`;
}
