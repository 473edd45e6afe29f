import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/books/entry.ts";
import { FOCUS_VERSIONS, focusHeader } from "../../../src/export/focus/columns.ts";
import { type FocusTerms, focusFile } from "../../../src/export/focus/focus.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { dayOf } from "../../../src/values/month.ts";
import { openDuckDb } from "../../support/duckdb.ts";
import { countOf } from "../../support/pace/pace.ts";
import { emptyFolder } from "../../support/runner/action.ts";
import { type Ledger, ledgers } from "./ledgers.ts";
import { COLUMN_RULES, exact, faultOf, ROW_RULES, type Row } from "./rules.ts";

const PLAIN = {
  ...{ version: "1.3", billedCost: "amount", account: { id: "github.com/o/r#token-budget" }, grain: "run" },
} as const satisfies Partial<FocusTerms>;

const terms = fc.record({
  version: fc.constantFrom(...FOCUS_VERSIONS),
  billedCost: fc.constantFrom("amount" as const, "zero" as const),
  grain: fc.constantFrom("run" as const, "day" as const),
  account: fc.constantFrom({ id: "github.com/o/r#token-budget" }, { id: "books", name: "=Octo" }),
});

function textOf({ entries, timezone }: Ledger, change: Partial<FocusTerms> = {}): string {
  const file = focusFile({ ...PLAIN, timezone, ...change });
  return [file.head(), ...entries.map((entry) => file.add(entry)), file.end()].join("");
}

function rowsOf(text: string): readonly Row[] {
  const lines: Record<string, string>[] = parse(text, { columns: true, record_delimiter: "\r\n" });
  return lines.map((line) => Object.fromEntries(Object.entries(line).map(([name, text]) => [name, text || null])));
}

function sumOf(rows: readonly Row[], column: string): bigint {
  return rows.reduce((sum, row) => sum + exact(row[column] ?? "0.0"), 0n);
}

const nano = (amount: number): bigint => BigInt(amount) * exact("0.000000001");
const costOf = ({ entries }: Ledger): bigint => entries.reduce((sum, { cost }) => sum + nano(cost), 0n);

describe("a FOCUS file", () => {
  it.each(FOCUS_VERSIONS)("of version %s has that version's columns, the program's own ones last", (version) => {
    const columns = Object.entries(COLUMN_RULES).filter(([, { versions = [version] }]) => versions.includes(version));
    expect(focusHeader(version)).toEqual(columns.map(([name]) => name));
    const own = focusHeader(version).map((name) => name.startsWith("x_"));
    expect(own).toEqual(own.toSorted());
  });

  it("keeps every rule, whatever the ledger, its version and its grain", () => {
    fc.assert(
      fc.property(ledgers, terms, (ledger, change) => {
        const rows = rowsOf(textOf(ledger, change));
        for (const row of rows) {
          expect(Object.entries(row).flatMap(([column, value]) => faultOf(column, value) ?? [])).toEqual([]);
          const broken = Object.entries(ROW_RULES).filter(([, holds]) => !holds(row));
          expect(broken.map(([name]) => ({ name, row }))).toEqual([]);
          if (change.billedCost === "zero") expect(row["BilledCost"]).toBe("0.0");
          else expect(row["BilledCost"]).toBe(row["EffectiveCost"]);
        }
      }),
      { numRuns: countOf("cases") },
    );
  });

  it("has one unit price and one description for each SkuPriceId, and one SkuId", () => {
    fc.assert(
      fc.property(ledgers, (ledger) => {
        const known = new Map<string, unknown>();
        for (const row of rowsOf(textOf(ledger))) {
          const { SkuPriceId, SkuId, SkuMeter, ListUnitPrice, SkuPriceDetails, PricingUnit } = row;
          if (SkuPriceId == null) continue;
          const sold = { SkuId, SkuMeter, ListUnitPrice, SkuPriceDetails, PricingUnit };
          expect(known.get(SkuPriceId) ?? sold).toEqual(sold);
          known.set(SkuPriceId, sold);
        }
      }),
    );
  });

  it("sums to the ledger, in cost and in tokens, by run and by day", () => {
    fc.assert(
      fc.property(ledgers, fc.constantFrom("run" as const, "day" as const), (ledger, grain) => {
        const rows = rowsOf(textOf(ledger, { grain }));
        expect(sumOf(rows, "EffectiveCost")).toBe(costOf(ledger));
        const lines = ledger.entries.flatMap(({ usage = [] }) => usage);
        for (const [key, column, type] of [
          ["input", "x_InputTokens", "Input"],
          ["output", "x_OutputTokens", "Output"],
        ] as const) {
          const sold = rows.filter(({ SkuPriceDetails }) => SkuPriceDetails?.includes(`"x_TokenType":"${type}"`));
          const tokens = lines.reduce((sum, line) => sum + BigInt(line[key]), 0n);
          expect(sumOf(sold, "ConsumedQuantity") + sumOf(rows, column)).toBe(tokens * exact("1.0"));
        }
      }),
    );
  });

  it("by day has the figures of the file by run", () => {
    fc.assert(
      fc.property(ledgers, terms, (ledger, change) => {
        const [run, day] = [
          rowsOf(textOf(ledger, { ...change, grain: "run" })),
          rowsOf(textOf(ledger, { ...change, grain: "day" })),
        ];
        expect(day.length).toBeLessThanOrEqual(run.length);
        for (const column of ["ListCost", "ContractedCost", "BilledCost", "PricingQuantity", "x_ReasoningTokens"]) {
          expect(sumOf(day, column)).toBe(sumOf(run, column));
        }
        expect(day.every((row) => row["x_RunId"] === null && row["x_EntryId"] === null)).toBe(true);
      }),
    );
  });

  it("has the running month's days as the books have them", () => {
    fc.assert(
      fc.property(ledgers, fc.constantFrom("run" as const, "day" as const), (ledger, grain) => {
        const { entries, timezone, daily = {} } = ledger;
        const ended = entries.findLastIndex(({ kind }) => kind === "reset" || kind === "rollover");
        const running = entries.slice(ended + 1).filter(({ kind }) => kind !== "import");
        const rows = rowsOf(textOf({ entries: running, timezone }, { grain }));
        const days = Map.groupBy(rows, ({ ChargePeriodStart: start }) => dayOf(start ?? "", timezone));
        const sums = [...days].map(([day, ofDay]) => [day, sumOf(ofDay, "EffectiveCost")] as const);
        const expected = Object.entries(daily).map(([day, { spent }]) => [day, nano(spent)] as const);
        const isSpent = ([, cost]: readonly [string, bigint]) => cost !== 0n;
        expect(sums.filter(isSpent).toSorted()).toEqual(expected.filter(isSpent).toSorted());
      }),
    );
  });

  it("has no text that a spreadsheet takes for a formula", () => {
    fc.assert(
      fc.property(ledgers, (ledger) => {
        const texts = rowsOf(textOf(ledger)).flatMap((row) => Object.values(row));
        expect(texts.filter((text) => /^[=+@\t\r]|^-(?!\d)/.test(text ?? ""))).toEqual([]);
      }),
    );
  });
});

