/** The versions of the FinOps Foundation's cost and usage columns that are written. https://focus.finops.org */
export const FOCUS_VERSIONS = ["1.2", "1.3", "1.4"] as const;
export type FocusVersion = (typeof FOCUS_VERSIONS)[number];

const SINCE_1_3: readonly FocusVersion[] = ["1.3", "1.4"];
const UNTIL_1_3: readonly FocusVersion[] = ["1.2", "1.3"];

/** Every column and the versions that have it, in the order of the file: the program's own ones are the last. */
const COLUMNS = {
  AllocatedMethodDetails: SINCE_1_3,
  AllocatedMethodId: SINCE_1_3,
  AllocatedResourceId: SINCE_1_3,
  AllocatedResourceName: SINCE_1_3,
  AllocatedTags: SINCE_1_3,
  BilledCost: FOCUS_VERSIONS,
  BillingAccountId: FOCUS_VERSIONS,
  BillingAccountName: FOCUS_VERSIONS,
  BillingCurrency: FOCUS_VERSIONS,
  BillingPeriodEnd: FOCUS_VERSIONS,
  BillingPeriodStart: FOCUS_VERSIONS,
  ChargeCategory: FOCUS_VERSIONS,
  ChargeClass: FOCUS_VERSIONS,
  ChargeDescription: FOCUS_VERSIONS,
  ChargeFrequency: FOCUS_VERSIONS,
  ChargePeriodEnd: FOCUS_VERSIONS,
  ChargePeriodStart: FOCUS_VERSIONS,
  ConsumedQuantity: FOCUS_VERSIONS,
  ConsumedUnit: FOCUS_VERSIONS,
  ContractedCost: FOCUS_VERSIONS,
  ContractedUnitPrice: FOCUS_VERSIONS,
  EffectiveCost: FOCUS_VERSIONS,
  HostProviderName: SINCE_1_3,
  InvoiceIssuerName: FOCUS_VERSIONS,
  ListCost: FOCUS_VERSIONS,
  ListUnitPrice: FOCUS_VERSIONS,
  PricingCategory: FOCUS_VERSIONS,
  PricingQuantity: FOCUS_VERSIONS,
  PricingUnit: FOCUS_VERSIONS,
  ProviderName: UNTIL_1_3,
  PublisherName: UNTIL_1_3,
  ServiceCategory: FOCUS_VERSIONS,
  ServiceName: FOCUS_VERSIONS,
  ServiceProviderName: SINCE_1_3,
  ServiceSubcategory: FOCUS_VERSIONS,
  SkuId: FOCUS_VERSIONS,
  SkuMeter: FOCUS_VERSIONS,
  SkuPriceDetails: FOCUS_VERSIONS,
  SkuPriceId: FOCUS_VERSIONS,
  SubAccountId: FOCUS_VERSIONS,
  SubAccountName: FOCUS_VERSIONS,
  Tags: FOCUS_VERSIONS,
  x_Actor: FOCUS_VERSIONS,
  x_Attempt: FOCUS_VERSIONS,
  x_CacheReadTokens: FOCUS_VERSIONS,
  x_CacheWriteTokens: FOCUS_VERSIONS,
  x_EntryId: FOCUS_VERSIONS,
  x_InputTokens: FOCUS_VERSIONS,
  x_OutputTokens: FOCUS_VERSIONS,
  x_Profile: FOCUS_VERSIONS,
  x_Quality: FOCUS_VERSIONS,
  x_ReasoningTokens: FOCUS_VERSIONS,
  x_RunId: FOCUS_VERSIONS,
  x_Workflow: FOCUS_VERSIONS,
} as const satisfies Readonly<Record<string, readonly FocusVersion[]>>;

export type FocusColumn = keyof typeof COLUMNS;

/** A row by column, as the texts of the file; null is no value. It has the columns of every version. */
export type FocusRow = Readonly<Record<FocusColumn, string | null>>;

const NAMES = Object.keys(COLUMNS) as FocusColumn[];

/** The columns of a version, in their order. */
export function focusHeader(version: FocusVersion): readonly FocusColumn[] {
  return NAMES.filter((name) => COLUMNS[name].includes(version));
}

/** A row without any value. */
export const EMPTY_ROW = Object.fromEntries(NAMES.map((name) => [name, null])) as FocusRow;
