import type { Dashboard } from "../../insight/dashboard/dashboard.ts";
import type { MonthRuns } from "../../insight/dashboard/runs.ts";
import { type Digest, pathNames } from "../../values/path-name.ts";
import { budgetPage } from "./budget-page.ts";
import { executivePage } from "./executive-page.ts";
import { indexPage } from "./index-page.ts";
import { managerPage } from "./manager-page.ts";
import type { Links } from "./report-table.ts";
import { monthPage, type RunBooks, runPages } from "./runs-page.ts";
import { type Document, documentOf, type PlannedPage, type Sha256, type Shown } from "./shell.ts";

/** A file of the site: its place in the folder, with slashes, and its text, which may come in parts. */
export type SiteFile = Document & { readonly path: string };

/** How texts are digested: base64 of the SHA-256 for the pages' policy, hex digits for names. */
export type Hashes = { readonly sha256: Sha256; readonly digest: Digest };

/** The page of a month's runs, which is written while later months are read. */
export function monthFile(books: Shown & RunBooks, month: MonthRuns, { sha256 }: Hashes): SiteFile {
  const page = monthPage(books, month);
  return { path: page.path, ...documentOf(page, books, sha256) };
}

/** The pages of a dashboard, one after the other; those of months that were taken out are written. */
export function* sitePages(dashboard: Dashboard, hashes: Hashes): Generator<SiteFile> {
  for (const { path, make } of plannedPages(dashboard, hashes)) {
    yield { path, ...documentOf(make(), dashboard, hashes.sha256) };
  }
}

/** One page of them; undefined where there is none at this place. */
export function sitePage(dashboard: Dashboard, path: string, hashes: Hashes): string | undefined {
  for (const planned of plannedPages(dashboard, hashes)) {
    if (planned.path !== path) continue;
    const { text, rest = [] } = documentOf(planned.make(), dashboard, hashes.sha256);
    return [text, ...rest].join("");
  }
  return undefined;
}

function* plannedPages(dashboard: Dashboard, { digest }: Hashes): Generator<PlannedPage> {
  const names = pathNames(
    dashboard.outlook.budgets.map(({ name }) => name),
    { digest },
  );
  const paths = new Map([...names].map(([name, file]) => [name, `budgets/${file}.html`]));
  // An address has a percent sign of its own.
  const budgets = new Map([...paths].map(([name, path]) => [name, path.replaceAll("%", "%25")]));
  const top: Links = { up: "", budgets };
  yield { path: "index.html", make: () => indexPage(dashboard, top) };
  yield { path: "executive.html", make: () => executivePage(dashboard, top) };
  yield { path: "manager.html", make: () => managerPage(dashboard, top) };
  for (const part of dashboard.outlook.budgets) {
    const path = paths.get(part.name);
    if (path !== undefined) {
      yield { path, make: () => ({ ...budgetPage(dashboard, part, { up: "../", budgets }), path }) };
    }
  }
  yield* runPages(dashboard);
}
