import type { NanoUsd } from "../../values/money.ts";
import { book, type Draft } from "../draft.ts";
import type { Entry } from "../entry.ts";
import { estimateOf } from "../estimate/estimate.ts";
import type { Closing } from "../holds.ts";
import { queueWarning } from "../messages/outbox.ts";
import { pullShare } from "../pulls.ts";
import type { RecordRequest } from "../request.ts";
import type { ClosedHold, Hold } from "../state.ts";
import { type ChargeFigure, chargeFor } from "./charge.ts";
import { isLargeRun, largeRunNoted } from "./large-run.ts";
import type { Outcome, Settled } from "./settled.ts";
import { type Shared, sharesByTags, sharesOfClosed } from "./shares.ts";

/** What is known about the hold of an unchecked charge: its id, and its terms if the books remember it. */
export type UncheckedHold = Pick<ClosedHold, "id"> & Partial<ClosedHold>;

type Unchecked = {
  readonly how: Settled["how"];
  readonly hold?: UncheckedHold;
  /** What its profile has learned of the execution so far. */
  readonly learned?: NanoUsd | undefined;
};

/** Charges a run in full, whether or not the budget covers it; it counts where its hold did, otherwise by its tags. */
export function chargeInFull(draft: Draft, request: RecordRequest, { how, hold, learned }: Unchecked): Outcome {
  const model = request.usage.lines.length === 1 ? request.usage.lines[0]?.model : undefined;
  const { settings } = draft.circumstances;
  const next = { ...request, model: model || undefined };
  const estimate = estimateOf(draft.state, { ...settings, estimate: "auto" }, next);
  const figure = chargeFor(request, estimate.amount);
  const used = usedBy(draft, request, figure);
  const shared = hold?.budgets === undefined ? sharesByTags(draft, used) : sharesOfClosed(draft, hold.budgets, used);
  const booked = book(shared.draft, {
    ...entryOf(request, figure, hold),
    ...largeness(draft, figure),
    ...shared.shares,
    ...pullShare(draft, request.pull, hold?.pull),
    kind: "charge",
    cost: figure.cost,
    ...(how === "further" && { further: true as const }),
    ...(learned !== undefined && figure.quality !== "estimated" && { adds_to: learned }),
  });
  return { draft: warned(booked, figure), booking: bookingOf(figure, { how, hold: hold?.id }) };
}

/** What every entry of a booking says; the profile and tags of its hold come before those of the booking. */
export function entryOf(
  request: RecordRequest,
  figure: ChargeFigure,
  hold: { readonly [Key in "id" | "profile" | "tags"]?: Hold[Key] | undefined } = {},
): Pick<Entry, "id"> & Partial<Entry> {
  return {
    id: request.id,
    kind: "charge",
    cost: figure.cost,
    quality: figure.quality,
    ...(figure.notional !== undefined && { notional: figure.notional }),
    ...(hold.id !== undefined && { hold: hold.id }),
    started_at: request.startedAt,
    result: request.result,
    prs: request.prs,
    pr: request.pr,
    ...(Object.keys(request.outcomes).length > 0 && { outcomes: { ...request.outcomes } }),
    profile: hold.profile ?? request.profile,
    tags: { ...request.tags, ...hold.tags },
    run: request.run,
    usage: [...figure.usage],
    source: request.usage.source,
  };
}

/** What a booking did; `cost` is what it added, if that isn't the whole charge. */
export function bookingOf(
  figure: ChargeFigure,
  {
    how,
    hold,
    cost = figure.cost,
  }: { readonly how: Settled["how"]; readonly hold: string | undefined; readonly cost?: NanoUsd },
): Settled {
  return { cost, charged: figure.cost, quality: figure.quality, how, ...(hold !== undefined && { hold }) };
}

/** How a booking closes its hold. */
export function closingOf(request: RecordRequest, figure: ChargeFigure, { budgets }: Shared["shares"]): Closing {
  return {
    how: "settled",
    by: request.id,
    charged: figure.cost,
    shares: budgets,
    ...(figure.quality === "estimated" && { quality: figure.quality }),
  };
}

/** The usage by which a booking counts in sub-budgets. */
export function usedBy({ circumstances }: Draft, request: RecordRequest, figure: ChargeFigure) {
  return { request, figure, rules: circumstances.settings.parts ?? [] };
}

/** Marks the entry of a run that used more than the policy's `large-run`. */
export function largeness({ circumstances }: Draft, figure: ChargeFigure): Pick<Entry, "large"> {
  return isLargeRun(figure, circumstances.settings.largeRun) ? { large: true } : {};
}

/** Notes a large run, and warns of models without a price. */
export function warned(booked: Draft, figure: ChargeFigure): Draft {
  const draft = largeRunNoted(booked, figure);
  if (figure.unpriced.length === 0) return draft;
  const models = [...new Set(figure.unpriced)].join(", ");
  return queueWarning(
    draft,
    "unpriced-model",
    `No price is known for ${models}: its runs are charged at the estimate. Add its price under prices: in the policy file.`,
  );
}
