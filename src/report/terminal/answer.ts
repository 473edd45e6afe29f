import { estimatedShare } from "../../books/estimated-share.ts";
import type { Hold } from "../../books/state.ts";
import { plainText } from "../../values/foreign-text.ts";
import { plus, showUsd } from "../../values/money.ts";
import type { Instant } from "../../values/month.ts";
import { runUrlOf, type SeenFrom } from "../../values/run-link.ts";
import { showMany, showMonth } from "../../values/show.ts";
import { bookedLines, bookedSentence } from "../answer/booked.ts";
import { bandOf } from "../model/band.ts";
import { estimatedText } from "../model/estimated-text.ts";
import { forecastText, goneText } from "../model/forecast-text.ts";
import { pauseLine } from "../model/pause-line.ts";
import { sparkText } from "../model/spark.ts";
import type { BooksView, MonthView, Tone } from "../model/view.ts";
import { ageOf, expiryOf, shownHolds } from "../open-holds.ts";
import { barLines, figureLines, modelTable } from "./month.ts";
import { columnsOf, cutTo, headed, padded, tableColumns, terminalTable, wrapped } from "./table.ts";
import { MARKS, type Terminal } from "./terminal.ts";

const NARROWEST = 40;
const WIDEST = 100;
const MAX_SENTENCE = 600;
const MAX_LINES = 60;
const BOOKED_COLUMNS = [
  { heading: "Model" },
  { heading: "Cost", align: "right" },
  { heading: "USD per million" },
  { heading: "Tokens" },
] as const;

