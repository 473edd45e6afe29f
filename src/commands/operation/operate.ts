import type { Bounds } from "../../books/bounds.ts";
import type { Decision, Others } from "../../books/decide.ts";
import type { Judge, Note } from "../../books/draft.ts";
import type { Request } from "../../books/request.ts";
import type { Settings } from "../../books/settings.ts";
import type { RuleInputs } from "../../inputs/settings-of.ts";
import { partOutlooks } from "../../insight/part-outlook.ts";
import { renderCommitMessage } from "../../report/answer/commit-message.ts";
import { renderBadge } from "../../report/badge.ts";
import { renderPage } from "../../report/markdown/page.ts";
import { frozenNote } from "../../store/opening.ts";
import type { BookFile, Change, Snapshot } from "../../store/port.ts";
import type { Plan, Refused, Transacted } from "../../store/turn.ts";
import { BudgetError } from "../../values/errors.ts";
import { attempt } from "./attempt.ts";
import { channelsOf, digestsOf, hostNotes } from "./channels.ts";
import { commitParts } from "./commit-parts.ts";
import type { Ports } from "./ports.ts";
import { redacted } from "./redacted.ts";
import { type Rules, rulesReader, type Strictness } from "./rules.ts";

/** A request, and the files that land in the same commit. */
type Wished = { readonly request: Request; readonly files?: readonly BookFile[] };

/** What an operation requests of the books, given the snapshot and its rules. */
export type Wish<Known = object> = {
  readonly strictness: Strictness;
  readonly mustExist?: boolean;
  /** Leases messages for the run's channels; an operation that has just sent them doesn't. */
  readonly isDelivering?: boolean;
  /** Leases comments on pull requests of this repository. */
  readonly commentsIn?: string | undefined;
  /** The books as this process has just written them. */
  readonly from?: Snapshot | null;
  /** What only a booking judges. */
  readonly judge?: Judge;
  /** The request, and what else the command knows. */
  readonly request: (rules: Rules, snapshot: Snapshot) => Promise<Known & Wished>;
};

/** The result: the answer, the books after it, the rules that decided it, and what else the command knew. */
export type Operated<Known = object> = Transacted & {
  readonly ok: true;
  readonly rules: Rules;
  readonly notes: readonly Note[];
  /** The operation's id, which signs its leases. */
  readonly operation: string;
  readonly known: Known;
};

/** Why it failed, with the rules if they were read and the request if it was made. */
export type Unanswered<Known = object> = {
  readonly ok: false;
  readonly error: BudgetError;
  readonly rules: Rules | undefined;
  readonly known: (Known & { readonly request: Request }) | undefined;
};

/** What a plan knows besides: no request if none could be made. */
type Planned<Known> = {
  readonly rules: Rules;
  readonly known?: Known & { readonly request: Request };
};

/** Runs one operation on the books: every command that may change them uses it. Never throws a BudgetError. */
export async function operate<Known = object>(
  ports: Ports,
  inputs: RuleInputs,
  wish: Wish<Known>,
): Promise<Operated<Known> | Unanswered<Known>> {
  const readRules = rulesReader(ports, inputs, wish.strictness);
  const result = await ports.store.transact<Planned<Known>>({
    from: wish.from ?? undefined,
    tell: ports.log,
    plan: async (snapshot) => planOf(ports, wish, { rules: await readRules(snapshot), snapshot }),
    describe: (decision, plan, before) => describe(ports, { decision, plan, before }),
  });
  const { rules, known } = result.plan ?? {};
  if (!result.ok) return { ok: false, error: result.error, rules, known };
  if (rules === undefined || known === undefined) throw new Error("an answer was given without a request");
  return { ...result, rules, known, operation: known.request.id, notes: notesOf(ports, result, rules) };
}

