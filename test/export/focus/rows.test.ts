import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entry, EntryUsage } from "../../../src/books/entry.ts";
import { allocatedRows } from "../../../src/export/focus/allocated.ts";
import { calendarOf } from "../../../src/export/focus/calendar.ts";
import type { FocusColumn, FocusRow } from "../../../src/export/focus/columns.ts";
import { entryRows, type RowTerms } from "../../../src/export/focus/rows.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { exact, faultOf } from "./rules.ts";

const TERMS: RowTerms = { billedCost: "amount", account: { id: "github.com/o/r#token-budget", name: "o/r" } };

const LINE: EntryUsage = {
  ...{ provider: "anthropic", model: "claude-sonnet-4-5", input: 2000, cache_read: 1200, output: 1500, requests: 1 },
  ...{ cost: nanoOf(0.02526), prices: { input: 3, cache_read: 0.3, output: 15 }, price_source: "genai-prices@0.1.8" },
};

function entry(change: Partial<Entry> = {}): Entry {
  return {
    ...{ id: "e-1", at: "2026-02-14T10:07:31.250Z", month: "2026-02", kind: "charge", cost: nanoOf(0.02526) },
    ...{ quality: "priced", started_at: "2026-02-14T09:58:00Z", profile: "ai-pr", tags: { team: "web" } },
    run: { repository: "o/r", run_id: 123, attempt: 2, job: "agent", workflow: "AI", actor: "octocat" },
    usage: [LINE],
    ...change,
  };
}

function rowsOf(one: Entry, terms: Partial<RowTerms> = {}, timezone = "UTC"): FocusRow[] {
  return entryRows(one, { ...TERMS, ...terms }, calendarOf(timezone));
}

function columnsOf(rows: readonly FocusRow[], ...columns: readonly FocusColumn[]) {
  return rows.map((row) => columns.map((column) => row[column]));
}

