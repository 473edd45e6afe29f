import type { Entry, EntryUsage } from "../../books/entry.ts";
import { isPiece } from "../../pricing/unit-prices.ts";
import { type Month, monthOf } from "../../values/month.ts";
import { type Calendar, periodColumns } from "./calendar.ts";
import { EMPTY_ROW, type FocusRow } from "./columns.ts";
import { decimalText, dollarsText } from "./decimal-text.ts";
import { type PricedKind, pricedUsage } from "./priced.ts";
import { type Hosts, sellerColumns } from "./sellers.ts";
import { skuColumns, skuOf } from "./skus.ts";

/** What the charge for an expired hold was: the month it counts in, and the list price where a flat fee covers it. */
export type ExpiredCharge = { readonly month: Month; readonly notional: number };

/** What rows say that the entries don't. */
export type RowTerms = {
  /** Whether `BilledCost` has the amount: in a file that is loaded beside those of the providers it is zero. */
  readonly billedCost: "amount" | "zero";
  /** The books. */
  readonly account: { readonly id: string; readonly name?: string | undefined };
  readonly hosts?: Hosts | undefined;
  /** The charge that an earlier entry made for an expired hold, where it is known. */
  readonly expired?: ((hold: string) => ExpiredCharge | undefined) | undefined;
};

type Context = {
  readonly entry: Entry;
  readonly terms: RowTerms;
  readonly base: FocusRow;
  /** A flat fee covers it: the list price is known, and nothing is charged. */
  readonly isFlat: boolean;
};

/** In nano-dollars. */
type Amounts = { readonly list: bigint; readonly cost: bigint };

const ZERO_TEXT = "0.0";

/**
 * The rows of a ledger entry, whose `EffectiveCost` add up to its cost: one for each kind of tokens or pieces of a usage
 * line that its unit prices explain, one for a line that they don't, and one for what the lines leave over. No rows for
 * an entry that charges nothing.
 */
export function entryRows(entry: Entry, terms: RowTerms, calendar: Calendar): FocusRow[] {
  const { kind, cost, usage = [], notional } = entry;
  if (cost === 0 && kind !== "charge" && kind !== "correction") return [];
  const base = { ...EMPTY_ROW, ...entryColumns(entry, terms, calendar), ...periodColumns(calendar, entry) };
  const context = { entry, terms, base, isFlat: notional !== undefined };
  const rows = usage.flatMap((line) => lineRows(context, line));
  const rest = restOf(context);
  const isNothing = rest.cost === 0n && rest.list === 0n;
  if (isNothing && (rows.length > 0 || kind !== "charge")) return rows;
  return [...rows, adjustmentRow(context, rest, { ChargeDescription: restText(entry), ...sellerColumns("") })];
}

function entryColumns(entry: Entry, terms: RowTerms, calendar: Calendar): Partial<FocusRow> {
  const { run = {}, tags = {} } = entry;
  const repository = textOrNull(run.repository);
  const isOnce = entry.kind === "import" || entry.adjustment !== undefined;
  return {
    BillingAccountId: terms.account.id,
    BillingAccountName: textOrNull(terms.account.name),
    BillingCurrency: "USD",
    ChargeClass: isOfClosedPeriod(entry, terms, calendar) ? "Correction" : null,
    ChargeFrequency: isOnce ? "One-Time" : "Usage-Based",
    ServiceCategory: "AI and Machine Learning",
    ServiceSubcategory: "Generative AI",
    SubAccountId: repository,
    SubAccountName: repository,
    Tags: Object.keys(tags).length === 0 ? null : JSON.stringify(tags),
    x_Actor: textOrNull(run.actor ?? entry.actor),
    x_Attempt: run.attempt?.toString() ?? null,
    x_EntryId: entry.id,
    x_Profile: textOrNull(entry.profile),
    x_Quality: entry.quality ?? null,
    x_RunId: run.run_id?.toString() ?? null,
    x_Workflow: textOrNull(run.workflow),
  };
}

/**
 * Whether an entry corrects what was charged in a month before its own. That is the month in which the hold's charge
 * counts; where that charge isn't known, the month in which the run began. What a maintainer corrects is always in the
 * month that runs.
 */
function isOfClosedPeriod(entry: Entry, { expired }: RowTerms, { timezone }: Calendar): boolean {
  const { kind, replaces, hold, started_at } = entry;
  if (kind !== "correction" || replaces === undefined) return false;
  const began = () => (started_at === undefined ? entry.month : monthOf(started_at, timezone));
  const charged = (hold === undefined ? undefined : expired?.(hold)?.month) ?? began();
  return charged < entry.month;
}

