import { pausedSentence } from "../../books/pause-text.ts";
import type { BooksView } from "./view.ts";

/** "Paused by octocat until …: Release week.", unless the answer says so itself; empty without a pause. */
export function pauseLine({ month, sentence }: Pick<BooksView, "month" | "sentence">): string {
  const paused = month?.state.paused;
  if (month === null || paused === undefined) return "";
  const text = pausedSentence(paused, month.state.timezone);
  return sentence.toLowerCase().includes(text.toLowerCase()) ? "" : text;
}
