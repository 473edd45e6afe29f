import { type Discord, startDiscord } from "../support/discord/server.ts";
import { type GitHub, startGitHub } from "../support/github/server.ts";
import type { Hosts } from "../support/runner/hosts.ts";
import { createWorld, type KeeperIn } from "./create-world.ts";
import { keeperInGitHub } from "./keeper-in-github.ts";
import type { SchedulePlan } from "./schedule.ts";
import type { World } from "./world.ts";

/**
 * A GitHub, a Discord and processes that schedules are played with, one after another: starting them, and the git
 * processes behind them, would take several times as long as a schedule.
 */
export type Stage = {
  readonly github: GitHub;
  readonly discord: Discord;
  readonly hosts: Hosts;
  /** Begins the world of a schedule; nothing else is played at the same time. */
  readonly worldOf: (plan: SchedulePlan) => Promise<World>;
};

/** A stage whose books are where `keeperIn` puts them: on a branch, unless it is given. */
export async function openStage(hosts: Hosts, keeperIn: KeeperIn = keeperInGitHub): Promise<Stage> {
  const [github, discord] = await Promise.all([startGitHub({ tokens: {} }), startDiscord()]);
  return { github, discord, hosts, worldOf: (plan) => createWorld({ github, discord, hosts, keeperIn }, plan) };
}

/** Ends it; throws when git finds anything wrong with what was ever committed, or a schema was broken. */
export async function closeStage({ github, discord }: Pick<Stage, "github" | "discord">): Promise<void> {
  const fsck = await Promise.allSettled([github.repo().fsck()]);
  const stopped = await Promise.allSettled([github.stop(), discord.stop()]);
  for (const one of [...fsck, ...stopped]) if (one.status === "rejected") throw one.reason;
}