async function planOf<Known>(
  ports: Ports,
  wish: Wish<Known>,
  { rules, snapshot }: { readonly rules: Rules; readonly snapshot: Snapshot },
): Promise<Planned<Known> & (Plan | Refused)> {
  const wished = await attempt(() => wish.request(rules, snapshot));
  if (wished instanceof BudgetError) return { rules, refused: wished };
  // A secret in a usage file or a tag would be in the books forever.
  const request = redacted(wished.request, ports.redact);
  const circumstances = redacted(circumstancesOf(ports, rules), ports.redact);
  const channels = wish.isDelivering === false ? {} : circumstances.channels;
  const { judge, commentsIn, mustExist = false } = wish;
  const others = await othersFor(request);
  const files = wished.files?.map(({ path, text }) => ({ path, text: ports.redact(text) }));
  const lines = await linesFor(ports, request, snapshot);
  const all = { ...circumstances, channels, judge, commentsIn, others };
  const plan = { request, files, lines, circumstances: all, mustExist };
  return { ...plan, rules, known: { ...wished, request } };
}

/** Only a store that can look up holds needs this code. */
async function linesFor(ports: Ports, request: Request, snapshot: Snapshot): Promise<readonly string[]> {
  if (ports.store.find === null || request.kind === "check") return [];
  return (await import("./found-lines.ts")).foundLines(ports, request, snapshot);
}

/** A gate doesn't wait for the code of other operations. */
async function othersFor({ kind }: Request): Promise<Others | undefined> {
  if (kind === "check" || kind === "sent") return undefined;
  return (await import("../../books/operations.ts")).decideOther;
}

/** The circumstances of a decision, apart from its time. */
export function circumstancesOf(ports: Ports, rules: Rules): Plan["circumstances"] {
  return {
    settings: withinBounds(rules.settings, ports.store.bounds),
    channels: digestsOf(channelsOf(ports, rules.settings)),
    repository: ports.caller.fullRun.repository,
    runUrl: ports.caller.fullRun.url,
    page: ports.store.place.page,
    server: ports.server,
    actor: ports.caller.fullRun.actor,
    setter: setterOf(ports),
  };
}

/** The settings with what the store says the books may have. */
function withinBounds(settings: Settings, bounds: Bounds | undefined): Settings {
  if (bounds === undefined) return settings;
  return { ...settings, bounds, parts: settings.parts?.map((part) => ({ ...part, mostValues: bounds.values })) };
}

/** Whose input sets the budget: a workflow, by its repository and name. */
function setterOf({ caller: { fullRun, profile } }: Ports): string {
  return fullRun.repository === undefined ? profile : `${fullRun.repository} ${fullRun.workflow ?? profile}`;
}

function notesOf(ports: Ports, { snapshot, answer }: Transacted, rules: Rules): Note[] {
  const frozen = frozenNote(snapshot, ports.store.place);
  return [
    ...(frozen === undefined ? [] : [{ level: "warning" as const, text: frozen }]),
    ...rules.notes,
    ...hostNotes(ports, rules.settings),
    ...answer.notes,
  ];
}

type Described = { readonly decision: Decision; readonly plan: Plan; readonly before: Snapshot };

function describe(ports: Ports, { decision, plan, before }: Described): Change["note"] {
  const { place } = ports.store;
  const message = renderCommitMessage(commitParts(decision, plan.request), {
    runId: ports.caller.run.run_id,
    // A push with an app's or a person's token starts workflows; one with GITHUB_TOKEN doesn't.
    skipCi: !place.ownBranch,
  });
  if (!place.ownBranch) return { message, page: null };
  return { message, page: pageOf(decision, plan, place.path), badge: badgeOf(decision, before) };
}

/** Null while it shows the same: only a booking that changes its text writes it. */
function badgeOf({ state }: Decision, { state: before }: Snapshot): string | null {
  const badge = renderBadge(state);
  return before.kind === "state" && renderBadge(before.state) === badge ? null : badge;
}

function pageOf({ state, answer }: Decision, plan: Plan, path: string): string {
  const { name, parts } = plan.circumstances.settings;
  const budgets = partOutlooks(parts ?? [], { state });
  const { figures, ahead } = answer;
  return renderPage({ state, figures, name, path, ahead, budgets });
}
