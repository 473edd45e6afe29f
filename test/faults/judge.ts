import { judgeAnswers } from "./judge-answers.ts";
import { judgeBooks } from "./judge-books.ts";
import { judgeFreshness } from "./judge-fresh.ts";
import { judgeMessages } from "./judge-messages.ts";
import { judgeMeters } from "./judge-meters.ts";
import { judgeMoney } from "./judge-money.ts";
import { judgeSecrets } from "./judge-secrets.ts";
import type { Life, World } from "./world.ts";

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

/** What a judge looks at: the world after the schedule, and every version of its books. */
export type Evidence = { readonly world: World; readonly lives: readonly Life[] };

/** Every law that a schedule broke, and how. */
export async function judge(world: World): Promise<readonly Breach[]> {
  const lives = await world.keeper.lives();
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
