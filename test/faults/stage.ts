import { type Discord, startDiscord } from "../support/discord/server.ts";
import { type GitHub, startGitHub } from "../support/github/server.ts";
import type { Hosts } from "../support/runner/hosts.ts";

/**
 * A GitHub, a Discord and processes that schedules are played with, one after another: starting them, and the git
 * processes behind them, would take several times as long as a schedule.
 */
export type Stage = { readonly github: GitHub; readonly discord: Discord; readonly hosts: Hosts };

export async function openStage(hosts: Hosts): Promise<Stage> {
  const [github, discord] = await Promise.all([startGitHub({ tokens: {} }), startDiscord()]);
  return { github, discord, hosts };
}

/** Ends it; throws when git finds anything wrong with what was ever committed, or a schema was broken. */
export async function closeStage({ github, discord }: Stage): Promise<void> {
  const fsck = await Promise.allSettled([github.repo().fsck()]);
  const stopped = await Promise.allSettled([github.stop(), discord.stop()]);
  for (const one of [...fsck, ...stopped]) if (one.status === "rejected") throw one.reason;
}
