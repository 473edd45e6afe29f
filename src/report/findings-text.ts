import { markdownBlock, markdownText, plainText } from "../values/foreign-text.ts";
import { showMany } from "../values/show.ts";
import { fitting } from "./markdown/table.ts";
import type { NextStep, Tone } from "./model/view.ts";
import { wrapped } from "./terminal/table.ts";
import { MARKS, type Terminal } from "./terminal/terminal.ts";

/** One thing that was examined: its state, and what to fix. All texts are plain text. */
export type Finding = {
  readonly tone: Tone;
  /** What was examined, in a word or two: "Token". */
  readonly about: string;
  /** One sentence. */
  readonly text: string;
  readonly fix?: NextStep;
};

const MAX_BYTES = 100_000;
const MAX_LENGTH = 600;
const SUMMARY_MARKS: Readonly<Record<Tone, string>> = { good: "✅", warn: "⚠️", bad: "❌" };

/** The findings in one sentence. */
export function findingsSentence(findings: readonly Finding[]): string {
  const [problems, warnings] = (["bad", "warn"] as const).map(
    (tone) => findings.filter((finding) => finding.tone === tone).length,
  ) as [number, number];
  if (problems + warnings === 0) return `All ${findings.length} checks are fine.`;
  const parts = [
    ...(problems === 0 ? [] : [`${showMany(problems, "problem")} to fix`]),
    ...(warnings === 0 ? [] : [`${showMany(warnings, "warning")} to look at`]),
  ];
  return `${parts.join(" and ")}; ${findings.length - problems - warnings} of ${findings.length} checks are fine.`;
}

/** The findings in markdown for the job summary. */
export function renderFindings(findings: readonly Finding[], place: string): string {
  return fitting(
    [
      "## 🩺 Budget doctor",
      markdownText(findingsSentence(findings), MAX_LENGTH),
      ...findings.map(({ tone, about, text, fix }) =>
        [
          `${SUMMARY_MARKS[tone]} **${markdownText(about)}**: ${markdownText(text, MAX_LENGTH)}`,
          ...(fix === undefined ? [] : [`→ ${markdownText(fix.text, MAX_LENGTH)}`]),
          ...(fix?.code === undefined ? [] : [`\n${markdownBlock(fix.code)}`]),
        ].join("<br>\n"),
      ),
      `books: ${markdownText(place, 100)}`,
    ],
    MAX_BYTES,
  );
}

const BY_URGENCY: readonly Tone[] = ["bad", "warn", "good"];

/** The findings for a terminal, what needs a fix first; ends with a line break. */
export function renderFindingsTerminal(findings: readonly Finding[], { colors, width }: Terminal): string {
  const paint: Readonly<Record<Tone, (text: string) => string>> = {
    good: colors.green,
    warn: colors.yellow,
    bad: colors.red,
  };
  const room = Math.max(40, Math.min(width, 100));
  const widest = Math.max(...findings.map(({ about }) => about.length));
  const sorted = [...findings].sort((a, b) => BY_URGENCY.indexOf(a.tone) - BY_URGENCY.indexOf(b.tone));
  const lines = sorted.flatMap(({ tone, about, text, fix }) => {
    const [first = "", ...rest] = wrapped(
      plainText(text, MAX_LENGTH),
      room,
      `${MARKS[tone]} ${about.padEnd(widest)}  `,
    );
    return [
      paint[tone](first.slice(0, 1)) + first.slice(1),
      ...rest,
      ...(fix === undefined ? [] : wrapped(plainText(fix.text, MAX_LENGTH), room, "  → ")),
      ...(fix?.code === undefined ? [] : fix.code.split("\n").map((line) => `      ${colors.cyan(codeLine(line))}`)),
    ];
  });
  return `${[...lines, "", ...wrapped(findingsSentence(findings), room)].join("\n")}\n`;
}

/** A line to copy keeps its indentation. */
function codeLine(line: string): string {
  return `${/^ */.exec(line)?.[0] ?? ""}${plainText(line, 300)}`;
}
