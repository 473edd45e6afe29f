import { type Admission, isAllowed } from "../books/answer.ts";
import { mostCost } from "../books/gate/most-cost.ts";
import type { CheckRequest } from "../books/request.ts";
import type { Given } from "../inputs/options.ts";
import { type RuleInputs, type Terms, termsOf } from "../inputs/settings-of.ts";
import { BudgetError, type ErrorCode } from "../values/errors.ts";
import { bounded, type NanoUsd, plainUsd, usdOf } from "../values/money.ts";
import { type Approval, approvalAtEachLook, approvalFor, uncountedSteps, uncountedText } from "./operation/approval.ts";
import { askedPull, type PullInputs } from "./operation/asked-pull.ts";
import { attempt } from "./operation/attempt.ts";
import { alarmOf } from "./operation/delivery.ts";
import { type Operated, operate } from "./operation/operate.ts";
import type { Ports } from "./operation/ports.ts";
import type { Rules } from "./operation/rules.ts";
import { doneOutcome } from "./outcome/done.ts";
import { heldSteps, nextSteps } from "./outcome/next-steps.ts";
import type { GateOutcome, Outcome, Outputs } from "./outcome/outcome.ts";
import { errorOutputs } from "./outcome/outputs-of.ts";
import { problemOutcome, type Where, whereOf } from "./outcome/problem.ts";
import { admissionSentence } from "./outcome/sentences.ts";

const MINUTE_MS = 60_000;

/** The inputs of a check: which run asks, and by which rules. */
export type CheckInputs = RuleInputs &
  PullInputs &
  Pick<Given, "profile" | "model" | "tags" | "priority" | "approval" | "maxCost">;

/** How a check is asked for: by its command, or as the first part of `guard` and `run`. */
export type CheckOrder = {
  /** Made before the first request, so that a post step knows it whatever happens. */
  readonly holdId: string;
  /** The post part of the same step settles the hold. */
  readonly isGate: boolean;
  /** The same command books the run and settles the hold. */
  readonly settles?: boolean;
  /** Whether a denial is a failure; if undefined, the rules decide. */
  readonly onDeny?: Terms["onDeny"];
};

/** Decides whether the next execution may start and sets its estimate aside before it says yes. */
export async function check(ports: Ports, inputs: CheckInputs, order: CheckOrder): Promise<Outcome> {
  const refused = await writeRefused(ports);
  if (refused !== undefined) return readOnlyOutcome(whereOf(ports), refused);
  const first = await attempt(() => approvalFor(ports, inputs.approval));
  if (first instanceof BudgetError) return unanswered(ports, inputs, { error: first, order });
  const approvalNow = approvalAtEachLook(ports, first);
  const operated = await operate(ports, inputs, {
    strictness: "strict",
    request: async ({ terms }) => {
      const approval = await approvalNow();
      return { request: checkRequest(ports, inputs, { order, terms, approval }), approval };
    },
  });
  return operated.ok
    ? answered(ports, inputs, { order, operated, approval: operated.known.approval })
    : unanswered(ports, inputs, { ...operated, order });
}

/**
 * Why nothing can be written for a fork's or Dependabot's pull request; undefined for any other run, and if its token
 * may write anyway. Asked first, because an answer that writes nothing wouldn't reveal it.
 */
async function writeRefused({ caller, factsOf }: Ports): Promise<BudgetError | undefined> {
  if (!caller.isReadOnly || factsOf === null) return undefined;
  const answer = await attempt(async () => (await factsOf()).mayWrite());
  return answer instanceof BudgetError ? answer : undefined;
}

function checkRequest(
  ports: Ports,
  inputs: CheckInputs,
  { order, terms, approval }: Pick<Answered, "order" | "approval"> & { readonly terms: Terms },
): CheckRequest {
  return {
    kind: "check",
    id: order.holdId,
    profile: inputs.profile ?? ports.caller.profile,
    model: inputs.model?.[0],
    tags: inputs.tags ?? {},
    run: { ...ports.caller.run, ...ports.caller.fullRun },
    holdMs: terms.holdMinutes * MINUTE_MS,
    isGate: order.isGate,
    billing: terms.billing,
    unsettled: terms.unsettled,
    priority: inputs.priority,
    approval,
    pull: askedPull(ports, inputs),
  };
}

type Answered = {
  readonly order: CheckOrder;
  readonly operated: Operated;
  readonly approval: Approval | undefined;
};

