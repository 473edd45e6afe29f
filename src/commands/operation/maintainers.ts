import { BudgetError } from "../../values/errors.ts";
import type { Ports } from "./ports.ts";

const MAINTAINERS = ["admin", "maintain"];

/** Whether a role in the repository of the books may reset, adjust and approve. */
export function isMaintainer(role: string): boolean {
  return MAINTAINERS.includes(role);
}

/**
 * In a workflow only a maintainer passes, by `workflow_dispatch` on the default branch. Throws a BudgetError for anyone
 * else; `what` names what they may not do: "A reset".
 */
export async function mustBeMaintainer({ caller, roleOf }: Ports, what: string): Promise<void> {
  if (!caller.mayMaintain) {
    throw new BudgetError(
      "not-allowed",
      `${what} is for maintainers: start it manually (workflow_dispatch) on the default branch, not from another event or branch. Nothing was changed.`,
    );
  }
  if (roleOf === null) return;
  const role = await roleOf(caller.actor);
  if (isMaintainer(role)) return;
  const hint = isApp(caller.actor)
    ? " That is an app's account, so a workflow or an app started this run: a person with such a role must start it manually."
    : "";
  throw new BudgetError(
    "not-allowed",
    `${what} is for maintainers: ${caller.actor} has the role ${role || "none"}, but needs maintain or admin.${hint} Nothing was changed.`,
  );
}

/**
 * Whether an account is an app's: "[bot]" ends its name, and can't end a person's. GitHub gives apps no role in a
 * repository: asked for one it answers "none", or 404 "is not a user".
 * https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
 */
function isApp(actor: string): boolean {
  return actor.endsWith("[bot]");
}
