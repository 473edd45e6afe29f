import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvOf } from "../../src/export/csv.ts";

describe("CSV", () => {
  it.each([
    ["a formula", "=1+1", "'=1+1"],
    ["a plus", "+1+1", "'+1+1"],
    ["a minus", "-cmd", "'-cmd"],
    ["a mention", "@SUM(A1)", "'@SUM(A1)"],
    ["a tab", "\t=1", "'\t=1"],
    ["a carriage return", "\r=1", "'\r=1"],
    ["a negative number", "-6.03", "-6.03"],
    ["a number with an exponent", "-1E-9", "-1E-9"],
    ["nothing", null, ""],
    ["quotes, commas and line ends", 'a "b", c\r\nd\ne', 'a "b", c\r\nd\ne'],
    ["other scripts", "Zürich 東京 🙂", "Zürich 東京 🙂"],
  ])("keeps or defuses %s", (_, value, read) => {
    expect(parse(csvOf([[value, "next"]]), { relax_column_count: true })).toEqual([[read, "next"]]);
  });

  it("ends every line with CR LF, as RFC 4180 says", () => {
    expect(
      csvOf([
        ["a", "b"],
        ["1", null],
      ]),
    ).toBe("a,b\r\n1,\r\n");
  });

  it("is read by another program as it was written", () => {
    const harmless = fc.string({ unit: "grapheme" }).filter((text) => !/^[=+\-@\t\r]/.test(text));
    fc.assert(
      fc.property(fc.array(fc.array(harmless, { minLength: 2, maxLength: 5 }), { minLength: 1 }), (rows) => {
        const read = parse(csvOf(rows), { relax_column_count: true, record_delimiter: "\r\n" });
        expect(read).toEqual(rows);
      }),
    );
  });
});
