import { BudgetError } from "../../values/errors.ts";
import type { Ports } from "./ports.ts";

const MAINTAINERS = ["admin", "maintain"];
const WRITERS = [...MAINTAINERS, "write"];

/** Whether a role in the repository of the books may reset, adjust and approve. */
export function isMaintainer(role: string): boolean {
  return MAINTAINERS.includes(role);
}

/**
 * In a workflow only a maintainer passes, by `workflow_dispatch` on the default branch. Throws a BudgetError for anyone
 * else; `what` names what they may not do: "A reset".
 */
export function mustBeMaintainer(ports: Ports, what: string): Promise<void> {
  return mustHaveRole(ports, { roles: MAINTAINERS, needed: "maintain or admin", rule: `${what} is for maintainers` });
}

/** The same for everyone who may write to the repository: "An acknowledgement". */
export function mustBeWriter(ports: Ports, what: string): Promise<void> {
  const rule = `${what} is for people who can write to the repository`;
  return mustHaveRole(ports, { roles: WRITERS, needed: "write, maintain or admin", rule });
}

async function mustHaveRole(
  { caller, roleOf }: Ports,
  { roles, needed, rule }: { readonly roles: readonly string[]; readonly needed: string; readonly rule: string },
): Promise<void> {
  if (!caller.mayMaintain) {
    throw new BudgetError(
      "not-allowed",
      `${rule}: start it manually (workflow_dispatch) on the default branch, not from another event or branch. Nothing was changed.`,
    );
  }
  if (roleOf === null) return;
  const role = await roleOf(caller.actor);
  if (roles.includes(role)) return;
  const hint = isApp(caller.actor)
    ? " That is an app's account, so a workflow or an app started this run: a person with such a role must start it manually."
    : "";
  throw new BudgetError(
    "not-allowed",
    `${rule}: ${caller.actor} has the role ${role || "none"}, but needs ${needed}.${hint} Nothing was changed.`,
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
