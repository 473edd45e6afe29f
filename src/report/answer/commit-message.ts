import { commitText } from "../../values/foreign-text.ts";
import { type NanoUsd, showLeft, showUsd } from "../../values/money.ts";
import type { Month } from "../../values/month.ts";
import { showMany, showSigned } from "../../values/show.ts";
import { shownMoney } from "../../values/shown-money.ts";

/** One change of a commit to the books; dollars in nano-dollars, `left` is what remains. */
export type CommitPart =
  | { readonly kind: "start"; readonly month: Month; readonly budget: NanoUsd }
  | { readonly kind: "import"; readonly month: Month; readonly spent: NanoUsd }
  | { readonly kind: "close"; readonly month: Month; readonly spent: NanoUsd }
  | { readonly kind: "reset"; readonly month: Month; readonly spent: NanoUsd; readonly actor: string }
  | { readonly kind: "charge"; readonly cost: NanoUsd; readonly profile: string; readonly left: NanoUsd }
  | { readonly kind: "hold"; readonly amount: NanoUsd; readonly profile: string; readonly left: NanoUsd }
  | { readonly kind: "extend"; readonly amount: NanoUsd; readonly left: NanoUsd }
  | { readonly kind: "release"; readonly amount: NanoUsd; readonly profile: string; readonly left: NanoUsd }
  | { readonly kind: "exhausted"; readonly spent: NanoUsd; readonly total: NanoUsd }
  | { readonly kind: "adjust"; readonly what: string; readonly actor: string }
  | { readonly kind: "pause" | "resume"; readonly actor: string }
  | { readonly kind: "acknowledge"; readonly alert: string; readonly actor: string }
  | { readonly kind: "alerts" }
  | {
      readonly kind: "statement";
      readonly change: "issued" | "paid" | "void";
      readonly number: string;
      readonly count: number;
      readonly actor: string;
    }
  | { readonly kind: "expire"; readonly count: number }
  | { readonly kind: "repair"; readonly count: number }
  | { readonly kind: "messages"; readonly count: number }
  | { readonly kind: "comments"; readonly count: number }
  | { readonly kind: "channel"; readonly name: string; readonly actor: string }
  | { readonly kind: "deny"; readonly amount: NanoUsd; readonly profile: string; readonly left: NanoUsd }
  | { readonly kind: "recap"; readonly period: string }
  | { readonly kind: "lease"; readonly count: number };

const MAX_LENGTH = 72;
const MAX_NAME = 24;
const MIN_NAME = 3;
const START = "budget: ";
const SKIP = " [skip ci]";

/**
 * The one-line message of a commit to the books, at most 72 characters: as many parts as fit, the run unless figures
 * need its space, and GitHub's mark that keeps workflows from starting.
 */
export function renderCommitMessage(
  parts: readonly CommitPart[],
  options: { readonly runId?: number | undefined; readonly skipCi?: boolean | undefined } = {},
): string {
  const skip = options.skipCi === true ? SKIP : "";
  const run = options.runId === undefined ? "" : ` (run ${options.runId})`;
  const withRun = MAX_LENGTH - run.length - skip.length;
  const first = parts[0] === undefined ? "no change" : shortened(parts[0], withRun - START.length);
  const fits = START.length + lengthOf(first) <= withRun;
  const room = fits ? withRun : MAX_LENGTH - skip.length;
  let line = cut(START + (fits || parts[0] === undefined ? first : shortened(parts[0], room - START.length)), room);
  for (const part of parts.slice(1)) {
    const longer = `${line}; ${shortened(part, room - lengthOf(line) - 2)}`;
    if (lengthOf(longer) > room) break;
    line = longer;
  }
  return line + (fits ? run : "") + skip;
}

/** The part in the available characters: names are shortened, figures aren't. */
function shortened(part: CommitPart, room: number): string {
  let text = textOf(part, MAX_NAME);
  for (let length = MAX_NAME - 1; length >= MIN_NAME && lengthOf(text) > room; length--) text = textOf(part, length);
  return text;
}

function textOf(part: CommitPart, nameLength: number): string {
  switch (part.kind) {
    case "start":
      return `start ${part.month} with ${showUsd(part.budget)}`;
    case "import":
      return `import ${part.month} (${showUsd(part.spent)})`;
    case "close":
      return `close ${part.month} (${showUsd(part.spent)})`;
    case "reset":
      return `reset ${part.month} (${showUsd(part.spent)}) by ${nameOf(part.actor, nameLength)}`;
    case "charge":
      return `${showSigned(part.cost)} ${nameOf(part.profile, nameLength)}, ${showLeft(part.left)} left`;
    case "hold":
      return `hold ${showUsd(part.amount)} ${nameOf(part.profile, nameLength)}, ${showLeft(part.left)} left`;
    case "extend":
      return `hold ${showUsd(part.amount)} more, ${showLeft(part.left)} left`;
    case "release":
      return `release ${showUsd(part.amount)} ${nameOf(part.profile, nameLength)}, ${showLeft(part.left)} left`;
    case "channel":
      return `new address for channel ${part.name} by ${nameOf(part.actor, nameLength)}`;
    case "exhausted": {
      const shown = shownMoney(part);
      return `exhausted, ${shown.spent} of ${shown.total} spent`;
    }
    case "adjust":
      return `${commitText(part.what, 2 * nameLength)} by ${nameOf(part.actor, nameLength)}`;
    case "pause":
    case "resume":
      return `${part.kind}d by ${nameOf(part.actor, nameLength)}`;
    case "acknowledge":
      return `acknowledge ${commitText(part.alert, 24)} by ${nameOf(part.actor, nameLength)}`;
    case "alerts":
      return "update alerts";
    case "statement": {
      const what = part.count === 1 ? commitText(part.number, 2 * nameLength) : `${part.count} statements`;
      return `${part.change} ${what} by ${nameOf(part.actor, nameLength)}`;
    }
    case "expire":
      return `${showMany(part.count, "hold")} expired`;
    case "repair":
      return `repair ${showMany(part.count, "figure")}`;
    case "messages":
      return `${showMany(part.count, "message")} sent`;
    case "comments":
      return `${showMany(part.count, "comment")} written`;
    case "deny":
      return `deny ${showUsd(part.amount)} ${nameOf(part.profile, nameLength)}, ${showLeft(part.left)} left`;
    case "recap":
      return `recap ${part.period}`;
    case "lease":
      return `${showMany(part.count, "message")} to send`;
  }
}

function nameOf(name: string, maxLength: number): string {
  return commitText(name, maxLength) || "unnamed";
}

function lengthOf(text: string): number {
  return [...text].length;
}

function cut(text: string, maxLength: number): string {
  return lengthOf(text) <= maxLength ? text : [...text].slice(0, maxLength).join("").trimEnd();
}
