import { seedBooks } from "../e2e/books-on-branch.ts";
import { unknownWebhook } from "../support/discord/faults.ts";
import type { Fault, SeenRequest } from "../support/github/faults.ts";
import { SharedTime } from "../support/runner/shared-time.ts";
import { happen } from "./happenings.ts";
import type { SchedulePlan } from "./schedule.ts";
import type { Stage } from "./stage.ts";
import { faultOf } from "./trouble.ts";
import { REQUEST_MS, type Step, type World } from "./world.ts";

/** Any read shows the books there were so long before a schedule begins. */
const BEFORE_MS = 60_000;

/** Begins the world of a schedule on a stage that nothing else is played on. */
export async function createWorld({ github, discord, hosts }: Stage, plan: SchedulePlan): Promise<World> {
  const seededOn = new Date(Date.parse(plan.at) - BEFORE_MS).toISOString().replace(".000Z", "Z");
  github.clock.set(seededOn);
  await github.renew();
  discord.clear();
  const repo = github.repo();
  if (plan.books !== null) await seedBooks(repo, { at: seededOn, ...plan.books, state: seededAt(plan) });
  if (plan.hasPart) await repo.writeFile("main", ".github/token-budget.yml", PART);
  github.clock.set(plan.at);
  const steps: Step[] = [];
  const journal: string[] = [];
  const world: World = {
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
  github.faults.schedule((request) => githubFault(world, request));
  discord.faults.schedule((request) => discordFault(world, request));
  return world;
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

function githubFault(world: World, request: SeenRequest): Fault | undefined {
  const step = world.steps.find(({ token }) => token === request.token);
  if (step === undefined) return undefined;
  const nth = step.githubRequests++;
  world.github.clock.advance(REQUEST_MS);
  const trouble = step.plan.github[nth] ?? null;
  let fault = trouble === null ? undefined : metBy(world, step, faultOf(trouble, world.github.clock.now()));
  world.note(`${step.plan.name} asks ${request.operationName ?? `${request.method} ${request.path}`}${shown(fault)}`);
  const { kill, happening } = step.plan;
  if (kill !== null && "request" in kill.at && kill.at.request === nth) fault = killing(world, step, fault);
  if (happening?.request === nth) fault = before(() => happen(world, happening), fault);
  const due = world.happened.filter((one) => one.isDue());
  return due.length === 0 ? fault : before(() => Promise.all(due.map((one) => one.undo())), fault);
}

function discordFault(world: World, request: SeenRequest): Fault | undefined {
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

const before = (event: () => Promise<unknown>, next: Fault | undefined): Fault => ({
  ...{ kind: "meanwhile", when: "before", event },
  ...(next === undefined ? {} : { next }),
});

/** Who is left hanging waits for its time-out; everybody else would wait for it for ever. */
function metBy(world: World, step: Step, fault: Fault): Fault {
  if (fault.kind !== "hang") return fault;
  const event = async () => world.time.leaveHanging(step.running?.pid ?? 0);
  return { kind: "meanwhile", when: "after", event, next: fault };
}

/** Ends the step while its request is at the server: not looked at yet, or done and not answered. */
function killing(world: World, step: Step, fault: Fault | undefined): Fault {
  const { kill } = step.plan;
  const isBefore = kill !== null && "request" in kill.at && kill.at.when === "before";
  const event = async () => {
    if (kill === null) return;
    world.note(
      `${step.plan.name} gets ${kill.signal} ${isBefore ? "before its request is looked at" : "before it is answered"}`,
    );
    step.running?.kill(kill.signal);
    await step.running?.ended;
  };
  const next: Fault | undefined = isBefore ? { kind: "drop-before" } : fault;
  return { kind: "meanwhile", when: isBefore ? "before" : "after", event, ...(next === undefined ? {} : { next }) };
}

const shown = (fault: Fault | undefined): string =>
  fault === undefined ? "" : `, but: ${JSON.stringify(fault, (key, value) => (key === "body" ? undefined : value))}`;