describe("the FOCUS rows of an entry", () => {
  it("are one for each kind of tokens at its unit price, with all that is known of the run", () => {
    const rows = rowsOf(entry());
    expect(columnsOf(rows, "SkuId", "ListUnitPrice", "PricingQuantity", "ListCost", "EffectiveCost")).toEqual([
      ["claude-sonnet-4-5-input", "3.0", "0.0008", "0.0024", "0.0024"],
      ["claude-sonnet-4-5-cache-read", "0.3", "0.0012", "0.00036", "0.00036"],
      ["claude-sonnet-4-5-output", "15.0", "0.0015", "0.0225", "0.0225"],
    ]);
    const [, cached] = rows;
    expect(Object.fromEntries(Object.entries(cached ?? {}).filter(([, value]) => value !== null))).toEqual({
      BilledCost: "0.00036",
      BillingAccountId: "github.com/o/r#token-budget",
      BillingAccountName: "o/r",
      BillingCurrency: "USD",
      BillingPeriodEnd: "2026-03-01T00:00:00Z",
      BillingPeriodStart: "2026-02-01T00:00:00Z",
      ChargeCategory: "Usage",
      ChargeDescription: "Cache Read Input Tokens of claude-sonnet-4-5",
      ChargeFrequency: "Usage-Based",
      ChargePeriodEnd: "2026-02-14T10:07:32Z",
      ChargePeriodStart: "2026-02-14T09:58:00Z",
      ConsumedQuantity: "1200.0",
      ConsumedUnit: "Tokens",
      ContractedCost: "0.00036",
      ContractedUnitPrice: "0.3",
      EffectiveCost: "0.00036",
      HostProviderName: "Anthropic",
      InvoiceIssuerName: "Anthropic",
      ListCost: "0.00036",
      ListUnitPrice: "0.3",
      PricingCategory: "Standard",
      PricingQuantity: "0.0012",
      PricingUnit: "1000000 Tokens",
      ProviderName: "Anthropic",
      PublisherName: "Anthropic",
      ServiceCategory: "AI and Machine Learning",
      ServiceName: "Claude API",
      ServiceProviderName: "Anthropic",
      ServiceSubcategory: "Generative AI",
      SkuId: "claude-sonnet-4-5-cache-read",
      SkuMeter: "Cache Read Input Tokens",
      SkuPriceDetails: '{"x_ModelId":"claude-sonnet-4-5","x_TokenType":"Input","x_TokenCacheAction":"Read"}',
      SkuPriceId: "claude-sonnet-4-5-cache-read@genai-prices@0.1.8/standard/0.3",
      SubAccountId: "o/r",
      SubAccountName: "o/r",
      Tags: '{"team":"web"}',
      x_Actor: "octocat",
      x_Attempt: "2",
      x_EntryId: "e-1",
      x_Profile: "ai-pr",
      x_Quality: "priced",
      x_RunId: "123",
      x_Workflow: "AI",
    });
  });

  it("print every digit of the product, and split the cost, which is rounded, so that it adds up", () => {
    const line = { ...LINE, input: 7, cache_read: 0, output: 3, cost: nanoOf(0.000000333) };
    const rows = rowsOf(
      entry({ cost: nanoOf(0.000000333), usage: [{ ...line, prices: { input: 0.0333331, output: 0.0333333 } }] }),
    );
    expect(columnsOf(rows, "ListCost", "EffectiveCost")).toEqual([
      ["0.0000002333317", "0.000000233"],
      ["0.0000000999999", "0.0000001"],
    ]);
  });

  it("have searches by the thousand, and pieces without a price as an Adjustment of zero", () => {
    const line = { ...LINE, web_searches: 3, extras: { image: 2 }, cost: nanoOf(0.05526) };
    const rows = rowsOf(
      entry({ cost: nanoOf(0.30526), usage: [{ ...line, prices: { ...LINE.prices, web_search: 10 } }] }),
    );
    expect(
      columnsOf(
        rows.slice(3),
        "ChargeCategory",
        "SkuId",
        "SkuMeter",
        "PricingUnit",
        "PricingQuantity",
        "EffectiveCost",
      ),
    ).toEqual([
      ["Usage", "claude-sonnet-4-5-web-search", "Requests", "1000 Requests", "0.003", "0.03"],
      ["Adjustment", null, null, null, null, "0.0"],
      ["Adjustment", null, null, null, null, "0.25"],
    ]);
  });

  it("name the tier and the region in the price, which is that of the service", () => {
    const line = { ...LINE, tier: "priority", region: "us", cost: nanoOf(0.05052) };
    const prices = { input: 6, cache_read: 0.6, output: 30 };
    const [first] = rowsOf(entry({ cost: line.cost, usage: [{ ...line, prices }] }));
    expect(first).toMatchObject({
      ListUnitPrice: "6.0",
      SkuPriceId: "claude-sonnet-4-5-input@genai-prices@0.1.8/priority/us/6.0",
      SkuPriceDetails: expect.stringContaining('"x_ServiceTier":"priority","x_Region":"us"'),
    });
  });

  it.each([
    ["a tool's own figure", { ...LINE, cost: nanoOf(0.03) }, "0.03", "reported"],
    ["a model without a price", { ...LINE, cost: undefined, prices: undefined }, "0.0", "estimated"],
    ["more cached than went in", { ...LINE, cache_read: 3000 }, "0.02526", "reported"],
    ["a negative price", { ...LINE, prices: { input: -1 } }, "0.02526", "reported"],
    ["a model that nothing named", { ...LINE, model: "" }, "0.02526", "reported"],
  ])("have no unit price for %s, but its tokens", (_, line, cost, quality) => {
    const [row, ...rest] = rowsOf(entry({ usage: [line] }));
    expect(row).toMatchObject({
      ...{ ChargeCategory: "Adjustment", SkuId: null, ListUnitPrice: null, ConsumedQuantity: null, PricingUnit: null },
      ...{ EffectiveCost: cost, ListCost: cost, x_Quality: quality, x_InputTokens: "2000.0", x_OutputTokens: "1500.0" },
    });
    const sum = [row, ...rest].reduce((all, one) => all + exact(one?.EffectiveCost ?? ""), 0n);
    expect(sum).toBe(exact("0.02526"));
  });

  it("show the list price of what a flat fee covers, and no other cost", () => {
    const rows = rowsOf(entry({ cost: nanoOf(0), notional: nanoOf(0.02526) }));
    expect(columnsOf(rows, "ListCost", "ContractedUnitPrice", "ContractedCost", "EffectiveCost", "BilledCost")).toEqual(
      [
        ["0.0024", "0.0", "0.0", "0.0", "0.0"],
        ["0.00036", "0.0", "0.0", "0.0", "0.0"],
        ["0.0225", "0.0", "0.0", "0.0", "0.0"],
      ],
    );
  });

  it("have no billed cost where the provider's own file has it", () => {
    const rows = rowsOf(entry(), { billedCost: "zero" });
    expect(columnsOf(rows, "BilledCost", "EffectiveCost").map(([billed]) => billed)).toEqual(["0.0", "0.0", "0.0"]);
    expect(rows[0]?.EffectiveCost).toBe("0.0024");
  });

  it("name where a model runs, and whoever serves it as the ledger does where nobody knows more", () => {
    const hosted = rowsOf(entry(), { hosts: { anthropic: "Octo Cloud" } });
    expect(hosted[0]).toMatchObject({ HostProviderName: "Octo Cloud", ServiceProviderName: "Anthropic" });
    const [own] = rowsOf(entry({ usage: [{ ...LINE, provider: "my-gpu" }] }));
    expect(own).toMatchObject({ ServiceProviderName: "my-gpu", ServiceName: "my-gpu" });
    const [none] = rowsOf(entry({ usage: [] }));
    expect(none).toMatchObject({
      ServiceProviderName: "Unknown",
      ChargeCategory: "Adjustment",
      EffectiveCost: "0.02526",
    });
  });

  it.each(["release", "reset", "rollover", "adjust", "pause", "resume", "alert"] as const)(
    "are none for a %s",
    (kind) => {
      expect(rowsOf(entry({ kind, cost: nanoOf(0), usage: undefined }))).toEqual([]);
    },
  );

  it("are one for an import: spent since the month began", () => {
    const rows = rowsOf(
      entry({ kind: "import", cost: nanoOf(4.3), usage: undefined, started_at: undefined, tags: undefined }),
    );
    expect(
      columnsOf(
        rows,
        "ChargeCategory",
        "ChargeFrequency",
        "ChargePeriodStart",
        "ChargePeriodEnd",
        "EffectiveCost",
        "Tags",
      ),
    ).toEqual([["Adjustment", "One-Time", "2026-02-01T00:00:00Z", "2026-02-14T10:07:32Z", "4.3", null]]);
  });
});

