import { BudgetError } from "../values/errors.ts";
import { ZERO } from "../values/money.ts";
import { book, type Draft } from "./draft.ts";
import type { Entry } from "./entry.ts";
import type { StatementRequest } from "./request.ts";
import type { State } from "./state.ts";
import type { IssuedStatement } from "./statement-keys.ts";

/**
 * Issues statements, or notes that one was paid or is void; with a ledger line each that costs nothing. What is done
 * already is left as it is. Throws a BudgetError for a month that isn't closed, an unknown number, and a payment of what
 * is void.
 */
export function keepStatements(draft: Draft, request: StatementRequest): Draft {
  const { act } = request;
  if ("issue" in act) return act.issue.reduce((before, one, index) => issue(before, request, { one, index }), draft);
  const [change, number] = "paid" in act ? (["paid", act.paid] as const) : (["void", act.void] as const);
  const known = request.listed?.number === number ? request.listed : statementNamed(draft.state, number);
  if (known[change] !== undefined) return draft;
  if (known.void !== undefined) {
    const text = `${number} is void: a payment belongs to the statement that replaces it. Nothing was changed.`;
    throw new BudgetError("not-allowed", text);
  }
  return bookedFor(draft, request, { id: request.id, statement: { number, change } });
}

function issue(
  draft: Draft,
  request: StatementRequest,
  { one, index }: { readonly one: IssuedStatement; readonly index: number },
): Draft {
  const { state } = draft;
  if (one.month >= state.current_month) {
    const text = `${one.month} isn't closed yet: a statement is issued for a month that is over. Nothing was changed.`;
    throw new BudgetError("not-allowed", text);
  }
  if (state.statements?.some(({ number }) => number === one.number)) return draft;
  const id = index === 0 ? request.id : `${request.id}:${index + 1}`;
  return bookedFor(draft, request, { id, statement: { ...one, change: "issued" } });
}

function bookedFor(
  draft: Draft,
  { actor, reason, run }: StatementRequest,
  { id, statement }: Pick<Entry, "id" | "statement">,
): Draft {
  const said = reason === undefined ? {} : { reason };
  return book(draft, { id, kind: "statement", cost: ZERO, statement, ...said, actor, run });
}

function statementNamed({ statements = [] }: State, number: string): IssuedStatement {
  const found = statements.find((one) => one.number === number);
  if (found !== undefined) return found;
  const numbers = statements.slice(-5).map((one) => one.number);
  const known = numbers.length === 0 ? "none was issued" : `the newest are ${numbers.join(", ")}`;
  throw new BudgetError("bad-input", `The books have no statement ${number}; ${known}. Nothing was changed.`);
}
