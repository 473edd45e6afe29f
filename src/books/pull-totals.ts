import { addCounts } from "../values/counts.ts";
import { plus, ZERO } from "../values/money.ts";
import type { Entry } from "./entry.ts";
import type { DueComment } from "./notify-keys.ts";
import type { State } from "./state.ts";

const MAX_PULLS = 100;
const MAX_LINES = 10;
const MAX_NAME_LENGTH = 100;

/** The pull requests after an entry, the one changed last at the end. Books that count none get no key for them. */
export function pullsAfter({ pulls = {} }: State, entry: Entry): Pick<State, "pulls"> {
  if (entry.pull === undefined) return {};
  const { of, cost = entry.cost } = entry.pull;
  const { [of]: before, ...others } = pulls;
  const isFirst = (entry.kind === "charge" && !entry.further) || entry.pull.cost !== undefined;
  const after = {
    ...before,
    cost: plus(before?.cost ?? ZERO, cost),
    executions: addCounts(before?.executions, isFirst || before === undefined ? 1 : 0),
    at: entry.at,
    due: dueOf(entry),
  };
  return { pulls: Object.fromEntries([...Object.entries(others), [of, after] as const].slice(-MAX_PULLS)) };
}

/** What the comment has to show of an entry; a correction shows what the run cost in all. */
function dueOf({ id, cost, replaces = ZERO, notional, quality, profile, run, pull, usage = [] }: Entry): DueComment {
  const dearest = [...usage].sort((a, b) => (b.cost ?? 0) - (a.cost ?? 0)).slice(0, MAX_LINES);
  return {
    ...{ id, cost: plus(cost, replaces), notional, quality, profile, full: pull?.full },
    run: run && { repository: run.repository, run_id: run.run_id },
    models: dearest.map(({ model, input, output, cost }) => ({
      model: model.slice(0, MAX_NAME_LENGTH),
      ...{ input, output, cost },
    })),
  };
}
