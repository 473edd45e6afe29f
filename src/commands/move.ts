import { DEFAULT_NAME } from "../books/settings.ts";
import type { State } from "../books/state.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import type { NextStep } from "../report/model/view.ts";
import { auditOf } from "../store/moving/audit.ts";
import { type Move, type Moved, moveBooks } from "../store/moving/move-books.ts";
import type { RawStore } from "../store/moving/raw-store.ts";
import type { PolicyRepository } from "../store/postgres/migrate.ts";
import { BudgetError } from "../values/errors.ts";
import { instantOf } from "../values/month.ts";
import { showMany } from "../values/show.ts";
import { attempt } from "./operation/attempt.ts";
import type { Outcome } from "./outcome/outcome.ts";

/** A place of books, and how workflows name it. */
export type MovePlace = {
  readonly raw: RawStore;
  readonly kind:
    | { readonly of: "folder" }
    | { readonly of: "github"; readonly repository: string; readonly branch: string }
    | { readonly of: "postgres"; readonly books: string; readonly policy: PolicyRepository };
};

/** From where, to where, and with what. */
export type MoveOrder = Pick<Move, "waiting" | "progress" | "tell"> & {
  readonly inputs: InputsOf<"move">;
  readonly from: MovePlace;
  readonly to: MovePlace;
  readonly now: () => number;
};

/** How many differences a message names. */
const MAX_NAMED = 5;

/**
 * Moves books between a branch, a folder and a database, or copies them. Throws a BudgetError for what can't be moved;
 * then nobody's books have changed.
 */
export async function move(order: MoveOrder): Promise<Outcome> {
  const { inputs, from, to, waiting, progress, tell } = order;
  if (from.raw.name === to.raw.name) {
    throw new BudgetError("bad-input", `Bad input: --from and --to are the same place, ${to.raw.name}.`);
  }
  const mode = modeOf(inputs);
  const wrong = await auditOf(from.raw, { waiting, progress });
  if (wrong.length > 0 && inputs.force !== true) throw differing(from.raw, wrong);
  const holds = inputs.force === true ? "force" : inputs.wait === true ? "wait" : "refuse";
  // Before the new place takes bookings: a run without its policy would be let in.
  const policyRepository = mode === "copy" ? null : await policyAlong(from, to);
  const moved = await moveBooks({ from: from.raw, to: to.raw, mode, holds, waiting, progress, tell });
  return outcomeOf(order, mode, { ...moved, wrong, policyRepository });
}

/** Names the repository that had the policy to a database that knows none; which one it knows now, null for none. */
async function policyAlong(from: MovePlace, { kind: to }: MovePlace): Promise<string | null> {
  if (to.of !== "postgres") return null;
  const known = await to.policy.read();
  const former = await policyRepositoryOf(from);
  if (known !== null || former === null) return known;
  const named = await attempt(() => to.policy.name(former));
  if (!(named instanceof BudgetError)) return former;
  if (named.code === "missing-permission") return null;
  throw named;
}

/** Which repository has the policy of books; null for a folder, or where none is named. */
async function policyRepositoryOf({ kind }: MovePlace): Promise<string | null> {
  if (kind.of === "github") return kind.repository;
  return kind.of === "postgres" ? kind.policy.read() : null;
}

function modeOf({ copy, restore, wait }: InputsOf<"move">): Move["mode"] {
  if (copy === true && restore === true) {
    throw new BudgetError(
      "bad-input",
      "Bad input: --copy makes a copy and --restore makes books of one: leave one out.",
    );
  }
  if (copy === true && wait === true) {
    throw new BudgetError("bad-input", "Bad input: --wait is for a move; --copy needs no holds to be settled.");
  }
  return copy === true ? "copy" : restore === true ? "restore" : "move";
}

function differing({ place }: RawStore, wrong: readonly string[]): BudgetError {
  const named = wrong.slice(0, MAX_NAMED).join("; ");
  const rest = wrong.length > MAX_NAMED ? ` and ${wrong.length - MAX_NAMED} more` : "";
  return new BudgetError(
    "state-unreadable",
    `The books in ${place.description} differ from their ledger: ${named}${rest}. Nothing was moved. Repair them there with token-budget verify --repair, or move them as they are with --force.`,
  );
}

