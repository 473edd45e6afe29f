import { bounded, type NanoUsd, percentOf, showUsd, ZERO } from "../values/money.ts";
import type { MeterHooks, MeterSetup } from "./setup.ts";

/** What a request that may go out has set aside for it until its cost is known. */
export type Reservation = { amount: NanoUsd; isOpen: boolean };

/** Why a request may not go out; the codes are those of refusals. */
export type Denied = { readonly code: "over-cap" | "over-budget" | "model-not-allowed"; readonly text: string };

export type Admission = { readonly reservation: Reservation } | { readonly denied: Denied };

/** What of an account outlives its process. */
export type AccountMemory = {
  /** What the books granted beyond the first cap, in nano-dollars. */
  readonly granted: NanoUsd;
  readonly isAlerted: boolean;
};

export type Account = {
  /**
   * Reserves the least a request costs, or says why it may not go out; null is a model without a price. Asks the books
   * for more where that may be.
   */
  admit(least: NanoUsd | null): Promise<Admission>;
  /** Replaces a reservation by what the request cost; zero where it cost nothing. */
  settle(reservation: Reservation, cost: NanoUsd): void;
  /** Resolves when an alert that is under way is announced, or takes too long. */
  announced(): Promise<void>;
  figures(): AccountFigures;
};

export type AccountFigures = AccountMemory & {
  readonly spent: NanoUsd;
  readonly reserved: NanoUsd;
  /** What may be spent now; null without a limit. */
  readonly cap: NanoUsd | null;
};

type Terms = Pick<MeterSetup, "hold" | "estimate" | "cap" | "maxCost" | "overrun" | "alertPercent">;

type Parts = {
  readonly terms: Terms;
  readonly hooks: MeterHooks;
  readonly spent: NanoUsd;
  readonly memory: AccountMemory;
  /** Called when what must be remembered has changed. */
  readonly onChange: () => void;
  readonly now: () => number;
};

/** After the books said no they aren't asked again for so long: agents repeat what was refused. */
const NO_IS_KEPT_MS = 10_000;
/** A question to the books that takes longer is a no. */
const LONGEST_QUESTION_MS = 60_000;
/** How long the end of a run waits for its alert: two requests to the books, and one to each channel. */
const LONGEST_ALERT_MS = 8_000;
/** Requests that come later may take what was granted for one that waits, but not for ever. */
const MOST_QUESTIONS = 20;

type State = {
  spent: NanoUsd;
  reserved: NanoUsd;
  /** The least of the requests that wait for an answer of the books. */
  waiting: number;
  granted: NanoUsd;
  isAlerted: boolean;
  asking: Promise<void> | undefined;
  /** The books don't grant this much or more. */
  no: { readonly until: number; readonly text: string; readonly amount: number } | undefined;
  alerting: Promise<void>;
};

/**
 * The run's money: what it spent, what its open requests cost at least, and what it may cost. What is let out goes
 * beyond the cap at most by what the requests already open cost above their least.
 */
export function createAccount(parts: Parts): Account {
  const { terms, memory, spent, onChange } = parts;
  const state: State = {
    ...memory,
    spent,
    reserved: ZERO,
    waiting: 0,
    asking: undefined,
    no: undefined,
    alerting: Promise.resolve(),
  };
  return {
    admit: (least) => admit(parts, state, least),
    settle(reservation, cost) {
      if (!reservation.isOpen) return;
      reservation.isOpen = false;
      state.reserved = bounded(state.reserved - reservation.amount);
      state.spent = bounded(state.spent + cost);
      if (isAlert(terms, state)) {
        state.isAlerted = true;
        onChange();
        state.alerting = parts.hooks.alert(alertOf(terms, state)).catch(() => {});
      }
    },
    announced: () => inTime(state.alerting, LONGEST_ALERT_MS).catch(() => {}),
    figures: () => ({
      spent: state.spent,
      reserved: state.reserved,
      granted: state.granted,
      isAlerted: state.isAlerted,
      cap: limitOf(terms, state) ?? null,
    }),
  };
}

async function admit(parts: Parts, state: State, least: NanoUsd | null): Promise<Admission> {
  if (least === null && limitOf(parts.terms, state) !== undefined) return { denied: UNPRICED };
  const amount = least ?? ZERO;
  const at = admitNow(parts, state, amount);
  if (at !== undefined) return at;
  state.waiting += amount;
  try {
    return await admitLater(parts, state, amount);
  } finally {
    state.waiting -= amount;
  }
}