/** A command's answer for a terminal; ends with a line break. */
export function renderTerminal(view: BooksView, terminal: Terminal): string {
  const width = usable(terminal.width);
  const { month } = view;
  const parts = [
    [headLine(view, { ...terminal, width }), ...answerLines(view, { ...terminal, width })],
    month === null
      ? []
      : [...barLines(month.figures, { ...terminal, width }), ...forecastLines(month, view, { ...terminal, width })],
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

/** What the month comes to, and when its money is gone; of the books as a whole also as a line, with the last days. */
function forecastLines(month: MonthView, { now }: BooksView, { width, colors }: Terminal): string[] {
  const texts = [forecastText(month), goneText(month)].flatMap((text) => textLines(text, width));
  if (month.outlook === undefined) return texts;
  const { figures, ahead, state } = month;
  const band = bandOf(ahead.forecast, plus(figures.budget, figures.topUps), Math.min(50, width));
  const legend = band === undefined ? [] : textLines(band.text, width);
  const last = textLines(sparkText(state, now), width);
  return [...(band === undefined ? [] : [band.cells]), ...legend.map(colors.dim), ...texts, ...last];
}

/** The answer, the bar and what to do next; ends with a line break. */
export function renderShort(view: BooksView, terminal: Terminal): string {
  const sized = { ...terminal, width: usable(terminal.width) };
  const { width } = sized;
  // A sentence that begins with the title needs none.
  const answer = view.sentence.startsWith(`${view.title}:`)
    ? textLines(view.sentence, width, `${MARKS[view.tone]} `)
    : [titleLine(view, sized), ...textLines(view.sentence, width)];
  const problem = view.problem?.code === "bad-input" ? [] : textLines(problemText(view), width);
  const bar = view.month === null ? [] : barLines(view.month.figures, sized);
  return `${[...answer, ...problem, ...bar, ...stepLines({ ...view, notes: [] }, sized)].join("\n")}\n`;
}

/** The answer on one line, broken only where a terminal would break it; ends with a line break. */
export function renderLine({ tone, sentence }: BooksView, { colors, width }: Terminal): string {
  const [first = "", ...rest] = wrapped(plainText(sentence, MAX_SENTENCE), width, `${MARKS[tone]} `);
  return `${[paintOf(tone, colors)(first.slice(0, 1)) + first.slice(1), ...rest].join("\n")}\n`;
}

/** The open holds of the books, oldest first, each with its run's page, for a person at a terminal. */
export function renderHolds(
  holds: readonly Hold[],
  from: SeenFrom & { readonly now: Instant },
  terminal: Terminal,
): string {
  const { now } = from;
  const { shown, more } = shownHolds(holds);
  if (shown.length === 0) return "No open holds.\n";
  const rows = shown.map((hold) => [
    plainText(hold.profile, 30),
    showUsd(hold.amount),
    ageOf(hold, now),
    expiryOf(hold, now),
    plainText(hold.id, 60),
  ]);
  const width = Math.max(terminal.width, NARROWEST);
  const hasRoom = tableColumns(HOLD_COLUMNS, rows) <= width;
  const columns = hasRoom ? HOLD_COLUMNS : HOLD_COLUMNS.slice(0, -1);
  const [heading = "", ...lines] = headed(terminalTable(columns, rows, width), terminal);
  // An id or a link is of use only in one piece: then it has a separate line.
  const listed = lines.flatMap((line, index) => [
    line,
    ...(hasRoom ? [] : [`  ${rows[index]?.at(-1) ?? ""}`]),
    ...pageLines(shown[index], from, terminal),
  ]);
  return `${[heading, ...listed, ...(more > 0 ? [`and ${showMany(more, "more hold")}`] : [])].join("\n")}\n`;
}

const HOLD_COLUMNS = [
  { heading: "Held for" },
  { heading: "Amount", align: "right" },
  { heading: "Age", align: "right" },
  { heading: "Expires" },
  { heading: "Hold" },
] as const;

function pageLines(hold: Hold | undefined, from: SeenFrom, { colors }: Terminal): string[] {
  const url = hold === undefined ? undefined : runUrlOf(hold.run, from);
  return url === undefined ? [] : [colors.dim(`  ${plainText(url, 200)}`)];
}

function headLine(view: BooksView, { colors, width }: Terminal): string {
  const name = plainText(view.name, 60);
  const head = view.month === null ? name : `${name} · ${showMonth(view.month.figures.month)}`;
  const place = plainText(view.place, 80);
  const room = width - columnsOf(head) - 2;
  return room < 12
    ? colors.bold(cutTo(head, width))
    : `${colors.bold(head)}  ${colors.dim(padded(cutTo(place, room), room, "right"))}`;
}

function titleLine({ tone, title }: BooksView, { colors, width }: Terminal): string {
  return paintOf(tone, colors)(colors.bold(cutTo(`${MARKS[tone]} ${plainText(title)}`, width)));
}

function paintOf(tone: Tone, colors: Terminal["colors"]): Terminal["colors"]["green"] {
  return { good: colors.green, warn: colors.yellow, bad: colors.red }[tone];
}

function answerLines(view: BooksView, terminal: Terminal): string[] {
  const { width } = terminal;
  return [
    titleLine(view, terminal),
    ...pauseLines(view, width),
    ...[...textLines(view.sentence, width), ...estimatedLines(view, width), ...textLines(problemText(view), width)],
  ];
}

function pauseLines(view: BooksView, width: number): string[] {
  const line = pauseLine(view);
  return line === "" ? [] : textLines(`${MARKS.warn} ${line}`, width);
}

function estimatedLines({ month }: BooksView, width: number): string[] {
  const share = month === null ? undefined : estimatedShare(month.state);
  return share === undefined ? [] : textLines(`${MARKS.warn} ${estimatedText(share)}`, width);
}

/**
 * A text of one or several lines, the first behind a mark if there is one: a list keeps its items, and lines to copy
 * keep their indentation.
 */
function textLines(text: string, width: number, mark = ""): string[] {
  return text
    .split(/\r?\n/)
    .slice(0, MAX_LINES)
    .flatMap((line, index) => {
      const start = /^ {0,4}(?:- )?/.exec(line)?.[0] ?? "";
      const words = plainText(line.slice(start.length), MAX_SENTENCE);
      return words === "" ? [] : wrapped(words, width, index === 0 ? mark + start : start);
    });
}

function problemText({ problem, sentence }: BooksView): string {
  if (problem === undefined) return "";
  const code = plainText(problem.code, 60);
  return problem.message === sentence ? `Reason: ${code}` : `${problem.message} (${code})`;
}

function bookedTable({ booked, booking }: BooksView, terminal: Terminal): string[] {
  if (booked === undefined) return [];
  const { width } = terminal;
  const lines = bookedLines(booked, 10);
  const rows = lines.map((line) => [
    plainText(line.model, 60),
    line.cost,
    plainText(line.prices.join(", ")),
    plainText(line.tokens.join(", ")),
  ]);
  const fits = tableColumns(BOOKED_COLUMNS, rows) <= width;
  return [
    ...wrapped(bookedSentence(booked, booking), width),
    ...(rows.length === 0
      ? []
      : fits
        ? headed(terminalTable(BOOKED_COLUMNS, rows, width), terminal)
        : rows.flatMap((row) => bookedBlock(row, width))),
  ];
}

/** A model's line of a charge if the table has no room for it: nothing is cut. */
function bookedBlock([model = "", cost = "", prices = "", tokens = ""]: readonly string[], width: number): string[] {
  const room = width - columnsOf(cost) - 2;
  return [
    `${cutTo(model, room)}  ${cost}`,
    ...(tokens === "" ? [] : wrapped(tokens, width, "  ")),
    ...(prices === "" ? [] : wrapped(`at ${prices} per million tokens`, width, "  ")),
  ];
}

function stepLines(view: BooksView, { colors, width }: Terminal): string[] {
  const steps = view.nextSteps
    .slice(0, 10)
    .flatMap(({ text, code }) => [
      ...wrapped(plainText(text, MAX_SENTENCE), width, "→ "),
      ...(code === undefined ? [] : code.split(/\r?\n/).map((line) => `    ${colors.cyan(plainCodeLine(line))}`)),
    ]);
  const notes = view.notes.slice(0, 10).flatMap((note) => wrapped(plainText(note, MAX_SENTENCE), width, "• "));
  return [...steps, ...notes.map((line) => colors.dim(line))];
}

function plainCodeLine(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? "";
  return indent + plainText(line, 300);
}

function usable(width: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, Number.isFinite(width) ? Math.floor(width) : 80));
}
