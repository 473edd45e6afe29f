import type { Ports } from "../../commands/operation/ports.ts";
import type { Outcome } from "../../commands/outcome/outcome.ts";
import { renderSummary } from "../../report/markdown/summary.ts";
import { titleOf } from "../../report/view.ts";
import type { Io } from "./io.ts";
import { sendOut } from "./outgoing.ts";

/** What to report, and the ports that send its messages: none if the command was not tried. */
export type Answered = { readonly outcome: Outcome; readonly ports?: Ports };

/** Outputs first, then the summary, then the channel: whatever fails later, the workflow has its answer. */
export async function report(io: Io, { outcome, ports }: Answered): Promise<void> {
  const { outputs, view, notes } = outcome;
  for (const [name, value] of Object.entries(outputs)) io.output(name as keyof typeof outputs, value);
  await io.summary(await renderSummary(view));
  io.info(view.sentence);
  say(io, notes, titleOf(view));
  const sayMore = (found: Outcome["notes"]) => say(io, found, titleOf(view));
  if (ports !== undefined) await sendOut(outcome, { ports, io, say: sayMore });
}

function say(io: Io, notes: Outcome["notes"], title: string | undefined): void {
  for (const level of ["warning", "notice"] as const) {
    for (const note of notes) if (note.level === level) io[level](note.text, title);
  }
}