describe("a FOCUS file that is written as entries come", () => {
  const charge = (id: string, at: string, change: Partial<Entry> = {}): Entry => ({
    ...{ id, at, month: at.slice(0, 7), kind: "charge", cost: nanoOf(0.5), quality: "reported", run: { run_id: 1 } },
    ...change,
  });

  it("has a run's rows as soon as the run is there, and a day's once two later days have begun", () => {
    const [run, day] = (["run", "day"] as const).map((grain) => focusFile({ ...PLAIN, timezone: "UTC", grain }));
    const lengths = ["10", "10", "11", "12", "13"].map((date, index) => {
      const entry = charge(`e-${index}`, `2026-02-${date}T10:00:0${index}Z`);
      return [run, day].map((file) => (file?.add(entry) ?? "").split("\r\n").length - 1);
    });
    expect(lengths).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
      [1, 1],
      [1, 1],
    ]);
    expect([run, day].map((file) => (file?.end() ?? "").split("\r\n").length - 1)).toEqual([0, 2]);
  });

  it("adds up a day in rows without a run", () => {
    const entries = ["10:00:00", "11:00:00"].map((time) => charge(time, `2026-02-10T${time}Z`));
    const rows = rowsOf(textOf({ entries, timezone: "UTC" }, { grain: "day" }));
    expect(rows).toEqual([expect.objectContaining({ EffectiveCost: "1.0", x_EntryId: null, x_RunId: null })]);
    expect(rows[0]).toMatchObject({
      ChargePeriodStart: "2026-02-10T00:00:00Z",
      ChargePeriodEnd: "2026-02-11T00:00:00Z",
    });
  });

  it("remembers in which month an expired hold was charged", () => {
    const expired = (at: string) =>
      charge("h:expire", at, { hold: "h", expired_at: at, started_at: "2026-01-31T20:00:00Z" });
    const correction = charge("fix", "2026-02-02T10:00:00Z", {
      ...{ kind: "correction", hold: "h", replaces: nanoOf(0.5), cost: nanoOf(-0.2) },
      started_at: "2026-01-31T20:00:00Z",
    });
    const classes = ["2026-01-31T23:00:00Z", "2026-02-01T02:00:00Z"].map((at) => {
      const rows = rowsOf(textOf({ entries: [expired(at), correction], timezone: "UTC" }));
      return rows.map(({ ChargeClass }) => ChargeClass);
    });
    expect(classes).toEqual([
      [null, "Correction"],
      [null, null],
    ]);
  });
});

const duckDb = await openDuckDb();

describe.skipIf(duckDb.missing !== undefined)(`a FOCUS file in DuckDB ${duckDb.missing ?? ""}`, () => {
  const TYPES = { decimal: "DOUBLE", instant: "TIMESTAMP WITH TIME ZONE", json: "VARCHAR", text: "VARCHAR" };

  it.each(FOCUS_VERSIONS)("of version %s has its columns' types, and the ledger's sum", async (version) => {
    const path = join(emptyFolder("focus"), "focus.csv");
    const from = `read_csv('${path.replaceAll("\\", "/")}')`;
    await fc.assert(
      fc.asyncProperty(ledgers, async (ledger) => {
        writeFileSync(path, textOf(ledger, { version }));
        const rows = rowsOf(textOf(ledger, { version }));
        if (rows.length === 0) return;
        const [sum] = await duckDb.query(
          `SELECT count(*)::INT AS n, sum(EffectiveCost::DECIMAL(28, 9)) AS cost FROM ${from}`,
        );
        expect(sum?.["n"]).toBe(rows.length);
        expect(exact(`${sum?.["cost"]}`)).toBe(costOf(ledger));
        const columns = await duckDb.query(`DESCRIBE SELECT * FROM ${from}`);
        for (const { column_name: name, column_type: type } of columns) {
          const rule = COLUMN_RULES[`${name}`];
          const isFilled = rows.some((row) => row[`${name}`] !== null);
          if (isFilled && rule !== undefined && rule.type !== "text")
            expect([name, type]).toEqual([name, TYPES[rule.type]]);
        }
      }),
      { numRuns: countOf("fewCases") },
    );
  });
});
