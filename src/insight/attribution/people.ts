import type { Report, ReportRow } from "./report.ts";

const PEOPLE = new Set<string>(["actor", "pr"]);

/** A report whose actors and pull requests are replaced by what `hash` makes of their names, for `people: none`. */
export function withoutPeople(report: Report, hash: (text: string) => string): Report {
  const { by } = report.query;
  if (!by.some((dimension) => PEOPLE.has(dimension))) return report;
  const hidden = (row: ReportRow): ReportRow => ({
    ...row,
    key: row.key.map((value, index) => (value !== null && PEOPLE.has(by[index] ?? "") ? hash(value) : value)),
  });
  return {
    ...report,
    rows: report.rows.map(hidden),
    driver: report.driver && { ...report.driver, row: hidden(report.driver.row) },
  };
}