function outcomeOf(
  { inputs, from, to, now }: MoveOrder,
  mode: Move["mode"],
  moved: Moved & { readonly wrong: readonly string[]; readonly policyRepository: string | null },
): Outcome {
  const { isUnchanged, lines, documents, holds, wrong, policyRepository } = moved;
  const written = `${showMany(lines, "ledger line")}${documents === 0 ? "" : ` and ${showMany(documents, "statement file")}`}`;
  const sentence = sentenceOf(mode, { isUnchanged, written, from: from.raw, to: to.raw });
  const nowhere = to.kind.of === "postgres" && mode !== "copy" && policyRepository === null;
  const notes = [
    ...(wrong.length === 0 ? [] : [AS_THEY_WERE]),
    ...holdNotes(holds),
    ...(nowhere ? [WITHOUT_POLICY] : []),
  ];
  return {
    outputs: { message: sentence },
    details: {
      from: from.raw.name,
      to: to.raw.name,
      done: isUnchanged ? "unchanged" : { move: "moved", copy: "copied", restore: "restored" }[mode],
      ledgerLines: lines,
      documents,
      holds: holds.map(({ id }) => id),
    },
    view: {
      title: isUnchanged
        ? "Nothing to do"
        : { move: "Books moved", copy: "Books copied", restore: "Books restored" }[mode],
      ...{ sentence, tone: "good", name: DEFAULT_NAME, place: to.raw.place.description, now: instantOf(now()) },
      ...{
        month: null,
        nextSteps: mode === "copy" ? [] : nextSteps({ from, to, inputs }, policyRepository),
        notes: [],
      },
    },
    notes,
    failure: null,
    isDenied: false,
    delivery: null,
  };
}

const AS_THEY_WERE = {
  level: "warning",
  text: "The books differ from their ledger as they did before: token-budget verify lists where.",
} as const;

const WITHOUT_POLICY = {
  level: "warning",
  text: "No repository has the policy of these books: until one is named, runs are decided by their inputs alone, and nobody may reset or adjust.",
} as const;

function holdNotes(holds: State["holds"]): Outcome["notes"] {
  if (holds.length === 0) return [];
  const ids = holds.map(({ id }) => id).join(", ");
  const text = `${showMany(holds.length, "hold")} moved along: only a record that names its hold settles it, ${ids}. Otherwise it is charged when its time runs out.`;
  return [{ level: "warning", text }];
}

function sentenceOf(
  mode: Move["mode"],
  { isUnchanged, written, from, to }: { isUnchanged: boolean; written: string; from: RawStore; to: RawStore },
): string {
  const [here, there] = [from.place.description, to.place.description];
  switch (mode) {
    case "copy":
      return isUnchanged ? `The copy in ${there} has all of ${here}.` : `Copied ${written} from ${here} to ${there}.`;
    case "restore":
      return `The copy in ${here} is books again, in ${there}: ${written} written.`;
    default:
      return isUnchanged
        ? `The books are in ${there} already.`
        : `The books are in ${there} now: ${written} written. Nobody can write in ${here} anymore.`;
  }
}

/** What names the books from now on, and where their policy is. */
function nextSteps(
  { from, to: { kind, raw }, inputs: { path } }: Pick<MoveOrder, "from" | "to" | "inputs">,
  policyRepository: string | null,
): NextStep[] {
  const file = path === undefined ? [] : [`path: ${path}`];
  switch (kind.of) {
    case "github": {
      const lines = [`repository: ${kind.repository}`, `branch: ${kind.branch}`, ...file];
      return [
        { text: "Name them in every workflow:", code: lines.join("\n") },
        { text: `Their policy is .github/token-budget.yml on the default branch of ${kind.repository}.` },
      ];
    }
    case "postgres": {
      const secret = "$" + "{{ secrets.TOKEN_BUDGET_DATABASE_URL }}";
      const named: NextStep = {
        text: "Name them in every workflow:",
        code: `database-url: ${secret}\nbooks: ${kind.books}`,
      };
      if (policyRepository !== null)
        return [
          named,
          { text: `Their policy is .github/token-budget.yml on the default branch of ${policyRepository}.` },
        ];
      const former = from.kind.of === "github" ? from.kind.repository : "OWNER/NAME";
      return [
        named,
        {
          text: "As the tables' owner, name the repository that has their policy:",
          code: `token-budget database migrate --books ${kind.books} --repository ${former}`,
        },
      ];
    }
    case "folder":
      return [
        {
          text: `Run token-budget in ${raw.place.description}. Their policy is .github/token-budget.yml in that folder.`,
        },
      ];
  }
}
