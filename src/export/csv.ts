import { stringify } from "csv-stringify/sync";

/** A value of a CSV file; null is an empty field. */
export type CsvValue = string | null;

/**
 * Rows as CSV (RFC 4180): fields in quotes where they need them, lines that end with CR LF. Text that a spreadsheet
 * would take for a formula (it begins with =, +, -, @, a tab or a carriage return) is preceded by an apostrophe, unless
 * it is a number.
 */
export function csvOf(rows: readonly (readonly CsvValue[])[]): string {
  return stringify(
    rows.map((row) => row.map(defused)),
    { record_delimiter: "windows", quoted_match: /[\r\n]/ },
  );
}

const NUMBER = /^-?\d+(\.\d+)?(E-?\d+)?$/;

function defused(value: CsvValue): string {
  if (value === null) return "";
  return /^[=+\-@\t\r]/.test(value) && !NUMBER.test(value) ? `'${value}` : value;
}
