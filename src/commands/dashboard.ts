import { createHash } from "node:crypto";
import { apiFiles } from "../export/api/api.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import { type Dashboard, type DashboardSums, dashboardOf, type People } from "../insight/dashboard/dashboard.ts";
import { takeOlder } from "../insight/dashboard/runs.ts";
import { firstShown } from "../insight/dashboard/spans.ts";
import { type Hashes, monthFile, sitePages } from "../report/html/site.ts";
import { showMany } from "../values/show.ts";
import { dashboardFold } from "./operation/dashboard-sums.ts";
import { foldKnown } from "./operation/fold-known.ts";
import { type Look, look } from "./operation/look.ts";
import { hashIn } from "./operation/person-hash.ts";
import type { FolderDraft, Ports } from "./operation/ports.ts";
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
  const count = await ports.writeFolder(folder, async (draft) => {
    const made = dashboardOf(await summed(ports, looked, { people, draft }));
    for (const file of await filesOf(made)) await draft.write(file);
  });
  const page = `${folder.replace(/[/\\]+$/, "")}/index.html`;
  return lookedOutcome(ports, looked, {
    title: "Dashboard written",
    sentence: `Wrote ${showMany(count, "file")} to ${folder}: open ${page}.`,
    tone: "good",
    outputs: { dashboard: folder },
  });
}

type Summing = { readonly sums: DashboardSums; isFresh: boolean };

type Into = { readonly people: People; readonly draft: FolderDraft };

/** Adds up the ledger, and writes the pages of months whose runs no other page shows, so that nothing keeps them. */
async function summed(ports: Ports, looked: Look, { people, draft }: Into): Promise<DashboardSums> {
  const fold = dashboardFold(ports, looked, people);
  const { sums } = await foldKnown<Summing>(ports, looked, {
    days: fold.days,
    start: () => ({ sums: fold.start(), isFresh: true }),
    add: (summing, entry) => {
      fold.add(summing.sums, entry);
      return summing;
    },
    pause: async (summing) => {
      // A ledger that is read once more begins the folder again.
      if (summing.isFresh) await draft.restart();
      summing.isFresh = false;
      const { books, runs, spans } = summing.sums;
      for (const month of takeOlder(runs, firstShown(spans))) {
        await draft.write(monthFile({ ...books, people }, month, HASHES));
      }
    },
  });
  return sums;
}

const hash = (text: string) => createHash("sha256").update(text);
const HASHES: Hashes = { sha256: (text) => hash(text).digest("base64"), digest: (text) => hash(text).digest("hex") };

async function filesOf(made: Dashboard) {
  const { default: reportSchema } = await import("../../token-budget-report.schema.json", { with: { type: "json" } });
  return (function* files() {
    yield* sitePages(made, HASHES);
    yield* apiFiles(made, { digest: HASHES.digest, reportSchema });
  })();
}
