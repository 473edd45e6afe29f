import type { Report, ReportRow } from "../../insight/attribution/report.ts";
import type { Dashboard } from "../../insight/dashboard/dashboard.ts";
import { type Digest, pathNames } from "../../values/path-name.ts";
import { reportJson } from "../report-json.ts";
import { type ApiFile, dimensionFile, monthOf } from "./files.ts";

/** So many values of a tag have files: those that cost the most in all months. */
const MAX_VALUES = 200;

/** What each value of each tag cost, a file for each month that has it. */
export function valueFiles(dashboard: Dashboard, digest: Digest): ApiFile[] {
  const keys = pathNames(dashboard.tags, { digest });
  return dashboard.tags.flatMap((tag) => {
    const reports = reportsOf(dashboard, tag);
    const names = pathNames(largestOf(reports), { digest });
    return [...names].flatMap(([value, file]) => {
      const places = [
        { path: `cost/tag/${dimensionFile(keys, tag)}/${file}`, about: "What a value of a tag cost in a month" },
        ...(tag === "agent" ? [{ path: `cost/tokens/${file}`, about: "What an agent used and cost in a month" }] : []),
        ...(tag === "division" ? divisionPlaces(file) : []),
      ];
      return places.map(({ path, about }): ApiFile => {
        const contents = reports.flatMap((report) => contentOf(report, { tag, value, path }));
        return { about, schema: "value", template: `${path}/{period}.json`, values: { key: tag, value }, contents };
      });
    });
  });
}

function divisionPlaces(file: string) {
  return [
    { path: `cost/division/${file}`, about: "What a division cost in a month" },
    { path: `division/${file}/cost-status`, about: "What a division cost in a month" },
  ];
}

/** The months by a tag, each against the month before it. */
function reportsOf({ report, spans }: Dashboard, tag: string): Report[] {
  return spans.months.map((span, index) => report(span, [`tag:${tag}`], { compare: spans.months[index + 1] }));
}

function largestOf(reports: readonly Report[]): string[] {
  const costs = new Map<string, number>();
  for (const { rows } of reports) {
    for (const { key, figures } of rows) {
      const [value] = key;
      if (value != null) costs.set(value, (costs.get(value) ?? 0) + figures.cost);
    }
  }
  return [...costs]
    .sort(([a, one], [b, two]) => two - one || (a < b ? -1 : 1))
    .slice(0, MAX_VALUES)
    .map(([value]) => value);
}

type Named = { readonly tag: string; readonly value: string; readonly path: string };

function contentOf(report: Report, { tag, value, path }: Named): ApiFile["contents"] {
  const row = report.rows.find((one) => one.kind === "group" && one.key[0] === value);
  if (row === undefined || isGone(row)) return [];
  const content = () => {
    const { period, compare, timezone, rows } = reportJson({ report: { ...report, rows: [row] }, isKnown: true });
    const [only = null] = rows as readonly unknown[];
    return { period, compare, timezone, key: tag, value, row: only };
  };
  return [{ period: monthOf(report.query.period), path: `${path}/${monthOf(report.query.period)}.json`, content }];
}

/** A row that is only in the month before. */
function isGone({ figures }: ReportRow): boolean {
  return figures.cost === 0 && figures.executions === 0;
}
