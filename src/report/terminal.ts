import type { Colors } from "picocolors/types.js";
import type { Health } from "../budget/answer.ts";
import { showUsd } from "../budget/money.ts";
import type { Instant } from "../budget/month.ts";
import type { Hold, State } from "../budget/state.ts";
import { barOf } from "./bar.ts";
import { bookedLines, bookedSentence } from "./booked.ts";
import { plainText } from "./escape.ts";
import { admissionRows, type FigureRow, figureRows, forecastRows } from "./figure-rows.ts";
import { modelRows } from "./model-rows.ts";
import { showMany, showMonth, showPercent, showWait } from "./show.ts";
import { columnsOf, cutTo, padded, terminalTable, wrapped } from "./terminal-table.ts";
import type { MonthView, Tone, View } from "./view.ts";

/** How a terminal is written to: picocolors' colours, on or off, and its columns. */
export type Terminal = { readonly colours: Colors; readonly width: number };

const NARROWEST = 40;
const WIDEST = 100;
const TWO_COLUMNS_FROM = 72;
const MAX_HOLDS = 20;
const MAX_MODELS = 12;
const MAX_SENTENCE = 600;
const MARKS: Readonly<Record<Tone, string>> = { good: "✔", warn: "!", bad: "✖" };

/** What a command has to say, for a person at a terminal; ends with a line break. */
export function renderTerminal(view: View, terminal: Terminal): string {
  const width = usable(terminal.width);
  const { month } = view;
  const parts = [
    [headLine(view, { ...terminal, width }), ...answerLines(view, { ...terminal, width })],
    month === null ? [] : barLines(month.figures, { ...terminal, width }),
    month === null ? [] : figureLines(month, view, { ...terminal, width }),
    bookedTable(view, { ...terminal, width }),
    month === null ? [] : modelTable(month.state, { ...terminal, width }),
    stepLines(view, { ...terminal, width }),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** The open holds of the books, oldest first, for a person at a terminal. */
export function renderHolds(holds: readonly Hold[], now: Instant, terminal: Terminal): string {
  if (holds.length === 0) return "No open holds.\n";
  const sorted = [...holds].sort((a, b) => (a.at < b.at ? -1 : 1));
  const rows = sorted
    .slice(0, MAX_HOLDS)
    .map((hold) => [
      plainText(hold.profile, 30),
      showUsd(hold.amount),
      hold.expires_at <= now ? "is over" : `in ${showWait(now, hold.expires_at)}`,
      hold.run.run_id === undefined ? "–" : String(hold.run.run_id),
      plainText(hold.id, 60),
    ]);
  const table = terminalTable(
    [
      { heading: "Held for" },
      { heading: "Amount", align: "right" },
      { heading: "Expires" },
      { heading: "Run" },
      { heading: "Hold" },
    ],
    rows,
    Math.max(terminal.width, NARROWEST),
  );
  const rest = holds.length - rows.length;
  return `${[...headed(table, terminal), ...(rest > 0 ? [`and ${showMany(rest, "more hold")}`] : [])].join("\n")}\n`;
}

/** The bar and its percentages in a terminal's columns. */
export function barLines(figures: MonthView["figures"], { colours, width }: Terminal): string[] {
  const { percent_used: percentUsed, percent_held: percentHeld } = figures;
  const words = `${showPercent(percentUsed)} spent${figures.held > 0 ? `, ${showPercent(percentHeld)} held` : ""}`;
  const bar = barOf({ percentUsed, percentHeld, width: Math.max(10, Math.min(50, width - columnsOf(words) - 3)) });
  const paint = paintOf(figures.health, colours);
  return [
    `${paint("█".repeat(bar.spent))}${bar.held > 0 ? colours.cyan("▒".repeat(bar.held)) : ""}${colours.dim("░".repeat(bar.free))}  ${colours.bold(words)}`,
  ];
}

function headLine(view: View, { colours, width }: Terminal): string {
  const name = plainText(view.name, 60);
  const head = view.month === null ? name : `${name} · ${showMonth(view.month.figures.month)}`;
  const place = plainText(view.place, 80);
  const room = width - columnsOf(head) - 2;
  return room < 12
    ? colours.bold(cutTo(head, width))
    : `${colours.bold(head)}  ${colours.dim(padded(cutTo(place, room), room, "right"))}`;
}

function answerLines(view: View, { colours, width }: Terminal): string[] {
  const paint = { good: colours.green, warn: colours.yellow, bad: colours.red }[view.tone];
  const title = `${MARKS[view.tone]} ${plainText(view.title)}`;
  const problem =
    view.problem === undefined
      ? []
      : [`${plainText(view.problem.message, MAX_SENTENCE)} (${plainText(view.problem.code, 60)})`];
  return [
    paint(colours.bold(cutTo(title, width))),
    ...[plainText(view.sentence, MAX_SENTENCE), ...problem].flatMap((text) =>
      text === "" ? [] : wrapped(text, width),
    ),
  ];
}

function figureLines(month: MonthView, { now, admission }: View, { colours, width }: Terminal): string[] {
  const line = ({ label, value }: FigureRow, columns: number) => {
    const text = cutTo(padded(label, 17) + withoutMark(value), columns);
    const shown =
      text.slice(0, 17) +
      (label === "Health" ? paintOf(month.figures.health, colours)(text.slice(17)) : text.slice(17));
    return { shown, columns: columnsOf(text) };
  };
  const money = figureRows(month);
  const pace = [...forecastRows(month, now), ...admissionRows(admission)];
  if (width < TWO_COLUMNS_FROM) return [...money, ...pace].map((row) => line(row, width).shown);
  const left = 36;
  return Array.from({ length: Math.max(money.length, pace.length) }, (_, index) => {
    const [a, b] = [money[index], pace[index]];
    const first = a === undefined ? { shown: "", columns: 0 } : line(a, left - 2);
    const space = " ".repeat(left - first.columns);
    return (b === undefined ? first.shown : first.shown + space + line(b, width - left).shown).trimEnd();
  });
}

function bookedTable({ booked, booking }: View, { colours, width }: Terminal): string[] {
  if (booked === undefined) return [];
  const rows = bookedLines(booked, 10).map((line) => [
    plainText(line.model, 60),
    line.cost,
    plainText(line.prices.join(", ")),
    plainText(line.tokens.join(", ")),
  ]);
  const table = terminalTable(
    [{ heading: "Model" }, { heading: "Cost", align: "right" }, { heading: "USD per million" }, { heading: "Tokens" }],
    rows,
    width,
  );
  return [
    ...wrapped(bookedSentence(booked, booking), width),
    ...(rows.length > 0 ? headed(table, { colours, width }) : []),
  ];
}

function modelTable(state: State, terminal: Terminal): string[] {
  const rows = modelRows(state, MAX_MODELS);
  if (rows.length === 0) return [];
  const right = "right" as const;
  const table = terminalTable(
    [
      { heading: "Model" },
      { heading: "Cost", align: right },
      { heading: "Share", align: right },
      { heading: "Input", align: right },
      { heading: "Output", align: right },
      { heading: "Per run", align: right },
      { heading: "Cache hits", align: right },
    ],
    rows.map((row) => [
      plainText(row.model, 60),
      row.cost,
      row.share,
      row.input,
      row.output,
      row.perExecution,
      row.cacheHits,
    ]),
    terminal.width,
  );
  return headed(table, terminal);
}

function stepLines(view: View, { colours, width }: Terminal): string[] {
  const steps = view.nextSteps
    .slice(0, 10)
    .flatMap(({ text, code }) => [
      ...wrapped(plainText(text, MAX_SENTENCE), width, "→ "),
      ...(code === undefined ? [] : code.split(/\r?\n/).map((line) => `    ${colours.cyan(plainCodeLine(line))}`)),
    ]);
  const notes = view.notes.slice(0, 10).flatMap((note) => wrapped(plainText(note, MAX_SENTENCE), width, "• "));
  return [...steps, ...notes.map((line) => colours.dim(line))];
}

function headed([heading = "", ...rows]: readonly string[], { colours }: Terminal): string[] {
  return [colours.dim(heading), ...rows];
}

function plainCodeLine(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? "";
  return indent + plainText(line, 300);
}

function paintOf(health: Health, colours: Colors): Colors["green"] {
  return { green: colours.green, yellow: colours.yellow, red: colours.red, blocked: colours.red }[health];
}

/** Terminals disagree about how wide a coloured circle is; there the colour says it. */
function withoutMark(value: string): string {
  return value.replace(/^\p{Extended_Pictographic}\uFE0F? /u, "");
}

function usable(width: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, Number.isFinite(width) ? Math.floor(width) : 80));
}
