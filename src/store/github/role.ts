import type { GitHubClient } from "./client.ts";
import { throwRefusal } from "./refusals.ts";
import { propertyOf } from "./reply.ts";

/** The role someone has in a repository ("admin", "maintain", "write", a custom one …), "none" for a stranger. */
export async function roleOf(
  client: GitHubClient,
  { owner, repo, user }: { readonly owner: string; readonly repo: string; readonly user: string },
): Promise<string> {
  const asked = { owner, repo, username: user };
  const reply = await client.rest(({ repos }) => repos.getCollaboratorPermissionLevel(asked));
  if (reply.status === 404) return "none";
  throwRefusal(reply, { repository: `${owner}/${repo}`, branch: "", write: false, now: 0 });
  const role = propertyOf(reply.body, "role_name") ?? propertyOf(reply.body, "permission");
  return typeof role === "string" ? role : "none";
}
