import type { Admission, Figures } from "../../books/answer.ts";
import { POLICY_PATH } from "../../inputs/policy/policy-path.ts";
import type { NextStep } from "../../report/model/view.ts";
import { usdOf } from "../../values/money.ts";
import type { TimeZone } from "../../values/month.ts";
import { showInstant } from "../../values/show.ts";
import type { Ports } from "../operation/ports.ts";
import type { Rules } from "../operation/rules.ts";
import { sameBooks } from "./same-books.ts";

/** Where the answer is shown, and which books it is about. */
type At = { readonly edge: Ports["edge"]; readonly place: Ports["store"]["place"] };

/** What people can do about a run that was denied, the easiest first. */
export function nextSteps(
  { admission, figures }: { readonly admission: Admission; readonly figures: Figures },
  at: At & { readonly rules: Pick<Rules, "settings">; readonly timezone: TimeZone },
): NextStep[] {
  const isTerminal = at.edge === "terminal";
  switch (admission.reason) {
    case "exhausted":
      return isTerminal ? exhaustedAtTerminal(figures, admission, at) : exhaustedSteps(figures, admission, at);
    case "insufficient":
      // At a terminal the sentence says so, and the list of holds follows.
      return isTerminal
        ? [
            {
              text: "If a run never happened, release its hold:",
              code: sameBooks("token-budget release --hold HOLD", at.place),
            },
          ]
        : [{ text: "Run the workflow again once the open runs are booked; until then their holds tie up the money." }];
    case "approval-needed":
      return approvalSteps(at.rules.settings.approvalEnvironment ?? "");
    case "budget-exceeded":
      return isTerminal
        ? [
            {
              text: "Raise its limit in .github/token-budget.yml, or move money to it:",
              code: transferCode(at, admission.limitedBy),
            },
          ]
        : [
            { text: "Wait for the sub-budget's next period, or raise its limit in .github/token-budget.yml." },
            { text: "Or, as a maintainer, move money to it:", code: transferCode(at, admission.limitedBy) },
          ];
    case "tags-missing":
      return [
        {
          text: "Set the missing tags in the step:",
          code: ["tags: |", ...(admission.missingTags ?? []).map((tag) => `  ${tag}=…`)].join("\n"),
        },
      ];
    case "priority":
      return [{ text: "Wait for the next month, or give the run priority: high if it can't wait." }];
    case "reserve":
      return [{ text: "A maintainer can top up the month, or grant part of the reserve." }];
    case "paused":
      return pauseSteps(admission.paused, at);
    case "too-many-holds":
      return [{ text: "Find the workflow that checks but never records; its holds expire as charges." }];
    default:
      return [];
  }
}

/** What to do with the hold of a check, whose run may be in another job; `guard` and `run` settle theirs. */
export function heldSteps(
  {
    isGate,
    settles = false,
    holdId,
  }: { readonly isGate: boolean; readonly settles?: boolean; readonly holdId: string },
  { edge, store }: Pick<Ports, "edge" | "store">,
): NextStep[] {
  if (isGate || settles) return [];
  if (edge === "terminal") {
    return [
      {
        text: `Hold ${holdId}. After the run:`,
        code: sameBooks(`token-budget record --hold ${holdId} --usage-file FILE`, store.place),
      },
    ];
  }
  return [
    {
      text: "Book the run with command: record after its agent. If the agent runs in another job, release the hold in a third job, in case the run is cancelled before the agent's job starts:",
      code: [
        "if: cancelled() && needs.work.outputs.agent == ''   # steps.agent.outcome of the job work",
        "# and in its step:",
        "command: release",
        `hold: $${"{{ needs.gate.outputs.hold }}"}`,
      ].join("\n"),
    },
  ];
}

/** The budget and a third more, or what the next run needs, rounded up to a figure that people would write. */
function raisedBudget({ budget, topUps, spent, held }: Figures, { estimate }: Admission): number {
  const needed = Math.max((usdOf(budget) * 4) / 3, usdOf(spent) + usdOf(held) + usdOf(estimate) - usdOf(topUps));
  const step = 10 ** Math.floor(Math.log10(needed)) / 2;
  return Number((Math.ceil(Number((needed / step).toPrecision(9))) * step).toPrecision(9));
}

function pauseSteps(
  paused: Admission["paused"],
  { timezone, ...at }: At & { readonly timezone: TimeZone },
): NextStep[] {
  const wait =
    paused?.until === undefined
      ? "Wait until a maintainer resumes."
      : `Wait: runs start again on ${showInstant(paused.until, timezone)}.`;
  return [
    { text: wait },
    ...(paused?.below === undefined ? [] : [{ text: "Or give the run priority: normal if it can't wait." }]),
    { text: "Or, as a maintainer, end the pause:", code: resumeCode(at) },
  ];
}

/** What ends a pause: a command at a terminal, an input in a workflow. */
export function resumeCode({ edge, place }: At): string {
  return edge === "terminal" ? sameBooks("token-budget resume", place) : "command: resume";
}

function approvalSteps(environment: string): NextStep[] {
  return [
    {
      text: "Add a second job that checks in the protected environment; once it is approved, its check allows one run:",
      code: [`environment: ${environment}`, "# and in the step that checks:", `approval: ${environment}`].join("\n"),
    },
  ];
}

function exhaustedSteps(
  figures: Figures,
  admission: Admission,
  { timezone, ...at }: At & { readonly timezone: TimeZone },
): NextStep[] {
  return [
    { text: `Wait: the budget resets automatically on ${showInstant(figures.resetsAt, timezone)}.` },
    {
      text: `Or raise it in ${POLICY_PATH} (for books in GitHub, on the default branch):`,
      code: `monthly-budget: ${raisedBudget(figures, admission)}`,
    },
    { text: "Or, as a maintainer, top up this month:", code: topUpCode({ ...at, edge: "action" }) },
    { text: "Or, as a maintainer, archive the month and start it again at zero:", code: "command: reset" },
  ];
}

/** In a few lines: the sentence before them says when the budget resets. */
function exhaustedAtTerminal(figures: Figures, admission: Admission, at: At): NextStep[] {
  const raised = raisedBudget(figures, admission);
  return [
    {
      text: `Raise monthly-budget to ${raised} in ${POLICY_PATH}, or top up this month:`,
      code: topUpCode({ ...at, edge: "terminal" }),
    },
  ];
}

function transferCode({ edge, place }: At, part: Admission["limitedBy"]): string {
  const name = part?.name ?? "its name";
  const amount = part?.unit === undefined || part.unit === "USD" ? "1 USD" : `1000 ${part.unit}`;
  const quoted = /^[\w./-]+$/.test(name) ? name : JSON.stringify(name);
  return edge === "terminal"
    ? sameBooks(`token-budget adjust transfer ${amount} --from … --to ${quoted} --reason "…"`, place)
    : ["command: adjust", "adjustment: transfer", "from: …", `to: ${name}`, `amount: ${amount}`, "reason: …"].join(
        "\n",
      );
}

function topUpCode({ edge, place }: At): string {
  return edge === "terminal"
    ? sameBooks('token-budget adjust top-up 5 --reason "…"', place)
    : ["command: adjust", "adjustment: top-up", "amount: 5 USD", "reason: …"].join("\n");
}
