import type { Entry } from "../../books/entry.ts";
import type { Report, ReportRow } from "./report.ts";

const PEOPLE = new Set<string>(["actor", "pr", "ref"]);

/** Of the refs only those that name a pull request. */
const PULL_REF = /^refs\/pull\//;

/** A report whose actors and pull requests are replaced by what `hash` makes of their names, for `people: none`. */
export function withoutPeople(report: Report, hash: (text: string) => string): Report {
  const { by } = report.query;
  if (!by.some((dimension) => PEOPLE.has(dimension))) return report;
  const isHidden = (value: string | null, dimension = ""): value is string =>
    value !== null && PEOPLE.has(dimension) && (dimension !== "ref" || PULL_REF.test(value));
  const hidden = (row: ReportRow): ReportRow => ({
    ...row,
    key: row.key.map((value, index) => (isHidden(value, by[index]) ? hash(value) : value)),
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
    ...(run !== undefined && { run: runWithoutPeople(run, hash) }),
    ...(pr !== undefined && { pr: hash(pr) }),
    ...(pull !== undefined && { pull: { ...pull, of: hash(pull.of) } }),
  };
}

function runWithoutPeople(run: NonNullable<Entry["run"]>, hash: (text: string) => string): NonNullable<Entry["run"]> {
  const { actor, ref } = run;
  return {
    ...run,
    ...(actor !== undefined && { actor: hash(actor) }),
    ...(ref !== undefined && PULL_REF.test(ref) && { ref: hash(ref) }),
  };
}