function answered(ports: Ports, inputs: CheckInputs, { order, operated, approval }: Answered): Outcome {
  const { answer, state, rules } = operated;
  const { admission, figures } = answer;
  const mayStart = isAllowed(admission);
  // The approval that was missing, if one was.
  const needed = admission.decision === "approve" ? approval : undefined;
  const sentence = `${admissionSentence(admission, figures, state.timezone)}${uncountedText(needed)}`;
  const outcome = doneOutcome(ports, operated, {
    title: TITLES[admission.decision],
    sentence,
    tone: TONES[admission.decision],
    outputs: mayStart ? heldOutputs(operated, order.holdId, inputs.maxCost) : {},
    nextSteps: mayStart
      ? heldSteps(order, ports)
      : [
          ...uncountedSteps(needed),
          ...nextSteps(answer, { rules, timezone: state.timezone, edge: ports.edge, place: ports.store.place }),
        ],
    failure: mayStart || (order.onDeny ?? rules.terms.onDeny) === "continue" ? null : sentence,
    isDenied: !mayStart,
    chatter: mayStart ? startOf(ports, operated) : undefined,
  });
  const run = { rules, amount: admission.estimate, model: admission.model };
  return { ...outcome, gate: mayStart ? { kind: "held", hold: order.holdId, run } : DENIED };
}

/** `asked` is the input `max-cost`: neither that nor the policy file's lets a run cost more. */
function heldOutputs(operated: Operated, holdId: string, asked: NanoUsd | undefined): Outputs {
  const { answer, state, rules, snapshot } = operated;
  const most = mostCost(state, rules.settings, { holdId, now: snapshot.at }) ?? answer.admission.estimate;
  const bounds = [asked, rules.policy["max-cost"]].filter((bound) => bound !== undefined);
  return { hold: holdId, "max-cost": plainUsd(bounded(Math.min(most, ...bounds))) };
}

const DENIED: GateOutcome = { kind: "denied" };
/** The hold may have been made anyway. */
const UNSURE: readonly ErrorCode[] = ["state-unreachable", "state-contended"];

const TITLES = {
  allow: "AI run allowed",
  warn: "AI run allowed, with a warning",
  approve: "AI run waits for approval",
  deny: "AI run denied",
} as const satisfies Record<Admission["decision"], string>;

const TONES = { allow: "good", warn: "warn", approve: "warn", deny: "bad" } as const;

function startOf(ports: Ports, { answer: { figures, admission } }: Operated) {
  const { repository, url } = ports.caller.fullRun;
  return {
    kind: "start" as const,
    facts: {
      health: figures.health,
      repository,
      url,
      page: ports.store.place.page,
      execution: figures.executions + figures.openHolds,
      estimate: usdOf(admission.estimate),
      remaining: usdOf(figures.remaining),
    },
  };
}

/** Why there is no answer, with the rules as far as they were read. */
type Unanswered = { readonly error: BudgetError; readonly rules?: Rules | undefined; readonly order: CheckOrder };

/** A gate without an answer says no, unless `on-error` says yes; on a fork's pull request it never fails the step. */
function unanswered(ports: Ports, inputs: CheckInputs, { error, rules, order }: Unanswered): Outcome {
  if (error.code === "bad-input") throw error;
  if (error.code === "missing-permission" && ports.caller.isReadOnly) return readOnlyOutcome(whereOf(ports), error);
  const terms = rules?.terms ?? termsOf({ inputs, policy: {} });
  const onDeny = order.onDeny ?? terms.onDeny;
  const isAllowed = terms.onError === "allow";
  const text = `The run is allowed without an answer (on-error: allow). ${error.message}`;
  const outcome = problemOutcome(whereOf(ports), error, {
    title: isAllowed ? "AI run allowed without an answer" : "AI run denied: the budget gave no answer",
    outputs: errorOutputs(error, isAllowed),
    isFailure: !isAllowed && onDeny === "fail",
    isDenied: !isAllowed,
    notes: isAllowed ? [{ level: "warning", text }] : [],
    delivery: error.code === "state-unreadable" && rules !== undefined ? alarmOf(ports, rules, error) : null,
  });
  if (isAllowed) {
    const run = rules && { run: { rules, amount: null } };
    return { ...outcome, gate: { kind: "unheld", hold: order.holdId, ...run } };
  }
  return { ...outcome, gate: UNSURE.includes(error.code) ? { kind: "unknown" } : DENIED };
}

/** The answer to a run whose token can't write for reasons beyond its control: no, and the step doesn't fail. */
export function readOnlyOutcome(from: Where, cause: BudgetError): Outcome {
  const text =
    "This pull request comes from a fork or from Dependabot: its token can only read, so no money can be set aside and the AI run is skipped.";
  const error = new BudgetError("read-only-token", text, { cause });
  const outcome = problemOutcome(from, error, {
    title: "AI run skipped",
    outputs: errorOutputs(error, false),
    isFailure: false,
    isDenied: true,
    notes: [{ level: "notice", text }],
  });
  return { ...outcome, gate: DENIED };
}
