import type { Note } from "../budget/books.ts";
import { BudgetError } from "../budget/budget-error.ts";
import { chargeFor } from "../budget/charge.ts";
import { decodeState } from "../budget/decode-state.ts";
import { plainUsd, ZERO } from "../budget/money.ts";
import { instantOf } from "../budget/month.ts";
import { countSessions } from "../budget/sessions.ts";
import type { State } from "../budget/state.ts";
import type { Inputs } from "../config/parse-inputs.ts";
import { configLineFor } from "../pricing/charge.ts";
import type { PriceOverrides } from "../pricing/unit-prices.ts";
import { renderUsage, renderUsageTerminal } from "../report/usage-text.ts";
import { readPatiently } from "../store/read-patiently.ts";
import { gatherUsage, priceUsage } from "./gather-usage.ts";
import type { Outcome } from "./outcome.ts";
import type { Ports } from "./ports.ts";
import { rulesReader } from "./rules.ts";

/** Shows what a run used and what it would be charged, writing nothing. Throws a BudgetError where no usage is named. */
export async function usage(ports: Ports, inputs: Inputs): Promise<Outcome> {
  const known = await knownBefore(ports, inputs);
  const gathered = await gatherUsage(ports, inputs, ports.caller.startedMs);
  if (!gathered.found) {
    const why = gathered.notes.map((note) => note.text).join(" ");
    throw new BudgetError("bad-input", `Bad input: no usage to read. ${why || "Name a file a tool has written."}`);
  }
  const priced = await priceUsage(gathered, instantOf(ports.now()), known.prices);
  const { lines, isBookedBefore } = countSessions(known.sessions, priced.usage.lines, instantOf(ports.now()));
  const figure = chargeFor({ usage: { ...priced.usage, lines, isBookedBefore }, billing: "metered" }, ZERO);
  const notes = [...known.notes, ...gathered.notes, ...priced.notes];
  const isWhole = figure.quality !== "estimated";
  const cost = `$${plainUsd(figure.cost)}`;
  const sentence = isWhole
    ? `In all ${cost}${figure.quality === "reported" ? ", as the tool reports it" : ""}.`
    : `${cost} for what can be priced; the rest is unknown and would be charged at the estimate.`;
  const view = {
    sentence,
    usage: figure.usage,
    nextSteps: figure.unpriced.map((model) => ({
      text: `To price ${model}, give its prices in the policy file (USD per million tokens):`,
      code: configLineFor(model),
    })),
    notes: notes.map((note) => note.text),
  };
  return {
    outputs: { ...(isWhole && { cost: plainUsd(figure.cost) }), "cost-quality": figure.quality, message: sentence },
    sentence,
    notes,
    failure: null,
    isDenied: false,
    summary: () => renderUsage(view),
    terminal: (terminal) => renderUsageTerminal(view, terminal),
    deliver: null,
  };
}

type Known = {
  readonly prices: PriceOverrides;
  /** Counters that earlier runs have booked: of a resumed session only the rest is this run's. */
  readonly sessions: State["sessions"];
  readonly notes: readonly Note[];
};

/** What policy file and books know; trying usage out must work where they can't be reached. */
async function knownBefore(ports: Ports, inputs: Inputs): Promise<Known> {
  try {
    const snapshot = await readPatiently(ports.store, ports.waiting);
    const { prices, notes } = await rulesReader(inputs, "lenient")(snapshot);
    const decoded = snapshot.state === null ? undefined : decodeState(snapshot.state);
    return { prices, notes, sessions: decoded?.kind === "state" ? decoded.state.sessions : {} };
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    return {
      prices: {},
      sessions: {},
      notes: [{ level: "warning", text: `Priced without the policy file: ${error.message}` }],
    };
  }
}
