import { createHash } from "node:crypto";
import { apiFiles } from "../export/api/api.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import { type Dashboard, dashboardOf } from "../insight/dashboard/dashboard.ts";
import { sitePages } from "../report/html/site.ts";
import { showMany } from "../values/show.ts";
import { readDashboard } from "./operation/dashboard-sums.ts";
import { look } from "./operation/look.ts";
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
  const made = dashboardOf((await readDashboard(ports, looked, people)).made);
  const count = await ports.writeFolder(folder, await filesOf(made));
  const page = `${folder.replace(/[/\\]+$/, "")}/index.html`;
  return lookedOutcome(ports, looked, {
    title: "Dashboard written",
    sentence: `Wrote ${showMany(count, "file")} to ${folder}: open ${page}.`,
    tone: "good",
    outputs: { dashboard: folder },
  });
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
