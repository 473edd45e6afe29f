import { BudgetError } from "../budget/budget-error.ts";
import type { Ports } from "./ports.ts";

const MAINTAINERS = ["admin", "maintain"];

/**
 * In a workflow only a maintainer may, by `workflow_dispatch` on the default branch. Throws a BudgetError for anyone
 * else; `what` is what they may not do: "A reset".
 */
export async function mustBeMaintainer({ caller, roleOf }: Ports, what: string): Promise<void> {
  if (!caller.mayMaintain) {
    throw new BudgetError(
      "not-allowed",
      `${what} is for maintainers: start it by hand (workflow_dispatch) on the default branch, not from another event or branch. Nothing was changed.`,
    );
  }
  if (roleOf === null) return;
  const role = await roleOf(caller.actor);
  if (MAINTAINERS.includes(role)) return;
  throw new BudgetError(
    "not-allowed",
    `${what} is for maintainers: ${caller.actor} has the role ${role || "none"}, and maintain or admin is needed. Nothing was changed.`,
  );
}
