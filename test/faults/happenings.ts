import type { Happening } from "./schedule.ts";
import { BRANCH, type World as Whole } from "./world.ts";

type World = Omit<Whole, "keeper">;

const STATE = "token_budget.json";
/** A key that no release knows: it must be there to the end. */
export const FOREIGN_KEY = "x_dashboard";
export const FOREIGN_FILE = "notes/why.md";

/** Does what is to happen at this moment. */
export async function happen(world: World, { what, by, undoneAfter }: Happening): Promise<void> {
  const { github, happened } = world;
  const undo = await DEEDS[what](world, by);
  if (undo === undefined) return;
  world.note(`meanwhile: ${what}${by > 0 ? ` (${by})` : ""}`);
  const since = github.log.length;
  let isUndone = false;
  happened.push({
    what,
    isDue: () => !isUndone && undoneAfter !== null && github.log.length >= since + undoneAfter,
    async undo() {
      if (isUndone) return;
      isUndone = true;
      await undo();
    },
  });
}

type Undo = () => Promise<void>;
const nothing: Undo = async () => {};

const DEEDS: Readonly<Record<Happening["what"], (world: World, by: number) => Promise<Undo | undefined>>> = {
  "branch deleted": deleteBranch,
  async "file added"({ repo }) {
    await repo.writeFile(BRANCH, FOREIGN_FILE, "Somebody else's file\n");
    return nothing;
  },
  "budget raised": (world, by) =>
    editState(world, (state) => ({ ...state, monthly_budget: state.monthly_budget + by })),
  "budget lowered": (world, by) =>
    editState(world, (state) => ({ ...state, monthly_budget: state.monthly_budget - by })),
  "key added": (world) =>
    editState(world, (state) => ({ ...state, [FOREIGN_KEY]: { team: "infrastructure", shown: [1, 2] } })),
  "spaces changed": (world) => editState(world, (state) => state, 4),
  "JSON broken": (world) => damage(world, (text) => text.replace("{", "{,")),
  "merge left open": (world) => damage(world, (text) => `<<<<<<< ours\n${text}=======\n${text}>>>>>>> theirs\n`),
  async "branch protected"({ repo, note }) {
    repo.setProtected(BRANCH);
    return async () => {
      repo.setProtected(BRANCH, false);
      note("the ruleset is lifted");
    };
  },
  async "time jumps"({ github }, minutes) {
    github.clock.advance(minutes * 60_000);
    return nothing;
  },
};

/** A maintainer restores the branch where it was, if nothing has taken its place by then. */
async function deleteBranch(world: World): Promise<Undo | undefined> {
  const { repo, lostHeads, note } = world;
  const head = await repo.exclusively(async () => {
    const found = await repo.head(BRANCH);
    return found !== undefined && (await repo.moveRef(`refs/heads/${BRANCH}`, found, undefined)) ? found : undefined;
  });
  if (head === undefined) return undefined;
  lostHeads.push(head);
  return async () => {
    const isBack = await repo.exclusively(() => repo.moveRef(`refs/heads/${BRANCH}`, undefined, head));
    note(isBack ? "the branch is restored" : "another branch has taken the deleted one's place");
    if (isBack) lostHeads.splice(lostHeads.indexOf(head), 1);
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a person edits whatever JSON is there
type Edit = (state: any) => unknown;

async function editState({ repo }: World, edit: Edit, indent = 2): Promise<Undo | undefined> {
  const isEdited = await repo.editFile(BRANCH, STATE, (text) => {
    const state = parsed(text);
    return state === undefined ? text : `${JSON.stringify(edit(state), null, indent)}\n`;
  });
  return isEdited ? nothing : undefined;
}

async function damage({ repo, note }: World, spoil: (text: string) => string): Promise<Undo | undefined> {
  let sound = "";
  const isDamaged = await repo.editFile(BRANCH, STATE, (text) => {
    sound = text;
    return spoil(text);
  });
  if (!isDamaged) return undefined;
  return async () => {
    await repo.editFile(BRANCH, STATE, () => sound);
    note("the state file is mended");
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
