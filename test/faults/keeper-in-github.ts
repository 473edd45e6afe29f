import { seedBooks } from "../e2e/books-on-branch.ts";
import type { Fault, SeenRequest } from "../support/github/faults.ts";
import { type KeeperIn, metBy, shown } from "./create-world.ts";
import { happen } from "./happenings.ts";
import { historyOf } from "./history.ts";
import { faultOf } from "./trouble.ts";
import { BRANCH, type Life, REQUEST_MS, type Step, type World } from "./world.ts";

type Scene = Omit<World, "keeper">;

/** Books on a branch, whose GitHub is what fails. */
export const keeperInGitHub: KeeperIn = async (world, seed) => {
  const { github, repo, lostHeads } = world;
  if (seed !== null) await seedBooks(repo, seed);
  github.faults.schedule((request) => githubFault(world, request));
  return {
    state: async () => (await repo.readFile(BRANCH, "token_budget.json")) ?? undefined,
    async lives() {
      const head = await repo.head(BRANCH);
      const lives: Life[] = [];
      for (const lost of lostHeads) lives.push({ versions: await historyOf(repo, lost), isLost: true });
      if (head !== undefined) lives.push({ versions: await historyOf(repo, head), isLost: false });
      return lives;
    },
    asked: ({ token }) =>
      github.log
        .filter((one) => one.token === token)
        .map(({ at, write, status, fault }) => ({
          ...{ atMs: Date.parse(at), isWrite: write },
          isTold: status === 200 && fault === undefined,
        })),
    inputs: () => ({}),
    secrets: [],
    close: () => {},
  };
};

function githubFault(world: Scene, request: SeenRequest): Fault | undefined {
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

const before = (event: () => Promise<unknown>, next: Fault | undefined): Fault => ({
  ...{ kind: "meanwhile", when: "before", event },
  ...(next === undefined ? {} : { next }),
});

/** Ends the step while its request is at the server: not looked at yet, or done and not answered. */
function killing(world: Scene, step: Step, fault: Fault | undefined): Fault {
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
