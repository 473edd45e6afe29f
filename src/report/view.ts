import type { Finding } from "./findings-text.ts";
import type { BooksView } from "./model/view.ts";
import type { RecapView } from "./recap-text.ts";
import type { UsageView } from "./usage-text.ts";

/** What doctor found, in all and one by one. */
export type FindingsView = {
  readonly sentence: string;
  readonly findings: readonly Finding[];
  readonly place: string;
};

/** A month summed up. */
export type SummedUpView = { readonly title: string; readonly sentence: string; readonly recap: RecapView };

/**
 * What a command says: built once, as plain data, and rendered for the job summary by `markdown/summary.ts` and for a
 * terminal by `terminal/screen.ts`. All texts are plain text: whoever renders them makes them harmless for their place.
 */
export type View = BooksView | SummedUpView | UsageView | FindingsView;

/** The command's answer in a few words, for annotations; undefined where nothing says more than the sentence. */
export function titleOf(view: View): string | undefined {
  return "title" in view ? view.title : undefined;
}
