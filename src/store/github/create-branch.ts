import * as z from "zod/mini";
import type { LedgerFile } from "../files/paths.ts";
import { StoreFault } from "../port.ts";
import { askedOf, decodeReply, type GitHubPlace } from "./books.ts";
import type { GitHubClient } from "./client.ts";
import { throwRefusal } from "./refusals.ts";
import { propertyOf, type Reply } from "./reply.ts";

const named = z.object({ sha: z.string() });
const madeRef = z.object({ object: z.object({ sha: z.string() }) });

/** Where to start and with what, and the time for messages. */
export type Beginning = {
  readonly client: GitHubClient;
  readonly place: GitHubPlace;
  readonly message: string;
  readonly files: readonly LedgerFile[];
  readonly now: number;
};

/** Begins the books' branch with a parentless commit of these files alone; undefined if another writer was first. */
export async function createBranch(beginning: Beginning): Promise<string | undefined> {
  const { client, place, message, files } = beginning;
  const { owner, repo, branch } = place;
  const at = { owner, repo };
  const tree = files.map(({ path, text }) => ({ path, mode: "100644", type: "blob", content: text }) as const);
  const madeTree = shaOf(await client.rest(({ git }) => git.createTree({ ...at, tree })), beginning);
  const commit = shaOf(await client.rest(({ git }) => git.createCommit({ ...at, message, tree: madeTree })), beginning);
  const reply = await client.rest(({ git }) => git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: commit }));
  if (reply.status === 422 && /reference already exists/i.test(saidBy(reply))) return undefined;
  throwRefusal(reply, askedOf(place, { write: true, now: beginning.now }));
  const head = decodeReply(madeRef, reply).object.sha;
  if (head !== commit) throw new StoreFault("GitHub returned a different commit than the books' first one");
  return head;
}

/**
 * Gives an empty repository its first commit, which git data needs: a README on the branch named, otherwise on the
 * default one. False if another writer was first.
 */
export async function beginRepository(beginning: Beginning, branch: string | undefined): Promise<boolean> {
  const { client, place } = beginning;
  const { owner, repo } = place;
  const readme = {
    path: "README.md",
    message: "Add a README to the repository, which token-budget found empty",
    content: Buffer.from(`# ${repo}\n`).toString("base64"),
    ...(branch === undefined ? {} : { branch }),
  };
  const reply = await client.rest(({ repos }) => repos.createOrUpdateFileContents({ owner, repo, ...readme }));
  const said = saidBy(reply);
  if (
    (reply.status === 422 && /sha/.test(said)) ||
    (reply.status === 409 && /but expected|does not match/.test(said))
  ) {
    return false;
  }
  throwRefusal(reply, askedOf(place, { write: true, now: beginning.now }));
  return true;
}

/** The name of what was made. Throws for a refusal. */
function shaOf(reply: Reply, { place, now }: Beginning): string {
  throwRefusal(reply, askedOf(place, { write: true, now }));
  return decodeReply(named, reply).sha;
}

function saidBy(reply: Reply): string {
  return reply.status < 400 ? "" : String(propertyOf(reply.body, "message") ?? "");
}
