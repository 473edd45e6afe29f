import { createHash } from "node:crypto";
import { monthPace } from "../books/month-pace.ts";
import { apiFiles } from "../export/api/api.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import {
  addToDashboard,
  type Dashboard,
  type DashboardSums,
  dashboardOf,
  firstMonth,
  type People,
  type SeenBooks,
  startDashboard,
} from "../insight/dashboard/dashboard.ts";
import { outlookOf } from "../insight/outlook.ts";
import { sitePages } from "../report/html/site.ts";
import { dayOf } from "../values/month.ts";
import { showMany } from "../values/show.ts";
import { foldKnown } from "./operation/fold-known.ts";
import { type Look, look } from "./operation/look.ts";
import { hashIn } from "./operation/person-hash.ts";
import type { Ports } from "./operation/ports.ts";
import { lookedOutcome } from "./outcome/done.ts";
import type { Outcome } from "./outcome/outcome.ts";

const FOLDER = "site";

/**
 * Writes pages and JSON about the books into a folder, from one pass over the ledger. Writes nothing to the books. Throws
 * a BudgetError.
 */
export async function dashboard(ports: Ports, inputs: InputsOf<"dashboard">): Promise<Outcome> {
  const looked = await look(ports, {});
  const folder = inputs.output ?? FOLDER;
  const people = { areShown: inputs.people !== "none", hash: hashIn(ports.store.place.description) };
  const made = dashboardOf(await summed(ports, looked, people));
  const count = await ports.writeFolder(folder, await filesOf(made));
  const page = `${folder.replace(/[/\\]+$/, "")}/index.html`;
  return lookedOutcome(ports, looked, {
    title: "Dashboard written",
    sentence: `Wrote ${showMany(count, "file")} to ${folder}: open ${page}.`,
    tone: "good",
    outputs: { dashboard: folder },
  });
}

/** Adds up the ledger of the months that the books know. */
async function summed(ports: Ports, looked: Look, people: People): Promise<DashboardSums> {
  const { snapshot, state } = looked;
  const days = { from: `${firstMonth(state)}-01`, to: dayOf(snapshot.at, state.timezone) };
  const start = () => startDashboard(seenBooks(ports, looked), people);
  return foldKnown(ports, looked, { days, start, add: addToDashboard });
}

function seenBooks(ports: Ports, { state, figures, admission, ahead, snapshot, rules, isNew }: Look): SeenBooks {
  const { settings } = rules;
  const now = snapshot.at;
  return {
    ...{ state, figures, now },
    pace: monthPace({ figures, state, now, estimate: admission.estimate }),
    ahead,
    outlook: outlookOf({ state, figures, ahead, settings, now }),
    rules: settings.parts ?? [],
    requiredTags: settings.requiredTags,
    name: settings.name,
    place: ports.store.place.description,
    seenFrom: { runUrl: ports.caller.fullRun.url, server: ports.server },
    // Books of version 1.0 on the default branch are new here and have figures.
    isNew: isNew && state.history.length === 0 && state.total_spent === 0,
  };
}

async function filesOf(made: Dashboard) {
  const { default: reportSchema } = await import("../../token-budget-report.schema.json", { with: { type: "json" } });
  const hash = (text: string) => createHash("sha256").update(text);
  const digest = (text: string) => hash(text).digest("hex");
  const pages = { sha256: (text: string) => hash(text).digest("base64"), digest };
  return (function* files() {
    yield* sitePages(made, pages);
    yield* apiFiles(made, { digest, reportSchema });
  })();
}