/** Lets a request out or not by what is known; undefined where the books have to be asked. */
function admitNow({ terms }: Parts, state: State, amount: NanoUsd): Admission | undefined {
  const limit = limitOf(terms, state);
  const after = state.spent + state.reserved + amount;
  if (limit === undefined || after <= limit) {
    state.reserved = bounded(state.reserved + amount);
    return { reservation: { amount, isOpen: true } };
  }
  const isBeyondMost = terms.maxCost !== null && after > terms.maxCost;
  if (terms.overrun !== "extend" || isBeyondMost || terms.cap === null)
    return { denied: { code: "over-cap", text: capText(terms, state, limit) } };
  return undefined;
}

async function admitLater(parts: Parts, state: State, amount: NanoUsd): Promise<Admission> {
  let no: string | undefined;
  for (let questions = 0; no === undefined; questions += 1) {
    no = questions < MOST_QUESTIONS ? await ask(parts, state, amount) : TAKEN;
    const admission = no === undefined ? admitNow(parts, state, amount) : undefined;
    if (admission !== undefined) return admission;
  }
  return { denied: { code: "over-budget", text: budgetText(state, limitOf(parts.terms, state) ?? ZERO, no) } };
}

/** What may be spent now; undefined without a limit. */
function limitOf({ cap, maxCost, overrun }: Terms, { granted }: State): NanoUsd | undefined {
  const own = cap === null || overrun === "warn" ? undefined : bounded(cap + granted);
  if (maxCost === null) return own;
  return bounded(Math.min(maxCost, own ?? maxCost));
}

/**
 * Asks the books for what all need that wait, one question at a time; the reason if it is known that they won't grant
 * what this request needs. Where all of it is too much they are asked for half, as long as that covers this request.
 */
async function ask({ terms, hooks, now, onChange }: Parts, state: State, amount: NanoUsd): Promise<string | undefined> {
  if (state.no !== undefined && now() >= state.no.until) state.no = undefined;
  const limit = limitOf(terms, state) ?? ZERO;
  const alone = state.spent + state.reserved + amount - limit;
  const { no } = state;
  if (no !== undefined && alone >= no.amount) return no.text;
  const all = state.spent + state.reserved + state.waiting - limit;
  const most = Math.min(no === undefined ? all : no.amount / 2, (terms.maxCost ?? Number.POSITIVE_INFINITY) - limit);
  const needed = bounded(Math.max(alone, Math.floor(Math.min(all, most))));
  state.asking ??= inTime(hooks.extend(needed), LONGEST_QUESTION_MS)
    .then((answer) => {
      if ("refused" in answer) return { text: answer.refused || NO_MORE, amount: needed };
      if (answer.granted <= 0) return { text: NO_MORE, amount: needed };
      state.granted = bounded(state.granted + answer.granted);
      // What is left became less.
      const left = (state.no?.amount ?? 0) - answer.granted;
      state.no = state.no === undefined || left <= 0 ? undefined : { ...state.no, amount: left };
      onChange();
      return undefined;
    })
    .catch(() => ({ text: "The books could not be asked.", amount: 0 }))
    .then((refused) => {
      state.asking = undefined;
      if (refused !== undefined) state.no = { until: now() + NO_IS_KEPT_MS, ...refused };
    });
  await state.asking;
  return undefined;
}

const NO_MORE = "The budget has no more.";
const TAKEN = "Other requests of this run took what the books granted.";

async function inTime<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("It takes too long")), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function isAlert({ estimate, alertPercent }: Terms, { spent, isAlerted }: State): boolean {
  return !isAlerted && estimate !== null && estimate > 0 && percentOf(spent, estimate as NanoUsd) >= alertPercent;
}

function alertOf(terms: Terms, state: State) {
  const { hold, estimate } = terms;
  const expected = bounded(estimate ?? 0);
  const percent = Math.floor(percentOf(state.spent, expected));
  return { hold, spent: state.spent, estimate: expected, percent, cap: limitOf(terms, state) ?? null };
}

const UNPRICED: Denied = {
  code: "model-not-allowed",
  text: "token-budget knows no price for this model, so it can't count what this run costs. Add the model's price under prices: in the policy file.",
};

function capText({ overrun, maxCost }: Terms, { spent, reserved }: State, limit: NanoUsd): string {
  const open = reserved > 0 ? `, ${showUsd(reserved)} more is set aside for its open requests` : "";
  const next =
    maxCost === limit || overrun === "extend"
      ? "Raise max-cost for it to continue."
      : "Raise max-cost, or set overrun: extend, for it to continue.";
  return `token-budget ends this run: it spent ${showUsd(spent)} of the ${showUsd(limit)} it may cost${open}. ${next}`;
}

function budgetText({ spent }: State, limit: NanoUsd, why: string): string {
  return `token-budget ends this run: it spent ${showUsd(spent)} of the ${showUsd(limit)} set aside for it, and the budget grants no more. ${why}`.trim();
}
