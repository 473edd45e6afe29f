import { withinBooks } from "../books/decide.ts";
import type { Note } from "../books/draft.ts";
import type { EntryUsage } from "../books/entry.ts";
import { chargeFor } from "../books/settle/charge.ts";
import { countSessions } from "../books/settle/sessions.ts";
import type { State } from "../books/state.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import { chargeOfLine } from "../pricing/charge.ts";
import type { PricedLine, PriceOverrides } from "../pricing/unit-prices.ts";
import { type Unpriced, unpricedIn } from "../pricing/unpriced.ts";
import { inCamelCase } from "../values/camel-case.ts";
import { BudgetError } from "../values/errors.ts";
import { plainUsd, usdOf, ZERO } from "../values/money.ts";
import { instantOf } from "../values/month.ts";
import { gatherUsage, priceUsage } from "./operation/gather-usage.ts";
import type { Ports } from "./operation/ports.ts";
import { rulesReader } from "./operation/rules.ts";
import type { Outcome } from "./outcome/outcome.ts";

/** Shows what a run used and what it would be charged, writing nothing. Throws a BudgetError if no usage is named. */
export async function usage(ports: Ports, inputs: InputsOf<"usage">): Promise<Outcome> {
  const known = await knownBefore(ports);
  // At a terminal named files count, however old.
  const isAsked = ports.edge === "terminal" && inputs.usageFile !== undefined;
  const gathered = await gatherUsage(ports, inputs, { sinceMs: isAsked ? 0 : ports.caller.startedMs });
  if (!gathered.found) {
    const why = gathered.notes.map((note) => note.text).join(" ");
    throw new BudgetError("bad-input", `Bad input: no usage to read. ${why || "Name a file that a tool wrote."}`);
  }
  const now = instantOf(ports.now());
  const priced = await priceUsage(gathered, { startedAt: now, now }, known.prices);
  const { lines, isBookedBefore } = countSessions(known.sessions, priced.usage.lines, now);
  const figure = withinBooks("record", () =>
    chargeFor({ usage: { ...priced.usage, lines, isBookedBefore }, billing: "metered" }, ZERO),
  );
  const notes = [...known.notes, ...gathered.notes, ...priced.notes];
  const isWhole = figure.quality !== "estimated";
  const cost = `$${plainUsd(figure.known)}`;
  const sentence = isWhole
    ? `Total: ${cost}${figure.quality === "reported" ? ", as the tool reports it" : ""}.`
    : figure.known === ZERO
      ? "Nothing in it can be priced: its cost is unknown, and the estimate would be charged."
      : `${cost} for what can be priced; the rest is unknown and would be charged at the estimate.`;
  const unpriced = uniqueOf(lines.map(unpricedIn).filter((one) => one !== undefined));
  const view = {
    sentence,
    usage: figure.usage,
    nextSteps: unpriced.map(({ fix, config }) => ({ text: fix, code: config })),
    notes: notes.map((note) => note.text),
  };
  return {
    outputs: { ...(isWhole && { cost: plainUsd(figure.known) }), "cost-quality": figure.quality, message: sentence },
    details: {
      total: usdOf(figure.known),
      lines: figure.usage.map((line, index) => detailsOf(line, lines[index])),
      unpriced: unpriced.map(({ model, fix, config }) => ({ model, fix, ...(config !== undefined && { config }) })),
    },
    view,
    notes,
    failure: null,
    isDenied: false,
    delivery: null,
  };
}

/** A line for machines: dollars as numbers, the tool's own claim next to what would be charged. */
function detailsOf(line: EntryUsage, counted: PricedLine | undefined): Readonly<Record<string, unknown>> {
  const { cost, reported_cost: claim, prices, extras, ...rest } = line;
  return {
    ...inCamelCase(rest),
    ...(extras !== undefined && { extras: inCamelCase(extras) }),
    ...(prices !== undefined && { prices: inCamelCase(prices) }),
    ...(counted?.session !== undefined && { session: counted.session }),
    cost: cost === undefined ? null : usdOf(cost),
    ...(counted !== undefined && cost !== undefined && { quality: chargeOfLine(counted)?.quality }),
    ...(claim !== undefined && { reportedCost: usdOf(claim) }),
  };
}

function uniqueOf(unpriced: readonly Unpriced[]): Unpriced[] {
  return [...new Map(unpriced.map((one) => [one.fix, one])).values()];
}

type Known = {
  readonly prices: PriceOverrides;
  /** Counters that earlier runs booked: only the rest of a resumed session is this run's. */
  readonly sessions: State["sessions"];
  readonly notes: readonly Note[];
};

/** What policy file and books know; `usage` must work if they can't be reached. */
async function knownBefore(ports: Ports): Promise<Known> {
  try {
    const snapshot = await ports.store.read();
    const { prices, notes } = await rulesReader(ports, {}, "lenient")(snapshot);
    const { state } = snapshot;
    return { prices, notes, sessions: state.kind === "state" ? state.state.sessions : {} };
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    return {
      prices: {},
      sessions: {},
      notes: [{ level: "warning", text: `Priced without the policy file: ${error.message}` }],
    };
  }
}
