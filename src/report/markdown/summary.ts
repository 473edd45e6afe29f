import { renderRecap } from "../recap-text.ts";
import { renderUsage } from "../usage-text.ts";
import type { View } from "../view.ts";
import { renderJobSummary } from "./job-summary.ts";

/** A command's view in markdown for the job summary. */
export async function renderSummary(view: View): Promise<string> {
  if ("recap" in view) return renderRecap(view.recap);
  if ("usage" in view) return renderUsage(view);
  if ("month" in view) return renderJobSummary(view);
  // Gates don't need this code.
  const { renderFindings } = await import("../findings-text.ts");
  return renderFindings(view.findings, view.place);
}
