import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeState } from "../src/books/file/decode.ts";
import { encodeState } from "../src/books/file/encode.ts";
import type { HistoryLine } from "../src/books/state.ts";
import type { Month } from "../src/values/month.ts";

/** The months before one, the earliest first. */
export function monthsBefore(month: Month, count: number): Month[] {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return Array.from({ length: count }, (_, at) =>
    new Date(Date.UTC(year, number - 1 - (count - at), 1)).toISOString().slice(0, 7),
  );
}

/**
 * Gives books in a folder, whose running month is a February, more months before it: each has its lines, under ids and
 * instants of that month, and a line in the history. To decide each of them again would take hours.
 */
export function repeatMonth(folder: string, count: number): void {
  const path = join(folder, "token_budget.json");
  const decoded = decodeState(readFileSync(path, "utf8"));
  if (decoded.kind !== "state") throw new Error(`${path} is no state`);
  const { state } = decoded;
  const ledger = join(folder, "token_budget", "ledger");
  const months = monthsBefore(state.current_month, count);
  for (const month of months) {
    mkdirSync(join(ledger, month), { recursive: true });
    for (const name of readdirSync(join(ledger, state.current_month))) {
      const text = readFileSync(join(ledger, state.current_month, name), "utf8");
      writeFileSync(join(ledger, month, name), movedTo(month, text, state.current_month));
    }
  }
  const { monthly_budget: budget, total_spent, executions, prs_generated } = state;
  const lines: HistoryLine[] = months.map((month) => ({
    ...{ month, budget, total_spent, executions, prs_generated, milestones_reached: [], closed: "rollover" },
  }));
  writeFileSync(path, encodeState({ ...state, history: [...lines, ...state.history] }));
}

function movedTo(month: Month, text: string, from: Month): string {
  return text.replaceAll(`"${from}`, `"${month}`).replace(/"(id|hold)":"([^"]+)"/g, `"$1":"$2-${month}"`);
}
