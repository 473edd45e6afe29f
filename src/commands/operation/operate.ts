import type { Decision } from "../../books/decide.ts";
import type { Note } from "../../books/draft.ts";
import type { Request } from "../../books/request.ts";
import type { State } from "../../books/state.ts";
import type { Inputs } from "../../inputs/parse-inputs.ts";
import { partOutlooks } from "../../insight/part-outlook.ts";
import { renderCommitMessage } from "../../report/answer/commit-message.ts";
import { renderPage } from "../../report/markdown/page.ts";
import { frozenNote } from "../../store/opening.ts";
import type { Snapshot } from "../../store/port.ts";
import type { Plan, Transacted } from "../../store/turn.ts";
import { commitParts } from "./commit-parts.ts";
import type { Ports } from "./ports.ts";
import { redacted } from "./redacted.ts";
import { type Rules, rulesReader, type Strictness } from "./rules.ts";

/** What an operation wants of the books, given what the snapshot and its rules say. */
export type Wish = {
  readonly strictness: Strictness;
  readonly mustExist?: boolean;
  /** Takes leases on messages where the run has a webhook; a run that has just sent them doesn't. */
  readonly isDelivering?: boolean;
  /** The books as this process has just written them. */
  readonly from?: Snapshot | null;
  readonly request: (rules: Rules, snapshot: Snapshot) => Promise<Request>;
};

/** What came of it: the answer, the books after it, and the rules it was decided by. */
export type Operated = Transacted & {
  readonly rules: Rules;
  readonly notes: readonly Note[];
  /** The operation's id, which signs its leases. */
  readonly operation: string;
};

/** Runs one operation on the books: the way every command goes that may change them. */
export async function operate(ports: Ports, inputs: Inputs, wish: Wish): Promise<Operated> {
  const readRules = rulesReader(ports, inputs, wish.strictness);
  let planned: { readonly rules: Rules; readonly request: Request } | undefined;
  const transacted = await ports.store.transact({
    from: wish.from ?? undefined,
    tell: ports.log,
    plan: async (snapshot) => {
      const rules = await readRules(snapshot);
      // A secret that stands in a usage file or a tag would stand in the books for ever.
      const request = redacted(await wish.request(rules, snapshot), ports.redact);
      planned = { rules, request };
      const circumstances = redacted(circumstancesOf(ports, rules), ports.redact);
      const canDeliver = circumstances.canDeliver && wish.isDelivering !== false;
      return { request, circumstances: { ...circumstances, canDeliver }, mustExist: wish.mustExist === true };
    },
    describe: (decision, plan) => describe(ports, decision, plan),
  });
  if (planned === undefined) throw new Error("transact answered without a plan");
  const { rules, request } = planned;
  return { ...transacted, rules, operation: request.id, notes: notesOf(ports, transacted, rules) };
}

/** The circumstances of a decision, apart from its time. */
export function circumstancesOf(ports: Ports, rules: Rules): Plan["circumstances"] {
  return {
    settings: rules.settings,
    canDeliver: ports.webhook !== null,
    repository: ports.caller.fullRun.repository,
    runUrl: ports.caller.fullRun.url,
    setter: setterOf(ports),
  };
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
    ...answer.notes,
  ];
}

function describe(ports: Ports, decision: Decision, plan: Plan): { message: string; page: string | null } {
  const { place } = ports.store;
  const message = renderCommitMessage(commitParts(decision, plan.request), {
    runId: ports.caller.run.run_id,
    // An App's or a person's token starts workflows where GITHUB_TOKEN doesn't.
    skipCi: !place.ownBranch,
  });
  return { message, page: place.ownBranch ? pageOf(decision.state, decision, plan, place.path) : null };
}

function pageOf(state: State, decision: Decision, plan: Plan, path: string): string {
  const { name, parts } = plan.circumstances.settings;
  const budgets = partOutlooks(parts ?? [], { state, dollarsPerDay: 0 });
  return renderPage({ state, figures: decision.answer.figures, name, path, budgets });
}
