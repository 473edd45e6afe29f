import { StoreFault } from "../port.ts";
import type { GitHubClient } from "./client.ts";
import { isRateLimit } from "./rate-limit.ts";
import { propertyOf } from "./reply.ts";

/** Whose a token is: a person's; an app's, which is an installation's or a workflow's too; nobody's. */
export type TokenUser =
  | { readonly kind: "person"; readonly login: string }
  | { readonly kind: "app" }
  | { readonly kind: "unknown" };

/** Asks GitHub whose the client's token is. Throws a StoreFault if it gives no answer. */
export async function userOf(client: GitHubClient): Promise<TokenUser> {
  const reply = await client.rest(({ users }) => users.getAuthenticated());
  const { status, body } = reply;
  if (status === 401) return { kind: "unknown" };
  if (isRateLimit(reply, [], String(propertyOf(body, "message"))))
    throw new StoreFault("GitHub's rate limit was reached");
  // An installation has no user: "Resource not accessible by integration".
  if (status === 403 || status === 404) return { kind: "app" };
  const [login, type] = [propertyOf(body, "login"), propertyOf(body, "type")];
  if (status !== 200 || typeof login !== "string")
    throw new StoreFault(`GitHub answered ${status} to whose a token is`);
  return type === "User" ? { kind: "person", login } : { kind: "app" };
}
