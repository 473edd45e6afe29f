import { scaleBand, scaleSqrt } from "d3-scale";
import { boundedSum, type NanoUsd, percentOf, ZERO } from "../../values/money.ts";
import { showPercent } from "../../values/percent.ts";
import { shownParts, showSpent } from "../../values/shown-money.ts";
import type { TextTable } from "../model/outlook-rows.ts";
import { head, MARGIN, SMALL, sentenceAlone, WIDTH } from "./frame.ts";
import type { Look } from "./palette.ts";
import { label, line, type Mark, type Picture, rect, svgOf } from "./svg.ts";
import { during, named, shownText } from "./text.ts";

/** What an hour of a weekday came to over a span. */
export type HeatCell = {
  /** 0 for Monday to 6 for Sunday. */
  readonly weekday: number;
  /** 0 to 23, in the time zone of the books. */
  readonly hour: number;
  readonly spent: NanoUsd;
};

export type HeatFacts = {
  /** The span, as in a sentence: "February 2026". */
  readonly span: string;
  readonly timezone: string;
  /** One for each hour of a weekday that has entries. */
  readonly cells: readonly HeatCell[];
};

const HEIGHT = 330;
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** Hours by weekdays: the more an hour cost, the larger its square, which holds without any color. */
export function heatChart(facts: HeatFacts, look: Look): Picture {
  const sums = sumsOf(facts);
  const title = titleOf(facts, sums);
  if (facts.cells.every(({ spent }) => spent === 0)) {
    return sentenceAlone({ title, description: `${title}.`, table: tableOf(sums) }, look);
  }
  const top = head(shownText(title, look), [
    { text: "the more an hour cost, the larger its square", color: "spent" },
    ...(facts.cells.some(({ spent }) => spent < 0) ? [{ text: "corrections", color: "held" as const }] : []),
  ]);
  const plot = { left: MARGIN + 40, right: WIDTH - MARGIN, top: top.bottom + 10, bottom: HEIGHT - 46 };
  const x = scaleBand(HOURS, [plot.left, plot.right]);
  const y = scaleBand(WEEKDAYS, [plot.top, plot.bottom]);
  const most = Math.max(0, ...[...sums.values()].flat().map(Math.abs));
  const side = scaleSqrt([0, Math.max(1, most)], [0, Math.min(x.bandwidth(), y.bandwidth()) - 4]);
  const marks = WEEKDAYS.flatMap((weekday, row): Mark[] => {
    const middle = (y(weekday) ?? 0) + y.bandwidth() / 2;
    const squares = HOURS.flatMap((hour) => {
      const spent = sums.get(row)?.[hour] ?? ZERO;
      if (spent === 0) return [];
      const size = Math.max(2, side(Math.abs(spent)));
      const center = (x(hour) ?? 0) + x.bandwidth() / 2;
      const hint = `${weekday} ${hourText(hour)}: ${showSpent(spent)}`;
      return [
        rect({
          x: center - size / 2,
          y: middle - size / 2,
          width: size,
          height: size,
          radius: 2,
          fill: spent < 0 ? "held" : "spent",
          hint,
        }),
      ];
    });
    return [
      line([plot.left, middle], [plot.right, middle], { stroke: "grid", thick: 1 }),
      label({ ...SMALL, x: plot.left - 10, y: middle + 4, text: weekday.slice(0, 3), anchor: "end", color: "muted" }),
      ...squares,
    ];
  });
  const hours = HOURS.filter((hour) => hour % 3 === 0).map((hour) =>
    label({
      ...SMALL,
      x: (x(hour) ?? 0) + x.bandwidth() / 2,
      y: HEIGHT - 24,
      text: hourText(hour),
      anchor: "middle",
      color: "muted",
    }),
  );
  const description = `${title}. Hours of the day by days of the week, in the time zone ${named(facts.timezone)}. ${weekdaysText(sums)}`;
  return {
    ...{ title, description, table: tableOf(sums) },
    svg: svgOf({ width: WIDTH, height: HEIGHT, title, description, look, marks: [...top.marks, ...marks, ...hours] }),
  };
}

/** By weekday, its 24 hours. */
type Sums = ReadonlyMap<number, readonly NanoUsd[]>;

function sumsOf({ cells }: HeatFacts): Sums {
  return new Map(
    WEEKDAYS.map((_, weekday) => {
      const own = cells.filter((cell) => cell.weekday === weekday);
      return [
        weekday,
        HOURS.map((hour) => boundedSum(own.filter((cell) => cell.hour === hour).map(({ spent }) => spent))),
      ];
    }),
  );
}

function hourText(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}

/** "Tuesday from 14:00 cost the most in February 2026: $3.10, 21.3% of $14.55 (UTC)". */
function titleOf({ span, timezone }: HeatFacts, sums: Sums): string {
  const all = [...sums].flatMap(([weekday, hours]) => hours.map((spent, hour) => ({ weekday, hour, spent })));
  const total = boundedSum(all.map(({ spent }) => spent));
  const most = all.reduce((first, one) => (one.spent > first.spent ? one : first), {
    weekday: 0,
    hour: 0,
    spent: ZERO,
  });
  if (most.spent <= 0) return `No hour ${during(span)} cost anything that is known`;
  const share = total > 0 ? `, ${showPercent(percentOf(most.spent, total))} of ${showSpent(total)}` : "";
  return `${WEEKDAYS[most.weekday]} from ${hourText(most.hour)} cost the most ${during(span)}: ${showSpent(most.spent)}${share} (${named(timezone)})`;
}

function weekdaysText(sums: Sums): string {
  const days = WEEKDAYS.map((_, index) => boundedSum(sums.get(index) ?? []));
  const total = boundedSum(days);
  const texts = shownParts({ total, spent: total }, days);
  return `${WEEKDAYS.map((weekday, index) => `${weekday} ${texts[index]?.cost}`).join(", ")}.`;
}

function tableOf(sums: Sums): TextTable {
  const right = "right" as const;
  return {
    columns: [{ heading: "Hour" }, ...WEEKDAYS.map((weekday) => ({ heading: weekday, align: right }))],
    rows: HOURS.map((hour) => [
      hourText(hour),
      ...WEEKDAYS.map((_, index) => showSpent(sums.get(index)?.[hour] ?? ZERO)),
    ]),
  };
}
