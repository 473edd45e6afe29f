import { ZERO } from "../../values/money.ts";
import { UNIT_NAMES } from "../../values/quantity.ts";
import { adjustedIn, allBookedIn, withoutAmounts } from "../counting.ts";
import { emptyLine, lineTurned, monthSums } from "../part-lines.ts";
import type { PartLine, State } from "../state.ts";
import { amountKey } from "../unit-keys.ts";

type Lines = State["budgets"];

type Figures = Readonly<Record<string, unknown>>;

/**
 * The figures of each sub-budget as the books have them, and as the ledger does. Periods change without an entry: for
 * one that isn't in the ledger, nothing is expected.
 */
export function partFigures(
  found: Lines = {},
  replayed: Lines = {},
): { readonly found: Figures; readonly expected: Figures } {
  const pairs = Object.entries(found).map(([name, line]) => {
    const expected = expectedOf(line, replayed[name]);
    const outcomes = Object.keys({ ...line.outcomes, ...expected.outcomes });
    return [name, figuresIn(line, outcomes), figuresIn(expected, outcomes)] as const;
  });
  // A sub-budget that is missing from the books was dropped when a month changed: this month can have booked nothing in
  // it.
  const gone = Object.entries(replayed)
    .filter(([name]) => !Object.hasOwn(found, name))
    .map(([name, line]) => [name, { month: { spent: ZERO } }, { month: { spent: monthSums(line).spent } }] as const);
  return {
    found: Object.fromEntries([...pairs, ...gone].map(([name, is]) => [name, is])),
    expected: Object.fromEntries([...pairs, ...gone].map(([name, , shouldBe]) => [name, shouldBe])),
  };
}

function figuresIn(line: PartLine, outcomes: readonly string[]): Figures {
  const { executions = 0, prs = 0 } = line;
  const none = Object.fromEntries(outcomes.map((outcome) => [outcome, 0]));
  const month = monthSums(line);
  const adjusted = Object.fromEntries(UNIT_NAMES.map((unit) => [amountKey("adjusted", unit), adjustedIn(line, unit)]));
  return { ...allBookedIn(line), ...adjusted, executions, prs, outcomes: { ...none, ...line.outcomes }, month };
}

/** The sub-budgets with the ledger's figures instead of theirs; periods, alerts and ways of counting stay. */
export function repairedParts(found: NonNullable<Lines>, replayed: Lines = {}): NonNullable<Lines> {
  const repaired = Object.entries(found).map(([name, line]) => {
    const { month: _, executions: __, prs: ___, outcomes: ____, ...kept } = withoutAmounts(line);
    const { alerts_sent: _____, period: ______, ...figures } = expectedOf(line, replayed[name]);
    return [name, { ...kept, ...figures }] as const;
  });
  const gone = Object.entries(replayed).filter(
    ([name, line]) => !Object.hasOwn(found, name) && monthSums(line).spent !== ZERO,
  );
  return Object.fromEntries([...repaired, ...gone]);
}

function expectedOf(line: PartLine, replayed: PartLine | undefined): PartLine {
  const known = replayed ?? emptyLine(line.period);
  return known.period === line.period ? known : lineTurned(known, line.period);
}
