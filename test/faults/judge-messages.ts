import type { QueuedMessage } from "../../src/books/state.ts";
import { renderMessage } from "../../src/notify/messages/embeds.ts";
import type { Fault } from "../support/github/faults.ts";
import type { Breach, Evidence } from "./judge.ts";
import type { Step, World } from "./world.ts";

const LEASE_MS = 10 * 60_000;
const NAME = "AI Orchestration";

/** A post that reached the channel: who sent it, when, and whether its sender was told so. */
type Reached = {
  readonly step: Step | undefined;
  readonly atMs: number;
  readonly isAnswered: boolean;
  readonly embeds: readonly string[];
};

/**
 * Law messages: every message that was ever queued reached the channel; twice only where its sender died, wasn't told
 * that it had arrived, or could not note it within its lease. Books that were deleted take their queue with them.
 */
export function judgeMessages({ world, lives }: Evidence): Breach[] {
  const reached = reachedOf(world);
  // Many waiting messages are told in one, which names them by their titles alone.
  if (reached.some(({ embeds }) => embeds.some((embed) => embed.includes("📬")))) return [];
  const breaches: Breach[] = [];
  for (const { versions, isLost } of lives) {
    const queued = new Map<string, QueuedMessage>();
    for (const { state } of versions) for (const message of state?.outbox ?? []) queued.set(message.id, message);
    for (const message of queued.values()) {
      const embed = canonical(renderMessage(message, { name: NAME }));
      const posts = reached.filter(({ embeds }) => embeds.includes(embed));
      if (posts.length === 0 && !isLost)
        breaches.push({ law: "messages", what: `${message.id} never reached the channel` });
      const unexplained = posts.slice(1).some((post, index) => !isExcused(posts[index], post));
      if (unexplained && lives.length === 1)
        breaches.push({ law: "messages", what: `${message.id} came twice without need` });
    }
    const left = isLost ? [] : (versions.at(-1)?.state?.outbox ?? []);
    if (left.length > 0)
      breaches.push({ law: "messages", what: `${left.map(({ id }) => id)} are still queued at the end` });
  }
  return breaches;
}

function reachedOf({ discord, steps, postedAtMs }: World): readonly Reached[] {
  return discord.log.flatMap(({ path, sent, status, fault }, index) => {
    if (!hasArrived(status, fault)) return [];
    const thread = /thread_id=(\d+)/.exec(path)?.[1];
    const { embeds } = JSON.parse(sent) as { embeds: readonly { readonly image?: object }[] };
    return [
      {
        step: steps.find((one) => one.thread === thread),
        atMs: postedAtMs[index] ?? 0,
        isAnswered: status === 200 && fault?.kind !== "truncate",
        // A message is the same with its picture and without.
        embeds: embeds.map(({ image: _, ...embed }) => canonical(embed)),
      },
    ];
  });
}

function hasArrived(status: number, fault: Fault | undefined): boolean {
  if (fault === undefined) return status === 200;
  if (fault.kind === "status" || fault.kind === "hang") return fault.after === true;
  return fault.kind === "drop-after" || fault.kind === "truncate" || fault.kind === "slow";
}

function isExcused(first: Reached | undefined, second: Reached): boolean {
  if (first === undefined) return false;
  if (!first.isAnswered) return true;
  const result = first.step?.result;
  const said = result?.annotations.map(({ message }) => message).join("\n") ?? "";
  const isUnnoted = /could not be (removed|delivered)/.test(said);
  return isUnnoted || result?.signal !== null || second.atMs - first.atMs >= LEASE_MS;
}

const canonical = (embed: object): string => JSON.stringify(embed);
