import type { FocusVersion } from "../../../src/export/focus/columns.ts";

/** A row of a file by column; null is an empty field. */
export type Row = Readonly<Record<string, string | null>>;

type Rule = {
  readonly type: "decimal" | "instant" | "text" | "json";
  /** Whether a field may be empty. */
  readonly isNullable?: true;
  readonly versions?: readonly FocusVersion[];
  readonly values?: readonly string[];
  readonly isNonNegative?: true;
};

const NEW: readonly FocusVersion[] = ["1.3", "1.4"];
const OLD: readonly FocusVersion[] = ["1.2", "1.3"];

/** Every column: what is in it, and in which versions it is; all of them where none are named. */
export const COLUMN_RULES: Readonly<Record<string, Rule>> = {
  AllocatedMethodDetails: { type: "json", isNullable: true, versions: NEW },
  AllocatedMethodId: { type: "text", isNullable: true, versions: NEW },
  AllocatedResourceId: { type: "text", isNullable: true, versions: NEW },
  AllocatedResourceName: { type: "text", isNullable: true, versions: NEW },
  AllocatedTags: { type: "json", isNullable: true, versions: NEW },
  BilledCost: { type: "decimal" },
  BillingAccountId: { type: "text" },
  BillingAccountName: { type: "text", isNullable: true },
  BillingCurrency: { type: "text", values: ["USD"] },
  BillingPeriodEnd: { type: "instant" },
  BillingPeriodStart: { type: "instant" },
  ChargeCategory: { type: "text", values: ["Usage", "Purchase", "Tax", "Credit", "Adjustment"] },
  ChargeClass: { type: "text", isNullable: true, values: ["Correction"] },
  ChargeDescription: { type: "text", isNullable: true },
  ChargeFrequency: { type: "text", values: ["One-Time", "Recurring", "Usage-Based"] },
  ChargePeriodEnd: { type: "instant" },
  ChargePeriodStart: { type: "instant" },
  ConsumedQuantity: { type: "decimal", isNullable: true },
  ConsumedUnit: { type: "text", isNullable: true },
  ContractedCost: { type: "decimal" },
  ContractedUnitPrice: { type: "decimal", isNullable: true, isNonNegative: true },
  EffectiveCost: { type: "decimal" },
  HostProviderName: { type: "text", versions: NEW },
  InvoiceIssuerName: { type: "text" },
  ListCost: { type: "decimal" },
  ListUnitPrice: { type: "decimal", isNullable: true, isNonNegative: true },
  PricingCategory: { type: "text", isNullable: true, values: ["Standard", "Committed", "Dynamic", "Other"] },
  PricingQuantity: { type: "decimal", isNullable: true },
  PricingUnit: { type: "text", isNullable: true },
  ProviderName: { type: "text", versions: OLD },
  PublisherName: { type: "text", versions: OLD },
  ServiceCategory: { type: "text", values: ["AI and Machine Learning"] },
  ServiceName: { type: "text" },
  ServiceProviderName: { type: "text", versions: NEW },
  ServiceSubcategory: { type: "text", values: ["Generative AI"] },
  SkuId: { type: "text", isNullable: true },
  SkuMeter: { type: "text", isNullable: true },
  SkuPriceDetails: { type: "json", isNullable: true },
  SkuPriceId: { type: "text", isNullable: true },
  SubAccountId: { type: "text", isNullable: true },
  SubAccountName: { type: "text", isNullable: true },
  Tags: { type: "json", isNullable: true },
  x_Actor: { type: "text", isNullable: true },
  x_Attempt: { type: "text", isNullable: true },
  x_CacheReadTokens: { type: "decimal", isNullable: true },
  x_CacheWriteTokens: { type: "decimal", isNullable: true },
  x_EntryId: { type: "text", isNullable: true },
  x_InputTokens: { type: "decimal", isNullable: true },
  x_OutputTokens: { type: "decimal", isNullable: true },
  x_Profile: { type: "text", isNullable: true },
  x_Quality: { type: "text", isNullable: true, values: ["priced", "reported", "estimated"] },
  x_ReasoningTokens: { type: "decimal", isNullable: true },
  x_RunId: { type: "text", isNullable: true },
  x_Workflow: { type: "text", isNullable: true },
};

/** Columns of what is sold at a unit price: a Usage row has all of them, an Adjustment none. */
export const PRICED_COLUMNS = [
  ...["ConsumedQuantity", "ConsumedUnit", "ContractedUnitPrice", "ListUnitPrice", "PricingCategory"],
  ...["PricingQuantity", "PricingUnit", "SkuId", "SkuMeter", "SkuPriceId"],
];

