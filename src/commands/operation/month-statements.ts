import { hasMonth } from "../../books/messages/recap-facts.ts";
import type { State } from "../../books/state.ts";
import type { IssuedStatement } from "../../books/statement-keys.ts";
import { statementsAfter } from "../../books/statement-list.ts";
import {
  addToStatement,
  type Statement,
  type Statements,
  startStatement,
  statementsOf,
} from "../../insight/allocation/statement.ts";
import { issuedFor } from "../../insight/allocation/statement-number.ts";
import {
  clientPage,
  type Issue,
  insidePage,
  type PageSources,
  type StatementPage,
} from "../../insight/allocation/statement-page.ts";
import type { StatementRules } from "../../insight/allocation/statement-rules.ts";
import type { Snapshot } from "../../store/port.ts";
import { BudgetError } from "../../values/errors.ts";
import { AmountError } from "../../values/money.ts";
import { dayOf, type Month, monthBefore } from "../../values/month.ts";
import { foldDays } from "./fold-days.ts";
import type { Ports } from "./ports.ts";
import type { Rules } from "./rules.ts";

/** The statements of a month, and what their pages need besides. */
export type MonthStatements = {
  readonly month: Month;
  readonly isRunning: boolean;
  readonly statements: readonly Statement[];
  /** Those of the month before, in the same order; undefined if it isn't known what it was spent on. */
  readonly previous: readonly Statement[] | undefined;
  /** The issued statements of this month and the two before it, and of later ones. */
  readonly issued: readonly IssuedStatement[];
};

/** What the statements are about: the books as they were read, by these rules. */
export type Asked = {
  readonly snapshot: Snapshot;
  readonly state: State;
  readonly rules: StatementRules;
  readonly month: Month;
};

/**
 * Adds up a month and the one before it from the ledger, read as a stream. Throws a BudgetError that names the file and
 * the line of what can't be read, and for a rate that makes amounts too large, and for a ledger that isn't whole.
 */
export async function monthStatements(ports: Ports, asked: Asked): Promise<MonthStatements> {
  try {
    return await addedUp(ports, asked);
  } catch (error) {
    if (!(error instanceof AmountError)) throw error;
    const text = `The statements of ${asked.month} have amounts above the largest one that can be stored, $8,388,607. Check the rates of the policy.`;
    throw new BudgetError("bad-policy", text, { cause: error });
  }
}

type Adding = {
  readonly current: Statements;
  readonly previous: Statements;
  readonly issued: IssuedStatement[];
};

async function addedUp(ports: Ports, { snapshot, state, rules, month }: Asked): Promise<MonthStatements> {
  const before = monthBefore(month);
  const { current, previous, issued } = await foldDays<Adding>(ports, snapshot, {
    // The books remember an expired hold for forty days: its charge is at most two months older than its correction.
    // Statements are issued after their month, and the state lists only the newest ones.
    days: { from: `${monthBefore(before)}-01`, to: dayOf(snapshot.at, state.timezone) },
    start: () => ({
      current: startStatement(rules, { month }),
      previous: startStatement(rules, { month: before }),
      issued: [],
    }),
    add: (adding, entry) => {
      addToStatement(adding.current, entry);
      addToStatement(adding.previous, entry);
      return entry.statement === undefined
        ? adding
        : { ...adding, issued: statementsAfter(adding.issued, entry, Number.POSITIVE_INFINITY) };
    },
  });
  const former = statementsOf(previous);
  const isFormerKnown = hasMonth(state, before) && former.at(-1)?.isImported === false;
  return {
    // Until a run has closed it, holds that expired aren't in the ledger.
    ...{ month, isRunning: month >= closedBefore(snapshot, state), statements: statementsOf(current) },
    previous: isFormerKnown ? former : undefined,
    issued,
  };
}

function closedBefore({ state: read }: Snapshot, { current_month }: State): Month {
  return read.kind === "state" ? read.state.current_month : current_month;
}

/** Which page of a statement is made: a client's, or the one for people inside the house. */
export type Audience = { readonly isInside: boolean; readonly issue?: Issue | undefined };

/** The page of one of the month's statements. */
export function pageOf(
  { statements, previous, isRunning, issued }: MonthStatements,
  statement: Statement,
  { isInside, issue, rules }: Audience & { readonly rules: Rules },
): StatementPage {
  const name = statement.entity?.name;
  const sources: PageSources = {
    ...{ isRunning, issue, parts: rules.settings.parts ?? [] },
    previous: previous?.[statements.indexOf(statement)],
    numberOf: (month) => (name === undefined ? undefined : issuedFor(issued, { entity: name, month })?.number),
  };
  return isInside ? insidePage(statement, sources) : clientPage(statement, sources);
}
