import type { Open } from "../../src/meter/opens.ts";
import type { MeterSetup } from "../../src/meter/setup.ts";
import type { NanoUsd } from "../../src/values/money.ts";
import type { Discord } from "../support/discord/server.ts";
import type { Repository } from "../support/github/repository.ts";
import type { GitHub } from "../support/github/server.ts";
import type { ActionResult, StartedAction } from "../support/runner/action.ts";
import type { Hosts } from "../support/runner/hosts.ts";
import type { SharedTime } from "../support/runner/shared-time.ts";
import type { Version } from "./history.ts";
import type { Journaled } from "./metered-agent.ts";
import type { Happening, SchedulePlan, StepPlan, WriterPlan } from "./schedule.ts";

export const BRANCH = "token-budget";

/** How long a request takes. */
export const REQUEST_MS = 150;

/** A step of a schedule while it runs and after. */
export type Step = {
  readonly plan: StepPlan;
  readonly writer: WriterPlan | null;
  /** What it is: a gate's main or post part, or the command. */
  readonly part: "main" | "post" | "meter" | "check" | "record" | "release" | "recap" | "verify";
  /** What it is told that was used, in dollars; null: something that nothing tells; undefined: nothing was. */
  readonly cost: string | null | undefined;
  /** Of a step that books a run whose meter died: the least it may charge, instead of an estimate below that. */
  readonly leastCost: NanoUsd | undefined;
  readonly token: string;
  /** The thread of the channel its posts go to, which tells them from others'. */
  readonly thread: string;
  running: StartedAction | undefined;
  result: ActionResult | undefined;
  githubRequests: number;
  discordRequests: number;
};

/** What a step is opened with. */
export type Opened = Pick<Step, "plan" | "writer" | "part" | "cost"> & Partial<Pick<Step, "leastCost">>;

/** A run's meter, and what became of it. */
export type MeteredRun = {
  readonly writer: WriterPlan;
  readonly setup: MeterSetup;
  /** What its processes wrote about themselves and their agents, in order. */
  readonly journal: readonly Journaled[];
  /** The requests that were open when its meter's processes ended, which are recorded at their least. */
  readonly opens: readonly Open[];
  /** What its record comes to. */
  readonly recorded: NanoUsd;
  /** It did not come to its end by itself. */
  readonly isDead: boolean;
  readonly post: Step | undefined;
};

/** Something people or clocks did, and how it is undone. */
export type Happened = {
  readonly what: Happening["what"];
  readonly isDue: () => boolean;
  readonly undo: () => Promise<void>;
};

/** One line of books from their first version to their last; the last of several is the one that is there. */
export type Life = { readonly versions: readonly Version[]; readonly isLost: boolean };

/** What a step asked of the place of the books: when, whether it was to write, and whether it was told the answer. */
export type Asked = { readonly atMs: number; readonly isWrite: boolean; readonly isTold: boolean };

/** Where the books of a schedule are. */
export type Keeper = {
  /** The state's text as it is now; nothing where there is none. */
  readonly state: () => Promise<string | undefined>;
  readonly lives: () => Promise<readonly Life[]>;
  readonly asked: (step: Step) => readonly Asked[];
  /** How a step finds the books, where that isn't by itself. */
  readonly inputs: (step: Step) => Readonly<Record<string, string>>;
  /** What may be nowhere, beside tokens and webhooks. */
  readonly secrets: readonly string[];
  readonly close: () => void;
};

/** The GitHub and the Discord of a schedule, and all that was seen to happen there. */
export type World = {
  readonly plan: SchedulePlan;
  readonly github: GitHub;
  readonly discord: Discord;
  /** Who plays its steps; none: each starts a process of its own. */
  readonly hosts: Hosts | undefined;
  readonly time: SharedTime;
  readonly repo: Repository;
  readonly keeper: Keeper;
  readonly steps: Step[];
  readonly metered: MeteredRun[];
  readonly journal: string[];
  readonly happened: Happened[];
  /** The last heads of the branches of books that were deleted for good. */
  readonly lostHeads: string[];
  /** When each post came, by GitHub's clock, in the order of Discord's log. */
  readonly postedAtMs: number[];
  readonly open: (step: Opened) => Step;
  readonly note: (text: string) => void;
  /** Undoes what people did, and lets nothing fail from here on. */
  readonly calm: () => Promise<void>;
};
