import { type NanoUsd, showUsd } from "../budget/money.ts";
import type { Month } from "../budget/month.ts";
import { commitText } from "./escape.ts";
import { showMany, showSigned } from "./show.ts";

/** One thing that a commit does to the books; dollars in nano-dollars, `left` is what remains. */
export type CommitPart =
  | { readonly kind: "start"; readonly month: Month; readonly budget: NanoUsd }
  | { readonly kind: "import"; readonly month: Month; readonly spent: NanoUsd }
  | { readonly kind: "close"; readonly month: Month; readonly spent: NanoUsd }
  | { readonly kind: "reset"; readonly month: Month; readonly spent: NanoUsd; readonly actor: string }
  | { readonly kind: "charge"; readonly cost: NanoUsd; readonly profile: string; readonly left: NanoUsd }
  | { readonly kind: "hold"; readonly amount: NanoUsd; readonly profile: string; readonly left: NanoUsd }
  | { readonly kind: "release"; readonly amount: NanoUsd; readonly profile: string; readonly left: NanoUsd }
  | { readonly kind: "exhausted"; readonly spent: NanoUsd; readonly total: NanoUsd }
  | { readonly kind: "expire"; readonly count: number }
  | { readonly kind: "repair"; readonly count: number }
  | { readonly kind: "messages"; readonly count: number };

const MAX_LENGTH = 72;
const MAX_NAME = 24;
const MIN_NAME = 3;
const SKIP = " [skip ci]";

/**
 * The one line a commit to the books says, at most 72 characters: its parts as far as they fit, the run it was made
 * by and, where workflows watch the branch, GitHub's mark that starts none.
 */
export function renderCommitMessage(
  parts: readonly CommitPart[],
  options: { readonly runId?: number | undefined; readonly skipCi?: boolean | undefined } = {},
): string {
  const end = `${options.runId === undefined ? "" : ` (run ${options.runId})`}${options.skipCi === true ? SKIP : ""}`;
  const room = MAX_LENGTH - end.length;
  let line = "budget:";
  for (const [index, part] of parts.entries()) {
    const before = index === 0 ? `${line} ` : `${line}; `;
    const text = shortened(part, room - before.length);
    if (index > 0 && before.length + [...text].length > room) break;
    line = before + text;
  }
  const cut = [...(parts.length === 0 ? "budget: no change" : line)].slice(0, room).join("").trimEnd();
  return cut + end;
}

/** The part in as many characters as there are: names give way, figures don't. */
function shortened(part: CommitPart, room: number): string {
  let text = textOf(part, MAX_NAME);
  for (let length = MAX_NAME - 1; length >= MIN_NAME && [...text].length > room; length--) text = textOf(part, length);
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
      return `${showSigned(part.cost)} ${nameOf(part.profile, nameLength)}, ${showUsd(part.left)} left`;
    case "hold":
      return `hold ${showUsd(part.amount)} ${nameOf(part.profile, nameLength)}, ${showUsd(part.left)} left`;
    case "release":
      return `release ${showUsd(part.amount)} ${nameOf(part.profile, nameLength)}, ${showUsd(part.left)} left`;
    case "exhausted":
      return `exhausted, ${showUsd(part.spent)} of ${showUsd(part.total)} spent`;
    case "expire":
      return `${showMany(part.count, "hold")} expired`;
    case "repair":
      return `repair ${showMany(part.count, "figure")}`;
    case "messages":
      return `${showMany(part.count, "message")} sent`;
  }
}

function nameOf(name: string, maxLength: number): string {
  return commitText(name, maxLength) || "unnamed";
}
