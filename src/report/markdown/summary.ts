import type { BooksView } from "../model/view.ts";
import type { View } from "../view.ts";
import { renderJobSummary } from "./job-summary.ts";

/** A command's view in markdown for the job summary. Gates show a month: they don't need the code of other views. */
export async function renderSummary(view: View): Promise<string> {
  if ("recap" in view) return (await import("../recap-text.ts")).renderRecap(view.recap);
  if ("report" in view) return (await import("../report-text.ts")).renderReport(view);
  if ("statements" in view) return (await import("../statement-text.ts")).renderStatements(view);
  if ("usage" in view) return (await import("../usage-text.ts")).renderUsage(view);
  if ("month" in view) return renderJobSummary(view, await meteredBlock(view));
  const { renderFindings } = await import("../findings-text.ts");
  return renderFindings(view.findings, view.place);
}

/** Only a metered run needs the code. */
async function meteredBlock({ metered }: BooksView): Promise<string> {
  return metered === undefined ? "" : (await import("./metered.ts")).renderMetered(metered);
}
