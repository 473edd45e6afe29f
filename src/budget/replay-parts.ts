import { ZERO } from "./money.ts";
import { lineTurned, monthSums } from "./part-lines.ts";
import type { PartLine, State } from "./state.ts";

type Lines = State["budgets"];

/** A figure of a part that isn't what the ledger says. */
type PartDifference = { readonly figure: string; readonly found: number; readonly expected: number };

const FIGURES = ["spent", "tokens", "adjusted", "adjusted_tokens", "executions", "prs"] as const;

/**
 * Every figure of a part that differs from the ledger's. Periods turn without an entry: of one that the ledger has
 * nothing of, nothing is expected.
 */
export function partDifferences(found: Lines = {}, replayed: Lines = {}): PartDifference[] {
  const lines = Object.entries(found).flatMap(([name, line]) => {
    const expected = expectedOf(line, replayed[name]);
    const [is, should] = [monthSums(line), monthSums(expected)];
    return [
      ...FIGURES.map((key) => ({
        figure: `budgets ${name} ${key}`,
        found: line[key] ?? 0,
        expected: expected[key] ?? 0,
      })),
      ...outcomeDifferences(name, line.outcomes, expected.outcomes),
      { figure: `budgets ${name} month spent`, found: is.spent, expected: should.spent },
      { figure: `budgets ${name} month tokens`, found: is.tokens, expected: should.tokens },
    ];
  });
  // A part that is gone from the books was let go at a month's turn: this month can have booked nothing in it.
  const gone = Object.entries(replayed).filter(([name]) => !Object.hasOwn(found, name));
  const missing = gone.map(([name, line]) => ({
    figure: `budgets ${name} month spent`,
    found: ZERO,
    expected: monthSums(line).spent,
  }));
  return [...lines, ...missing].filter((difference) => difference.found !== difference.expected);
}

type Outcomes = PartLine["outcomes"];

function outcomeDifferences(name: string, found: Outcomes = {}, expected: Outcomes = {}): PartDifference[] {
  const kinds = new Set([...Object.keys(found), ...Object.keys(expected)]);
  return [...kinds].map((kind) => ({
    figure: `budgets ${name} outcomes ${kind}`,
    found: ownCount(found, kind),
    expected: ownCount(expected, kind),
  }));
}

function ownCount(counts: NonNullable<Outcomes>, kind: string): number {
  return Object.hasOwn(counts, kind) ? (counts[kind] ?? 0) : 0;
}

/** The parts with the ledger's figures in place of their own; periods, alerts and ways of counting stay. */
export function repairedParts(found: NonNullable<Lines>, replayed: Lines = {}): NonNullable<Lines> {
  const repaired = Object.entries(found).map(([name, line]) => {
    const { adjusted: _, adjusted_tokens: __, month: ___, ...rest } = line;
    const { executions: ______, prs: _______, outcomes: ________, ...kept } = rest;
    const { alerts_sent: ____, period: _____, ...figures } = expectedOf(line, replayed[name]);
    return [name, { ...kept, ...figures }] as const;
  });
  const gone = Object.entries(replayed).filter(
    ([name, line]) => !Object.hasOwn(found, name) && monthSums(line).spent !== ZERO,
  );
  return Object.fromEntries([...repaired, ...gone]);
}

function expectedOf(line: PartLine, replayed: PartLine | undefined): PartLine {
  const known = replayed ?? { period: line.period, spent: ZERO, tokens: 0, alerts_sent: [] };
  return known.period === line.period ? known : lineTurned(known, line.period);
}
