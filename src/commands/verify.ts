import type { RepairRequest } from "../books/request.ts";
import type { State } from "../books/state.ts";
import { type LatestIds, noteId, startIds } from "../books/verify/repeated-ids.ts";
import {
  addToReplay,
  type Difference,
  differencesIn,
  type Replay,
  repairedFigures,
  startReplay,
} from "../books/verify/replay.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import type { NextStep } from "../report/model/view.ts";
import { repairedSentence, verifySentence } from "../report/verify-text.ts";
import { openBooks } from "../store/opening.ts";
import type { Snapshot } from "../store/port.ts";
import { orThrow } from "../store/transact.ts";
import { BudgetError } from "../values/errors.ts";
import { foldLedger } from "./operation/fold-ledger.ts";
import { look } from "./operation/look.ts";
import { circumstancesOf, operate } from "./operation/operate.ts";
import type { Ports } from "./operation/ports.ts";
import type { Rules } from "./operation/rules.ts";
import { doneOutcome, lookedOutcome } from "./outcome/done.ts";
import type { Outcome } from "./outcome/outcome.ts";
import { sameBooks } from "./outcome/same-books.ts";

/**
 * Recomputes every figure from the ledger, at one version, and compares. With `repair` the ledger's figures replace the
 * state's. Throws a BudgetError for books that can't be read.
 */
export async function verify(ports: Ports, inputs: InputsOf<"verify">): Promise<Outcome> {
  const { store } = ports;
  const lookAndCompare = async () => {
    const found = await look(ports, {});
    return { ...found, compared: found.isNew ? NOTHING : await compare(ports, found.rules, found.snapshot) };
  };
  // In a folder, another process may write between reading the state and reading the ledger.
  const looked = await (store.keepsVersions === true ? lookAndCompare() : store.exclusively(lookAndCompare));
  const { compared } = looked;
  const problems = compared.problems.map((text) => ({ figure: text, found: "unreadable", expected: "an entry" }));
  const differences = [...compared.differences, ...problems];
  const isRight = differences.length === 0;
  const sentence = looked.isNew
    ? `No books yet in ${ports.store.place.description}: there is nothing to verify.`
    : verifySentence(differences);
  if (inputs.repair !== true || isRight) {
    const outcome = lookedOutcome(ports, looked, {
      title: looked.isNew
        ? "Nothing to verify"
        : isRight
          ? "The books are correct"
          : "The books differ from the ledger",
      sentence,
      tone: isRight ? "good" : "bad",
      differences,
      nextSteps: isRight || problems.length > 0 ? [] : [repairStep(ports)],
      failure: isRight ? null : `${sentence} repair: true replaces what differs with the ledger's figures.`,
    });
    return { ...outcome, details: { differences } };
  }
  if (problems.length > 0) {
    throw new BudgetError(
      "state-unreadable",
      `The ledger itself is damaged, so nothing can be repaired from it: ${compared.problems.slice(0, 5).join("; ")}. Restore these lines from the history of the branch.`,
    );
  }
  if (differences.some(isBehind)) {
    throw new BudgetError(
      "state-unreadable",
      "The ledger ends in an earlier month than the books: its last lines are missing, so nothing can be repaired from it. Restore them from the history of the branch.",
    );
  }
  return repair(ports, differences);
}

function repairStep({ edge, store }: Ports): NextStep {
  const code =
    edge === "terminal" ? sameBooks("token-budget verify --repair", store.place) : "command: verify\nrepair: true";
  return { text: "Replace these figures with the ledger's:", code };
}

function isBehind({ figure, found, expected }: Difference): boolean {
  return figure === "current_month" && expected < found;
}

type Compared = {
  readonly differences: readonly Difference[];
  readonly problems: readonly string[];
  readonly figures: Partial<State>;
};

const NOTHING: Compared = { differences: [], problems: [], figures: {} };

async function compare(ports: Ports, rules: Rules, snapshot: Snapshot): Promise<Compared> {
  const circumstances = { ...circumstancesOf(ports, rules), now: snapshot.at, operation: "" };
  const { draft } = openBooks(snapshot, ports.store.place, circumstances);
  // A version 1.0 file has no ledger to compare with until it is imported.
  if (draft.entries.length > 0) return NOTHING;
  const first = await replayed(ports, snapshot, startReplay(draft.state));
  const { replay, problems } = first.replay.hasOtherZone
    ? await replayed(ports, snapshot, startReplay(draft.state, first.replay.zones))
    : first;
  return { differences: differencesIn(replay), problems, figures: repairedFigures(replay) };
}

type Replayed = { readonly replay: Replay; readonly ids: LatestIds; readonly problems: readonly string[] };

function replayed(ports: Ports, snapshot: Snapshot, replay: Replay): Promise<Replayed> {
  return foldLedger<Replayed>(ports, snapshot, {
    start: () => ({ replay, ids: startIds(replay.books.forgot_at), problems: [] }),
    add: (before, placed) =>
      withProblem({ ...before, replay: addToReplay(before.replay, placed.entry) }, noteId(before.ids, placed)),
    onUnreadable: (before, place) => withProblem(before, `${place} isn't a ledger entry`),
    hasGaps: (found) =>
      found.problems.length > 0 || (!found.replay.hasOtherZone && differencesIn(found.replay).length > 0),
  });
}

function withProblem(before: Replayed, problem: string | undefined): Replayed {
  return problem === undefined ? before : { ...before, problems: [...before.problems, problem] };
}

async function repair(ports: Ports, found: readonly Difference[]): Promise<Outcome> {
  const id = ports.newId();
  const { actor, fullRun } = ports.caller;
  const request = async (rules: Rules, snapshot: Snapshot): Promise<{ readonly request: RepairRequest }> => {
    const { differences, figures } = await compare(ports, rules, snapshot);
    const texts = differences.map(({ figure, found, expected }) => `${figure} ${found} → ${expected}`);
    return { request: { kind: "repair", id, actor, run: fullRun, figures, differences: texts } };
  };
  const operated = orThrow(await operate(ports, {}, { strictness: "lenient", mustExist: true, request }));
  return doneOutcome(ports, operated, {
    title: "The books are repaired",
    sentence: repairedSentence(found),
    tone: "warn",
    differences: found,
  });
}