function lineRows(context: Context, line: EntryUsage): FocusRow[] {
  const usage = pricedUsage(line);
  if (usage === undefined) return unpricedRows(context, line);
  const rows = usage.priced.map((priced) => usageRow(context, line, priced));
  if (usage.missing.length === 0) return rows;
  const names = usage.missing.map((kind) => skuOf(kind).meter.toLowerCase());
  const text = `Usage of ${line.model} without a known price: ${names.join(", ")}`;
  const said = { ChargeDescription: text, x_Quality: "estimated", ...sellerColumns(line.provider ?? "") };
  return [...rows, adjustmentRow(context, { list: 0n, cost: 0n }, said)];
}

function usageRow({ base, terms, isFlat }: Context, line: EntryUsage, priced: PricedKind): FocusRow {
  const { kind, count, price, quantity, list } = priced;
  const { meter, unit } = skuOf(kind);
  const [listPrice, listCost] = [decimalText(price), decimalText(list)];
  const effective = isFlat ? ZERO_TEXT : dollarsText(priced.cost);
  return {
    ...base,
    ...sellerColumns(line.provider ?? "", terms.hosts),
    ...skuColumns(line, kind, listPrice),
    BilledCost: terms.billedCost === "zero" ? ZERO_TEXT : effective,
    ChargeCategory: "Usage",
    ChargeDescription: `${meter} of ${line.model}`,
    ConsumedQuantity: decimalText({ units: BigInt(count), scale: 0 }),
    ConsumedUnit: unit,
    ContractedCost: isFlat ? ZERO_TEXT : listCost,
    ContractedUnitPrice: isFlat ? ZERO_TEXT : listPrice,
    EffectiveCost: effective,
    ListCost: listCost,
    ListUnitPrice: listPrice,
    PricingCategory: isFlat ? "Other" : "Standard",
    PricingQuantity: decimalText(quantity),
    PricingUnit: `${isPiece(kind) ? "1000" : "1000000"} ${unit}`,
    x_Quality: "priced",
  };
}

/** A line whose cost its prices don't explain: what a tool or a person reported, or a model without a price. */
function unpricedRows(context: Context, line: EntryUsage): FocusRow[] {
  const { input, output, cost, model } = line;
  if (cost === undefined && input === 0 && output === 0) return [];
  const list = BigInt(cost ?? 0);
  const named = model === "" ? "a model that nothing named" : model;
  return [
    adjustmentRow(
      context,
      { list, cost: context.isFlat ? 0n : list },
      {
        ...sellerColumns(line.provider ?? "", context.terms.hosts),
        ChargeDescription: `Usage of ${named} ${cost === undefined ? "without a known price" : "at a reported cost"}`,
        x_CacheReadTokens: countText(line.cache_read),
        x_CacheWriteTokens: countText((line.cache_write_5m ?? 0) + (line.cache_write_1h ?? 0)),
        x_InputTokens: countText(input),
        x_OutputTokens: countText(output),
        x_Quality: cost === undefined ? "estimated" : "reported",
        x_ReasoningTokens: countText(line.reasoning),
      },
    ),
  ];
}

/** What no unit price explains. */
function adjustmentRow({ base, terms, isFlat }: Context, amounts: Amounts, said: Partial<FocusRow>): FocusRow {
  const cost = dollarsText(amounts.cost);
  return {
    ...base,
    BilledCost: terms.billedCost === "zero" ? ZERO_TEXT : cost,
    ChargeCategory: "Adjustment",
    ContractedCost: cost,
    EffectiveCost: cost,
    ListCost: isFlat ? dollarsText(amounts.list) : cost,
    ...said,
  };
}

/** What an entry's usage lines leave over of its cost: an estimate, or what an estimate was before it was corrected. */
function restOf({ entry, terms, isFlat }: Context): Amounts {
  const lines = (entry.usage ?? []).reduce((sum, { cost }) => sum + BigInt(cost ?? 0), 0n);
  const cost = BigInt(entry.cost) - (isFlat ? 0n : lines);
  const before = entry.kind === "correction" && entry.hold !== undefined ? terms.expired?.(entry.hold)?.notional : 0;
  return { cost, list: isFlat ? BigInt(entry.notional ?? 0) - lines - BigInt(before ?? 0) : cost };
}

function restText(entry: Entry): string {
  const { kind, adjustment, reason = "", expired_at, replaces, quality } = entry;
  if (kind === "import") return "Spent before these books began";
  if (adjustment !== undefined) return `Correction by a maintainer: ${reason}`;
  if (expired_at !== undefined) return "Estimate for a run whose cost was never booked";
  if (replaces !== undefined) return "Correction of an estimate";
  return quality === "estimated" ? "Estimate for usage without a known price" : "Cost without usage";
}

function countText(count = 0): string {
  return decimalText({ units: BigInt(count), scale: 0 });
}

/** Text, or no value: an empty text must not stand for it. */
function textOrNull(text: string | undefined): string | null {
  return text === undefined || text.trim() === "" ? null : text;
}
