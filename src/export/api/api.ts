import type { Dimension } from "../../insight/attribution/query.ts";
import type { Dashboard } from "../../insight/dashboard/dashboard.ts";
import { BREAKDOWNS } from "../../insight/dashboard/spans.ts";
import type { DateSpan } from "../../values/date-span.ts";
import { jsonText } from "../../values/json-text.ts";
import { type Digest, pathNames } from "../../values/path-name.ts";
import { alertsJson } from "../alert-json.ts";
import { type KnownReport, reportJson } from "../report-json.ts";
import { type Address, type ApiIndex, indexOf, type Schema } from "./api-index.ts";
import { budgetFiles } from "./budgets.ts";
import { type ApiFile, dimensionFile, monthOf } from "./files.ts";
import { valueFiles } from "./values.ts";

/** A file of the site: its place in the folder, with slashes, and its text. */
type SiteFile = { readonly path: string; readonly text: string };

const STRATEGIC: readonly string[] = ["critical", "emergency"];
/** So many rows a breakdown has; the rest are one row. */
const MAX_ROWS = 200;

/** The figures of a dashboard as JSON, a file for each address and month; the last one is the list of all. */
export function* apiFiles(
  dashboard: Dashboard,
  { digest, reportSchema }: { readonly digest: Digest; readonly reportSchema: Schema },
): Generator<SiteFile> {
  const addresses: Address[] = [];
  for (const { files } of API_KINDS) {
    for (const { about, schema, template, values, contents } of files(dashboard, digest)) {
      const periods = contents.map(({ period }) => period);
      addresses.push({ template, about, schema, ...values, periods });
      for (const { path, content } of contents) yield fileOf(path, content());
    }
  }
  yield fileOf("index.json", indexOf(dashboard, { addresses, reportSchema }) satisfies ApiIndex);
}

/** The kinds of addresses there are, and how those of each begin. */
export const API_KINDS: readonly {
  readonly begins: RegExp;
  readonly files: (dashboard: Dashboard, digest: Digest) => ApiFile[];
}[] = [
  { begins: /^(cost\/(organization|trends)|org)\//, files: wholeFiles },
  { begins: /^cost\/breakdown\//, files: breakdownFiles },
  { begins: /^(cost\/(tag|tokens|division)|division)\//, files: valueFiles },
  { begins: /^budget\//, files: budgetFiles },
  { begins: /^alerts\//, files: alertFiles },
];

function fileOf(path: string, content: unknown): SiteFile {
  return { path: `api/${path}`, text: `${jsonText(content)}\n` };
}

/** The whole of each month. */
function wholeFiles(dashboard: Dashboard): ApiFile[] {
  return [
    monthly(dashboard, {
      path: "cost/organization",
      by: ["model"],
      about: "What a month cost, by model, against the month before",
    }),
    monthly(dashboard, {
      path: "cost/trends",
      by: ["day"],
      about: "What a month cost by day, its averages and its growth",
    }),
    monthly(dashboard, {
      path: "org/cost-summary",
      by: ["result"],
      about: "What a month cost, by result, against the month before",
    }),
  ];
}

/** Each month by each dimension; tags under `tag%3a` and their name. */
function breakdownFiles(dashboard: Dashboard, digest: Digest): ApiFile[] {
  const dimensions: Dimension[] = [...BREAKDOWNS, ...dashboard.tags.map((tag): Dimension => `tag:${tag}`)];
  const names = pathNames(dimensions, { digest });
  return dimensions.map((dimension) => {
    const path = `cost/breakdown/${dimensionFile(names, dimension)}`;
    return {
      ...monthly(dashboard, { path, by: [dimension], about: `What a month cost by ${dimension}` }),
      values: { value: dimension },
    };
  });
}

type Monthly = { readonly path: string; readonly by: readonly Dimension[]; readonly about: string };

function monthly(dashboard: Dashboard, { path, by, about }: Monthly): ApiFile {
  const { months } = dashboard.spans;
  const contents = months.map((span, index) => ({
    period: monthOf(span),
    path: `${path}/${monthOf(span)}.json`,
    content: () => {
      const report = dashboard.report(span, by, { compare: months[index + 1], top: MAX_ROWS });
      return reportJson(known(dashboard, span, report));
    },
  }));
  return { about, schema: "report", template: `${path}/{period}.json`, contents };
}

function known({ since, isNew }: Dashboard, span: DateSpan, report: KnownReport["report"]): KnownReport {
  return { report, isKnown: !isNew && monthOf(span) >= since };
}

/** Open alerts, all of the thirteen months, and those that are critical or an emergency. */
function alertFiles({ alerts, state, spans }: Dashboard): ApiFile[] {
  const [month] = spans.months;
  const period = month === undefined ? "" : monthOf(month);
  const kept = alerts.map((alert) => state.alerts?.find(({ id, at }) => id === alert.id && at === alert.at) ?? alert);
  const shown = alertsJson(kept, state).map((json, index) => {
    const { acknowledged } = alerts[index] ?? {};
    return acknowledged === undefined ? json : { ...json, acknowledged };
  });
  const isOpen = (alert: object) => "open" in alert && alert.open === true;
  const isStrategic = (alert: object) => "severity" in alert && STRATEGIC.includes(String(alert.severity));
  const file = (name: string, about: string, found: readonly object[]): ApiFile => ({
    about,
    schema: "alerts",
    template: `alerts/${name}/{period}.json`,
    contents: [{ period, path: `alerts/${name}/${period}.json`, content: () => ({ alerts: found }) }],
  });
  return [
    file("active", "The alerts that are open", shown.filter(isOpen)),
    file("history", "The alerts of the last thirteen months, oldest first", shown),
    file(
      "strategic",
      "The critical alerts and emergencies of the last thirteen months, oldest first",
      shown.filter(isStrategic),
    ),
  ];
}
