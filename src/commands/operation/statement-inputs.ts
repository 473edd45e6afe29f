import type { IssuedStatement } from "../../books/statement-keys.ts";
import type { InputsOf } from "../../inputs/commands/table.ts";
import type { StatementRules } from "../../insight/allocation/statement-rules.ts";
import { statusOf } from "../../insight/allocation/statement-status.ts";
import type { ListedStatement } from "../../report/statement-text.ts";
import { closest } from "../../values/closest.ts";
import { BudgetError } from "../../values/errors.ts";
import type { Day } from "../../values/month.ts";
import type { Rules } from "./rules.ts";

export type StatementInputs = InputsOf<"statement">;

/** Whether the policy's statements, or all of it, can't be read. */
export function isBroken(broken: Rules["broken"]): boolean {
  return broken === "all" || broken.has("statements");
}

/** The entity of a name; all if none is given. Throws a BudgetError for an unknown one. */
export function entityNamed({ entities }: StatementRules, name: string | undefined): string | undefined {
  if (name === undefined || entities.some((one) => one.name === name)) return name;
  const names = entities.map((one) => one.name);
  const near = closest(name, names);
  const hint = near === undefined ? `the policy has ${names.join(", ")}` : `did you mean ${near}?`;
  throw badInput(`entity is ${JSON.stringify(name)}, which the policy doesn't have; ${hint}`);
}

/** Issued statements with what became of them, the newest first. */
export function listOf(issued: readonly IssuedStatement[], today: Day): ListedStatement[] {
  return issued
    .map((one) => ({
      ...{ number: one.number, month: one.month, entity: one.entity, amount: one.amount },
      ...{ issued: one.issued, due: one.due, status: statusOf(one, today) },
    }))
    .reverse();
}

/** The error for inputs of `statement` that can't be used. */
export function badInput(what: string): BudgetError {
  return new BudgetError("bad-input", `Bad input: ${what}. Nothing was changed.`);
}
