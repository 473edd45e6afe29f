import { unknownWebhook } from "../support/discord/faults.ts";
import type { Discord } from "../support/discord/server.ts";
import type { Fault, SeenRequest } from "../support/github/faults.ts";
import type { GitHub } from "../support/github/server.ts";
import type { Hosts } from "../support/runner/hosts.ts";
import { SharedTime } from "../support/runner/shared-time.ts";
import type { Seed } from "../support/seeded-books.ts";
import type { SchedulePlan } from "./schedule.ts";
import { faultOf } from "./trouble.ts";
import type { Keeper, Step, World } from "./world.ts";

/** Any read shows the books there were so long before a schedule begins. */
const BEFORE_MS = 60_000;

/** Puts a schedule's books where they are to be, with what was there before; its faults begin with the schedule. */
export type KeeperIn = (world: Omit<World, "keeper">, seed: Seed | null) => Promise<Keeper>;

type On = {
  readonly github: GitHub;
  readonly discord: Discord;
  readonly hosts: Hosts;
  readonly keeperIn: KeeperIn;
};

/** Begins the world of a schedule on a stage that nothing else is played on. */
export async function createWorld({ github, discord, hosts, keeperIn }: On, plan: SchedulePlan): Promise<World> {
  const seededOn = new Date(Date.parse(plan.at) - BEFORE_MS).toISOString().replace(".000Z", "Z");
  github.clock.set(seededOn);
  await github.renew();
  discord.clear();
  const repo = github.repo();
  if (plan.hasPart) await repo.writeFile("main", ".github/token-budget.yml", PART);
  const steps: Step[] = [];
  const journal: string[] = [];
  const world: Omit<World, "keeper"> = {
    ...{
      plan,
      github,
      discord,
      // Every twentieth schedule starts a process for each step, as a runner does.
      hosts: plan.seed % 20 === 0 ? undefined : hosts,
      time: new SharedTime(github.clock),
      repo,
      steps,
      metered: [],
      journal,
      happened: [],
      lostHeads: [],
      postedAtMs: [],
    },
    open(opened) {
      const step: Step = {
        leastCost: undefined,
        ...opened,
        token: `ghs_${plan.seed}_${opened.plan.name}`,
        thread: String(steps.length + 1),
        ...{ running: undefined, result: undefined, githubRequests: 0, discordRequests: 0 },
      };
      github.setToken(step.token, { permission: "write", login: step.plan.name });
      steps.push(step);
      return step;
    },
    note: (text) => void journal.push(`${github.clock.now().toISOString().slice(5, 23)} ${text}`),
    async calm() {
      github.faults.clear();
      discord.faults.clear();
      discord.faults.schedule(() => void world.postedAtMs.push(github.clock.now().getTime()));
      for (const one of world.happened) await one.undo();
    },
  };
  const seed = plan.books === null ? null : { at: seededOn, ...plan.books, state: seededAt(plan) };
  const keeper = await keeperIn(world, seed);
  github.clock.set(plan.at);
  discord.faults.schedule((request) => discordFault(world, request));
  return { ...world, keeper };
}

/** The seeded milestones were told before the schedule, as far as its money goes. */
const seededAt = ({ books, at }: SchedulePlan) => ({
  milestones_reached: [5, 10].filter((milestone) => (books?.spent ?? 0) >= milestone),
  ...(books?.isFull === true && crowded(books.holds, new Date(Date.parse(at) + 5 * 3_600_000).toISOString())),
});

const PART = "budgets: [{ name: all, match: { division: any }, limit: 1000000 USD }]\n";

/** Open holds, ids and approvals that fill the books: about 500,000 bytes of them, all of which have to be kept. */
function crowded(seeded: readonly number[], expiresAt: string) {
  const list = <T>(length: number, of: (index: number) => T): T[] => Array.from({ length }, (_, index) => of(index));
  const at = "2026-01-31T23:00:00Z";
  const about = "x".repeat(550);
  return {
    holds: list(400, (index) => ({
      id: `crowd-${index}`,
      amount: seeded[index] ?? 0.000_001,
      at,
      expires_at: expiresAt.replace(".000Z", "Z"),
      profile: "crowd",
      run: { repository: "o/r", run_id: 10_000 + index, attempt: 1, job: "agent", index: 0 },
      tags: { about },
    })),
    booked_ids: list(500, (index) => ({
      id: `crowd-${index}-${"x".repeat(40)}`,
      request: "0123456789abcdef",
      charged: 0.01,
      at,
    })),
    approvals: Object.fromEntries(list(1_000, (index) => [`an-owner/a-repository/${100_000 + index}`, "2026-01-31"])),
  };
}

function discordFault(world: Omit<World, "keeper">, request: SeenRequest): Fault | undefined {
  const { plan, steps, github } = world;
  world.postedAtMs.push(github.clock.now().getTime());
  const thread = /thread_id=(\d+)/.exec(request.path)?.[1];
  const step = steps.find((one) => one.thread === thread);
  if (step === undefined) throw new Error(`Nobody's post: ${thread}`);
  const trouble = step.plan.discord[step.discordRequests++] ?? null;
  const drawn = trouble === null ? undefined : metBy(world, step, faultOf(trouble, github.clock.now()));
  const fault = plan.isWebhookGone ? unknownWebhook() : drawn;
  world.note(`${step.plan.name} posts${shown(fault)}`);
  return fault;
}

/** Who is left hanging waits for its time-out; everybody else would wait for it for ever. */
export function metBy(world: Pick<World, "time">, step: Step, fault: Fault): Fault {
  if (fault.kind !== "hang") return fault;
  const event = async () => world.time.leaveHanging(step.running?.pid ?? 0);
  return { kind: "meanwhile", when: "after", event, next: fault };
}

export const shown = (fault: Fault | undefined): string =>
  fault === undefined ? "" : `, but: ${JSON.stringify(fault, (key, value) => (key === "body" ? undefined : value))}`;
