import { preview } from "../../books/decide.ts";
import type { Note } from "../../books/draft.ts";
import type { Given } from "../../inputs/options.ts";
import type { RuleInputs } from "../../inputs/settings-of.ts";
import { frozenNote, openBooks } from "../../store/opening.ts";
import type { Snapshot } from "../../store/port.ts";
import { circumstancesOf } from "./operate.ts";
import type { Ports } from "./ports.ts";
import { type Rules, rulesReader } from "./rules.ts";

/** The books as of now, with everything that is due done in memory only. Nothing is written. */
export type Look = Omit<ReturnType<typeof preview>, "notes"> & {
  readonly snapshot: Snapshot;
  readonly rules: Rules;
  readonly isNew: boolean;
  readonly notes: readonly Note[];
};

/** The inputs of a command that looks: whose estimate is shown, and by which rules. */
export type LookInputs = RuleInputs & Pick<Given, "profile" | "model" | "tags">;

/** Reads the books, or a copy of them, in one request. Throws a BudgetError for books that can't be read. */
export async function look(ports: Ports, inputs: LookInputs): Promise<Look> {
  const { snapshot, copyOf } = withCopy(await ports.store.read());
  const rules = await rulesReader(ports, inputs, "lenient")(snapshot);
  const circumstances = {
    ...circumstancesOf(ports, rules),
    now: snapshot.at,
    operation: "",
    channels: {},
  };
  const { draft, isNew } = openBooks(snapshot, ports.store.place, circumstances);
  const profile = inputs.profile ?? ports.caller.profile;
  const frozen = frozenNote(snapshot, ports.store.place);
  const previewed = preview(draft.state, { profile, model: inputs.model?.[0], tags: inputs.tags ?? {} }, circumstances);
  return {
    ...previewed,
    snapshot,
    rules,
    isNew,
    notes: [
      ...(frozen === undefined ? [] : [{ level: "warning" as const, text: frozen }]),
      ...(copyOf === undefined ? [] : [copyNote(copyOf)]),
      ...rules.notes,
      ...previewed.notes,
    ],
  };
}

/** What was read, with the state of a copy where there is one, and where its books are. */
function withCopy(snapshot: Snapshot): { readonly snapshot: Snapshot; readonly copyOf: string | undefined } {
  const { state } = snapshot;
  if (state.kind !== "unreadable" || state.copy === undefined) return { snapshot, copyOf: undefined };
  return { snapshot: { ...snapshot, state: state.copy() }, copyOf: state.moved?.to };
}

function copyNote(to: string): Note {
  return {
    level: "notice",
    text: `This is a copy of the books in ${to}, as they were when it was made; nothing can be booked here.`,
  };
}
