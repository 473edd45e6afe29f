import { highest, severityAt } from "../alerts/severity.ts";
import { type Draft, withNote } from "../draft.ts";
import type { QueuedDelivery } from "../notify-keys.ts";
import { DEFAULT_CHANNEL } from "./channels.ts";

/** A message in a queue; one in the outbox names no channel: it waits for the default one. */
type Waiting = Pick<QueuedDelivery, "kind" | "severity" | "facts"> & Partial<Pick<QueuedDelivery, "to">>;

/**
 * At most so many messages, the last of which was just queued and stays. What waits for the longest queues makes room,
 * so that a channel that gets nothing holds up no other: the oldest there that matters little, then the oldest.
 */
export function withinRoom<T extends Waiting>(
  messages: readonly T[],
  most: number,
): { readonly kept: T[]; readonly dropped: readonly T[] } {
  const kept = [...messages];
  const dropped: T[] = [];
  while (kept.length > most) dropped.push(...kept.splice(leastOf(kept.slice(0, -1)), 1));
  return { kept, dropped };
}

function leastOf(older: readonly Waiting[]): number {
  const lengths = new Map<string, number>();
  for (const message of older) for (const name of namesOf(message)) lengths.set(name, (lengths.get(name) ?? 0) + 1);
  const shortest = older.map((message) => Math.min(...namesOf(message).map((name) => lengths.get(name) ?? 0)));
  const longest = Math.max(...shortest);
  const isIn = (index: number) => shortest[index] === longest;
  const light = older.findIndex((message, index) => isIn(index) && isLight(message));
  return light < 0 ? shortest.indexOf(longest) : light;
}

function namesOf({ to }: Waiting): readonly string[] {
  return to === undefined ? [DEFAULT_CHANNEL] : Object.keys(to);
}

/** Whether it matters little; the outbox keeps the severity of an alert only among its facts. */
function isLight({ kind, severity, facts }: Waiting): boolean {
  if (severity !== undefined) return severity === "info";
  if (kind !== "alert") return false;
  const { raised, percents } = facts as { readonly raised?: unknown; readonly percents?: unknown };
  if (Array.isArray(raised)) return raised.every((alert) => alert?.severity === "info");
  const passed = Array.isArray(percents) ? percents.filter((percent) => typeof percent === "number") : [];
  return highest(passed.map((percent) => severityAt(percent))) === "info";
}

/** The draft with a warning for each message that made room, with the channels that it waited for. */
export function withRoomNoted(draft: Draft, dropped: readonly Waiting[], most: number): Draft {
  return dropped.reduce((noted, message) => {
    const names = namesOf(message).filter((name) => name !== DEFAULT_CHANNEL);
    const whose = names.length === 0 ? "" : ` for the channel${names.length === 1 ? "" : "s"} ${names.join(", ")}`;
    const which = isLight(message) ? "the oldest that matters little" : "the oldest";
    return withNote(noted, "warning", `${most} messages are waiting to be sent, so ${which}${whose} was dropped.`);
  }, draft);
}
