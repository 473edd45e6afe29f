import { bounded, type NanoUsd } from "../../values/money.ts";
import { volumeOf } from "./bridge.ts";
import type { Driver, GroupFigures, ReportRow } from "./report.ts";

type Moved = Pick<Driver, "how" | "amount" | "share">;

/** The row of a group that moved the total's cost most in the direction in which it changed, and what moved the row. */
export function driverOf(rows: readonly ReportRow[], change: number): Driver | undefined {
  let most: { readonly row: ReportRow; readonly change: number } | undefined;
  for (const row of rows) {
    const moved = row.figures.cost - (row.before?.cost ?? 0);
    const size = change === 0 ? Math.abs(moved) : moved * Math.sign(change);
    if (size > Math.abs(most?.change ?? 0)) most = { row, change: moved };
  }
  if (most === undefined) return undefined;
  const { row } = most;
  const whole = bounded(most.change);
  return { row, change: whole, ...movedBy(row.before, row.figures, whole) };
}

function movedBy(before: GroupFigures | undefined, now: GroupFigures, change: NanoUsd): Moved {
  if (before === undefined || isAbsent(before)) return { how: "new", amount: change };
  if (isAbsent(now)) return { how: "gone", amount: change };
  const [former, current] = [countedOf(before), countedOf(now)];
  if (former.executions <= 0 || current.executions <= 0) return { how: "other", amount: change };
  const volume = bounded(Number(volumeOf(former, current)));
  const price = bounded(change - volume);
  if (Math.abs(volume) >= Math.abs(price)) {
    return { how: "volume", amount: volume, share: current.executions / former.executions - 1 };
  }
  const share = former.cost > 0 ? current.cost / current.executions / (former.cost / former.executions) - 1 : undefined;
  return { how: "price", amount: price, share };
}

function isAbsent({ cost, executions }: GroupFigures): boolean {
  return cost === 0 && executions === 0;
}

function countedOf({ cost, executions = 0 }: GroupFigures) {
  return { cost, executions };
}
