import { historyOf, type Version } from "./history.ts";
import { judgeAnswers } from "./judge-answers.ts";
import { judgeBooks } from "./judge-books.ts";
import { judgeFreshness } from "./judge-fresh.ts";
import { judgeMessages } from "./judge-messages.ts";
import { judgeMeters } from "./judge-meters.ts";
import { judgeMoney } from "./judge-money.ts";
import { judgeSecrets } from "./judge-secrets.ts";
import { BRANCH, type World } from "./world.ts";

/** The laws a schedule is held to. */
export const LAWS = [
  "sum",
  "once",
  "own",
  "admission",
  "month",
  "messages",
  "secrets",
  "corrupt",
  "closed",
  "fresh",
  "fits",
  "round trip",
  "meter",
] as const;
export type Law = (typeof LAWS)[number];

export type Breach = { readonly law: Law; readonly what: string };

/** One branch of books from its first commit to its last; the last of several is the one that is there. */
export type Life = { readonly versions: readonly Version[]; readonly isLost: boolean };

/** What a judge looks at: the world after the schedule, and every version of its books. */
export type Evidence = { readonly world: World; readonly lives: readonly Life[] };

/** Every law that a schedule broke, and how. */
export async function judge(world: World): Promise<readonly Breach[]> {
  const { repo, lostHeads } = world;
  const head = await repo.head(BRANCH);
  const lives: Life[] = [];
  for (const lost of lostHeads) lives.push({ versions: await historyOf(repo, lost), isLost: true });
  if (head !== undefined) lives.push({ versions: await historyOf(repo, head), isLost: false });
  const evidence = { world, lives };
  return [
    ...lives.flatMap((life) => judgeBooks(evidence, life)),
    ...judgeMoney(evidence),
    ...judgeMeters(evidence),
    ...judgeAnswers(evidence),
    ...judgeFreshness(evidence),
    ...judgeMessages(evidence),
    ...judgeSecrets(evidence),
  ];
}
