import type { Finding } from "../../report/findings-text.ts";
import { StoreFault } from "../../store/port.ts";
import type { BudgetError } from "../../values/errors.ts";

/** An error as a finding: its first line is the sentence, the other lines are to copy. */
export function findingOf(about: string, error: BudgetError): Finding {
  const { cause } = error;
  if (cause instanceof StoreFault) {
    return { tone: "warn", about, text: `couldn't be examined: ${cause.message}`, fix: { text: "Try again later." } };
  }
  const [text = "", ...lines] = error.message.split("\n");
  return { tone: "bad", about, text, ...(lines.length > 0 && { fix: { text: "Details:", code: lines.join("\n") } }) };
}