describe("the correction of an expired hold", () => {
  const correction = entry({ kind: "correction", hold: "h", replaces: nanoOf(0.055), cost: nanoOf(-0.02974) });

  it("has the usage in full, and takes the estimate back", () => {
    const rows = rowsOf(correction);
    expect(columnsOf(rows, "ChargeCategory", "ChargeClass", "EffectiveCost")).toEqual([
      ["Usage", null, "0.0024"],
      ["Usage", null, "0.00036"],
      ["Usage", null, "0.0225"],
      ["Adjustment", null, "-0.055"],
    ]);
  });

  it.each([
    ["the estimate counts in a month before", { month: "2026-01", notional: 0 }, undefined, "Correction"],
    ["it counts in this month, the run began before", { month: "2026-02", notional: 0 }, "2026-01-31T23:00:00Z", null],
    ["nobody knows where it counts, the run began before", undefined, "2026-01-31T23:00:00Z", "Correction"],
    ["nobody knows either", undefined, undefined, null],
  ])("is of a closed period as far as is known: %s", (_, charge, started_at, expected) => {
    const rows = rowsOf({ ...correction, started_at }, { expired: () => charge });
    expect(new Set(rows.map(({ ChargeClass }) => ChargeClass))).toEqual(new Set([expected]));
  });

  it("takes back the list price of the estimate that a flat fee covered", () => {
    const flat = entry({
      kind: "correction",
      hold: "h",
      replaces: nanoOf(0),
      cost: nanoOf(0),
      notional: nanoOf(0.02526),
    });
    const rows = rowsOf(flat, { expired: () => ({ month: "2026-02", notional: nanoOf(0.055) }) });
    expect(columnsOf(rows.slice(3), "ListCost", "EffectiveCost")).toEqual([["-0.055", "0.0"]]);
  });

  it("is not what a maintainer corrects, which is always in the running month", () => {
    const [row] = rowsOf(
      entry({
        kind: "correction",
        adjustment: "correct",
        cost: nanoOf(-1),
        usage: undefined,
        reason: "=twice",
        started_at: "2026-01-01T00:00:00Z",
      }),
    );
    expect(row).toMatchObject({
      ChargeClass: null,
      EffectiveCost: "-1.0",
      ChargeDescription: "Correction by a maintainer: =twice",
    });
  });
});

