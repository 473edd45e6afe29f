import type { Entry } from "../../books/entry.ts";
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

/** An entry whose actors and pull requests are replaced, for files that have a line for each entry. */
export function entryWithoutPeople(entry: Entry, hash: (text: string) => string): Entry {
  const { actor, run, pr, pull } = entry;
  return {
    ...entry,
    ...(actor !== undefined && { actor: hash(actor) }),
    ...(run?.actor !== undefined && { run: { ...run, actor: hash(run.actor) } }),
    ...(pr !== undefined && { pr: hash(pr) }),
    ...(pull !== undefined && { pull: { ...pull, of: hash(pull.of) } }),
  };
}