/** The columns that are empty exactly where the others are. */
const TOGETHER = [
  ["PricingQuantity", "PricingUnit"],
  ["ConsumedQuantity", "ConsumedUnit"],
  ["SkuId", "SkuMeter"],
  ["SkuPriceId", "SkuPriceDetails"],
  ["SubAccountId", "SubAccountName"],
];

/** What holds between the columns of a row, by its name. */
export const ROW_RULES: Readonly<Record<string, (row: Row) => boolean>> = {
  ...Object.fromEntries(
    TOGETHER.map(([a = "", b = ""]) => [`${a} with ${b}`, (row: Row) => (row[a] === null) === (row[b] === null)]),
  ),
  "Usage has a SKU, prices and quantities": (row) =>
    row["ChargeCategory"] !== "Usage" || PRICED_COLUMNS.every((column) => row[column] !== null),
  "an Adjustment has none": (row) =>
    row["ChargeCategory"] !== "Adjustment" || PRICED_COLUMNS.every((column) => row[column] === null),
  "every charge is one or the other": ({ ChargeCategory: is }) => is === "Usage" || is === "Adjustment",
  "list price × quantity is the list cost": (row) => isProduct(row, "ListUnitPrice", "ListCost"),
  "contracted price × quantity is the contracted cost": (row) =>
    isProduct(row, "ContractedUnitPrice", "ContractedCost"),
  "tokens of a Usage row are in its quantity alone": (row) =>
    row["ChargeCategory"] !== "Usage" || row["x_InputTokens"] === null,
  "a charge period begins before it ends": (row) => before(row, "ChargePeriodStart", "ChargePeriodEnd"),
  "it lies within its billing period": (row) =>
    !before(row, "ChargePeriodStart", "BillingPeriodStart") && !before(row, "BillingPeriodEnd", "ChargePeriodEnd"),
  "a billing period begins before it ends": (row) => before(row, "BillingPeriodStart", "BillingPeriodEnd"),
  // The line's cost is rounded once, and split over its rows in whole nano-dollars; a day adds up many of them.
  "the amount of a run is its contracted cost, to a nano-dollar and a half": (row) =>
    row["ChargeCategory"] !== "Usage" ||
    row["x_EntryId"] === null ||
    isNear(row["EffectiveCost"] ?? "", row["ContractedCost"] ?? ""),
};

/** What is wrong with a field; undefined where nothing is. */
export function faultOf(column: string, value: string | null): string | undefined {
  const rule = COLUMN_RULES[column];
  if (rule === undefined) return `${column} isn't a column`;
  const { type, isNullable, values, isNonNegative } = rule;
  if (value === null) return isNullable ? undefined : `${column} is empty`;
  if (values !== undefined && !values.includes(value)) return `${column} is ${value}`;
  if (isNonNegative && value.startsWith("-")) return `${column} is negative: ${value}`;
  return FORMS[type](value) ? undefined : `${column} is no ${type}: ${value}`;
}

const FORMS: Readonly<Record<Rule["type"], (value: string) => boolean>> = {
  decimal: (value) => /^-?(0|[1-9]\d*)\.\d+(E-\d+)?$/.test(value),
  instant: (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) && !Number.isNaN(Date.parse(value)),
  text: (value) => value.trim() !== "",
  json: (value) => value.startsWith("{") && typeof JSON.parse(value) === "object",
};

// Far more decimals than any figure has, so that sums and products stay whole numbers.
const SCALE = 30;

/** A decimal in units of 10^-30. */
export function exact(text: string): bigint {
  const [whole = "", fraction = ""] = text.split(".");
  if (fraction.length > SCALE) throw new Error(`${text} has more than ${SCALE} decimals`);
  return BigInt(`${whole}${fraction.padEnd(SCALE, "0")}`);
}

function isProduct(row: Row, price: string, cost: string): boolean {
  const [factor, quantity, product] = [row[price], row["PricingQuantity"], row[cost]];
  if (factor === null || factor === undefined || quantity === null || quantity === undefined) return true;
  return exact(factor) * exact(quantity) === exact(product ?? "") * 10n ** BigInt(SCALE);
}

function isNear(a: string, b: string): boolean {
  const difference = exact(a) - exact(b);
  return (difference < 0n ? -difference : difference) < exact("0.0000000015");
}

function before(row: Row, a: string, b: string): boolean {
  return Date.parse(row[a] ?? "") < Date.parse(row[b] ?? "");
}
