import * as z from "zod/mini";
import { BudgetError } from "../../values/errors.ts";
import type { LedgerHour } from "../../values/month.ts";
import { ledgerNameOf, POLICY_PATHS } from "../files/paths.ts";
import type { FoundFiles } from "../files/snapshot.ts";
import { StoreFault } from "../port.ts";
import type { GitHubClient } from "./client.ts";
import { type BlobEntry, BOOKS_QUERY, booksAnswer } from "./query.ts";
import { type Asked, invisible, throwRefusal } from "./refusals.ts";
import { type Reply, serverTimeOf } from "./reply.ts";

/** The place of the books in GitHub. */
export type GitHubPlace = {
  readonly owner: string;
  readonly repo: string;
  readonly branch: string;
  readonly path: string;
  readonly ledgerFolder: string;
};

/** The books and their surroundings, as one query found them. */
export type Found = Pick<FoundFiles, "state" | "ledger" | "hasLedger" | "policy" | "legacy"> & {
  readonly readAt: number;
  readonly isEmpty: boolean;
  readonly defaultBranch: string | undefined;
  readonly head: string | undefined;
  /** The hour's ledger continues in a third part, which this query didn't ask for. */
  readonly hasMore: boolean;
};

/** Reads head, state, the hour's ledger, policy and what was left on the default branch, in one request. */
export async function findBooks(
  client: GitHubClient,
  place: GitHubPlace,
  { hour, now }: { readonly hour: LedgerHour; readonly now: number },
): Promise<Found> {
  const { path, ledgerFolder: folder } = place;
  const [first, second, third] = ([1, 2, 3] as const).map((part) => `${folder}/${ledgerNameOf(hour, part)}`);
  const [policy, policyYaml] = POLICY_PATHS;
  const reply = await client.graphql(BOOKS_QUERY, {
    ...{ owner: place.owner, name: place.repo, ref: `refs/heads/${place.branch}`, path, folder },
    ...{ first, second, third, policy, policyYaml },
  });
  const asked = askedOf(place, { write: false, now });
  throwRefusal(reply, asked);
  const { repository } = decodeReply(booksAnswer, reply).data;
  if (repository === null) throw invisible(asked);
  const { defaultBranchRef, ref } = repository;
  const books = ref?.target;
  const state = textOf(books?.state, path, place);
  const parts = [
    { path: first ?? "", text: textOf(books?.first, first ?? "", place) },
    { path: second ?? "", text: textOf(books?.second, second ?? "", place) },
  ];
  return {
    readAt: readAtOf(reply),
    isEmpty: repository.isEmpty,
    defaultBranch: defaultBranchRef?.name,
    head: books?.oid,
    state,
    ledger: parts.flatMap(({ path, text }) => (text === null ? [] : [{ path, text }])),
    hasLedger: books?.ledger != null,
    hasMore: books?.third != null,
    policy:
      policyOf(defaultBranchRef?.target?.policy, policy) ?? policyOf(defaultBranchRef?.target?.policyYaml, policyYaml),
    legacy: legacyOf(defaultBranchRef, place, state),
  };
}

type DefaultBranch = { readonly name: string; readonly target: { readonly legacy: BlobEntry } | null };

function legacyOf(branch: DefaultBranch | null, place: GitHubPlace, state: string | null): Found["legacy"] {
  if (branch === null || branch.name === place.branch || !branch.target?.legacy) return null;
  const { path } = place;
  // Once the books exist it is only mentioned, never read again.
  const text = state === null ? textOf(branch.target.legacy, path, { ...place, branch: branch.name }) : null;
  return { path, branch: branch.name, text };
}

/** The policy file of an entry; null if there is none. */
export function policyOf(entry: BlobEntry | undefined, path: string): Found["policy"] {
  if (!entry) return null;
  // A broken policy must not stop bookings: the policy decoder refuses this text.
  return { path, text: plainTextOf(entry) ?? "(this file is not text, or larger than GitHub shows)" };
}

/** The text of a blob; null if there is no file. Throws a BudgetError if there is one that can't be read whole. */
export function textOf(
  entry: BlobEntry | undefined,
  path: string,
  place: Pick<GitHubPlace, "owner" | "repo" | "branch">,
): string | null {
  if (!entry) return null;
  const text = plainTextOf(entry);
  if (text !== null) return text;
  const what =
    entry.object?.byteSize === undefined
      ? "is not a file"
      : entry.object.isTruncated
        ? `is too large to read (${entry.object.byteSize} bytes)`
        : "is not text";
  throw new BudgetError(
    "state-unreadable",
    `${path} on the branch ${place.branch} of ${place.owner}/${place.repo} ${what}. ` +
      "Restore it from an earlier commit; nothing was written.",
  );
}

function plainTextOf(entry: NonNullable<BlobEntry>): string | null {
  const { object } = entry;
  if (!object || object.isTruncated) return null;
  return object.byteSize === 0 ? "" : (object.text ?? null);
}

/** An answer in the requested form. Throws a StoreFault for any other: GitHub is failing. */
export function decodeReply<T extends z.ZodMiniType>(schema: T, reply: Reply): z.output<T> {
  const result = z.safeParse(schema, reply.body);
  if (result.success) return result.data;
  throw new StoreFault("GitHub's answer doesn't match its schema", { cause: result.error });
}

/** For the sentence about a refusal. */
export function askedOf(place: GitHubPlace, { write, now }: Pick<Asked, "write" | "now">): Asked {
  return { repository: `${place.owner}/${place.repo}`, branch: place.branch, write, now };
}

function readAtOf(reply: Reply): number {
  const readAt = serverTimeOf(reply);
  if (readAt === undefined) throw new StoreFault("GitHub's answer has no date");
  return readAt;
}