describe("the periods of a row", () => {
  it("are the month and the day of the books' time zone, as instants of UTC", () => {
    const one = entry({ at: "2026-02-28T23:30:00Z", month: "2026-03", started_at: "2026-02-28T22:50:00Z" });
    expect(rowsOf(one, {}, "Europe/Berlin")[0]).toMatchObject({
      BillingPeriodStart: "2026-02-28T23:00:00Z",
      BillingPeriodEnd: "2026-03-31T22:00:00Z",
      ChargePeriodStart: "2026-02-28T23:00:00Z",
      ChargePeriodEnd: "2026-02-28T23:30:01Z",
    });
  });

  it("end with the day in which a hold expired, whoever booked it later", () => {
    const one = entry({
      at: "2026-02-16T08:00:00Z",
      expired_at: "2026-02-15T00:00:00Z",
      started_at: "2026-02-14T18:00:00Z",
    });
    expect(rowsOf(one)[0]).toMatchObject({
      ChargePeriodStart: "2026-02-14T18:00:00Z",
      ChargePeriodEnd: "2026-02-15T00:00:00Z",
    });
  });
});

describe("a shared row that is split", () => {
  const names = ["a", "b", "c", "d"];
  const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: names.length });

  it("is one row an entity: ratios add up to 1, and every column to that of the row", () => {
    fc.assert(
      fc.property(weights, fc.boolean(), (all, isFlat) => {
        const entities = all.map((weight, index) => ({ id: names[index] ?? "", weight, unit: "USD", quantity: 1.5 }));
        for (const row of rowsOf(entry(isFlat ? { cost: nanoOf(0), notional: nanoOf(0.02526) } : {}))) {
          const parts = allocatedRows(row, { method: "proportional by cost", entities });
          expect(parts.map(({ AllocatedResourceId: id }) => id)).toEqual(entities.map(({ id }) => id));
          const ratios = parts.map((part) => JSON.parse(part.AllocatedMethodDetails ?? "").Elements[0].AllocatedRatio);
          expect(ratios.reduce((sum, ratio) => sum + Math.round(ratio * 1e9), 0)).toBe(1e9);
          for (const column of [
            "BilledCost",
            "EffectiveCost",
            "ListCost",
            "ContractedCost",
            "PricingQuantity",
            "ConsumedQuantity",
          ] as const) {
            expect(parts.reduce((sum, part) => sum + exact(part[column] ?? ""), 0n)).toBe(exact(row[column] ?? ""));
          }
          for (const part of parts) {
            expect(Object.entries(part).flatMap(([column, value]) => faultOf(column, value) ?? [])).toEqual([]);
            const product = exact(part.ListUnitPrice ?? "") * exact(part.PricingQuantity ?? "");
            expect(product).toBe(exact(part.ListCost ?? "") * exact("1.0"));
          }
        }
      }),
    );
  });

  it("says by what it was split, and for whom", () => {
    const [row] = rowsOf(entry({ usage: [], cost: nanoOf(0.01) }));
    if (row === undefined) throw new Error("no row");
    const entities = [
      { id: "web", name: "Web", tags: { team: "web" }, weight: 1n, unit: "Tokens", quantity: 100 },
      { id: "data", weight: 2n, unit: "Tokens", quantity: 200 },
    ];
    const columns = ["AllocatedMethodDetails", "AllocatedResourceName", "AllocatedTags", "EffectiveCost"] as const;
    const rows = allocatedRows(row, { method: "proportional by tokens", entities });
    expect(columnsOf(rows, "AllocatedMethodId", ...columns)).toEqual([
      [
        "proportional by tokens",
        '{"Elements":[{"AllocatedRatio":0.333333333,"UsageUnit":"Tokens","UsageQuantity":100}]}',
        ...["Web", '{"team":"web"}', "0.003333333"],
      ],
      [
        "proportional by tokens",
        '{"Elements":[{"AllocatedRatio":0.666666667,"UsageUnit":"Tokens","UsageQuantity":200}]}',
        ...["data", null, "0.006666667"],
      ],
    ]);
    expect(allocatedRows(row, { method: "equal", entities: [] })).toEqual([row]);
  });
});
