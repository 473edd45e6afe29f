import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { figuresOf } from "../../../src/books/figures.ts";
import { monthOutlook } from "../../../src/books/month-demand.ts";
import { monthPace } from "../../../src/books/month-pace.ts";
import { apiFiles } from "../../../src/export/api/api.ts";
import {
  addToDashboard,
  type Dashboard,
  dashboardOf,
  type People,
  startDashboard,
} from "../../../src/insight/dashboard/dashboard.ts";
import { outlookOf } from "../../../src/insight/outlook.ts";
import { type SiteFile, sitePages } from "../../../src/report/html/site.ts";
import { nanoOf } from "../../../src/values/money.ts";
import type { MadeBooks } from "./lively-books.ts";

export const REPORT_SCHEMA = JSON.parse(readFileSync("token-budget-report.schema.json", "utf8"));
const hash = (text: string) => createHash("sha256").update(text);
export const digest = (text: string) => hash(text).digest("hex");
const HASHES = { sha256: (text: string) => hash(text).digest("base64"), digest };
const SHOWN: People = { areShown: true, hash: (name) => name };

/** The dashboard of books. */
export function dashboardFrom({ state, entries, now, settings }: MadeBooks, people = SHOWN, isNew = false): Dashboard {
  const estimate = nanoOf(0.2);
  const figures = figuresOf(state, estimate);
  const ahead = monthOutlook(state, now);
  const sums = startDashboard(
    {
      ...{ state, now, figures, isNew },
      pace: monthPace({ figures, state, now, estimate }),
      ahead,
      outlook: outlookOf({ state, figures, ahead, settings, now }),
      rules: settings.parts ?? [],
      requiredTags: settings.requiredTags,
      name: settings.name,
      place: "octo/shop@token-budget",
      seenFrom: { server: "https://github.com" },
    },
    people,
  );
  for (const entry of entries) addToDashboard(sums, entry);
  return dashboardOf(sums);
}

/** All files of a dashboard by their places. */
export function siteOf(dashboard: Dashboard): Map<string, string> {
  const files: SiteFile[] = [
    ...sitePages(dashboard, HASHES),
    ...apiFiles(dashboard, { digest, reportSchema: REPORT_SCHEMA }),
  ];
  return new Map(files.map(({ path, text, rest = [] }) => [path, [text, ...rest].join("")]));
}
