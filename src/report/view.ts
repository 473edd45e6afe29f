import type { Finding } from "./findings-text.ts";
import type { BooksView } from "./model/view.ts";
import type { RecapView } from "./recap-text.ts";
import type { ReportView } from "./report-text.ts";
import type { StatementsView } from "./statement-text.ts";
import type { UsageView } from "./usage-text.ts";

/** Doctor's findings, as one sentence and one by one. */
export type FindingsView = {
  readonly sentence: string;
  readonly findings: readonly Finding[];
  readonly place: string;
};

/** A month's recap. */
export type SummedUpView = { readonly title: string; readonly sentence: string; readonly recap: RecapView };

/**
 * A command's view: built once, as plain data, and rendered for the job summary by `markdown/summary.ts` and for a
 * terminal by `terminal/screen.ts`. All texts are plain text: the renderers make them harmless for their medium.
 */
export type View = BooksView | SummedUpView | ReportView | StatementsView | UsageView | FindingsView;

/** The command's answer in a few words, for annotations; undefined if the sentence is enough. */
export function titleOf(view: View): string | undefined {
  return "title" in view ? view.title : undefined;
}
