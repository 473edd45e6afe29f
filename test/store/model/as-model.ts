import type { Answer } from "../../../src/budget/decide.ts";
import { decodeState } from "../../../src/budget/decode-state.ts";
import { type NanoUsd, nanoUsd } from "../../../src/budget/money.ts";
import { epochOf } from "../../../src/budget/month.ts";
import type { Request } from "../../../src/budget/request.ts";
import type { Settings } from "../../../src/budget/settings.ts";
import type { State } from "../../../src/budget/state.ts";
import { billed, circumstances, NO_USAGE, usageOf } from "../../budget/sample-books.ts";
import * as model from "./books-model.ts";

/** The state of a text that can be read. */
export function stateOf(text: string): State {
  const decoded = decodeState(text);
  if (decoded.kind !== "state") throw new Error("the state can't be read");
  return decoded.state;
}

/** The circumstances of an operation under a budget, but for when it is. */
export function rulesFor(operation: model.Operation, budget: number) {
  const estimate: Settings["estimate"] =
    operation.kind === "check" && operation.estimate !== null ? nanoUsd(operation.estimate) : "auto";
  const settings = {
    monthlyBudget: nanoUsd(budget),
    milestoneInterval: nanoUsd(model.INTERVAL),
    defaultEstimate: nanoUsd(model.DEFAULT_ESTIMATE),
    estimate,
  };
  const { now: _, hour: __, operation: ___, ...rules } = circumstances({ settings });
  return rules;
}

/** The request of an operation; `writer` tells who sends it. */
export function requestOf(operation: model.Operation, writer: number): Request {
  const { id, tags } = operation;
  // Who writes stands in the entry: no two writers' lines are the same.
  const run = {
    repository: "o/r",
    run_id: operation.run,
    attempt: 1,
    job: "agent",
    index: 0,
    actor: `writer-${writer}`,
  };
  const profile = "ai-pr";
  switch (operation.kind) {
    case "check":
      return { kind: "check", id, tags, run, profile, holdMs: operation.holdMs };
    case "record": {
      const { hold, usage, origin, letGo } = operation;
      return {
        kind: "record",
        id,
        tags,
        run,
        profile,
        hold,
        origin,
        ...(origin === "record" && { fingerprint: `of ${id}` }),
        usage: usage === null ? NO_USAGE : usageOf({ ...billed(1), reported_cost: nanoUsd(usage) }),
        unsettled: letGo ? "release" : "charge",
        billing: "metered",
        prs: 0,
        outcomes: {},
      };
    }
    case "release":
      return { kind: "release", id, run, hold: operation.hold };
    case "reset":
      return { kind: "reset", id, run, actor: "octocat", reason: "start again" };
    case "recap":
      return { kind: "recap", id, force: operation.force };
  }
}

/** The figures of the state that the model has too. */
export function figuresIn(state: State) {
  const segment = (of: {
    total_spent: NanoUsd;
    executions?: number | undefined;
    milestones_reached?: NanoUsd[] | undefined;
  }) => ({
    spent: of.total_spent,
    executions: of.executions,
    milestones: of.milestones_reached,
  });
  return {
    ...segment(state),
    month: state.current_month,
    budget: state.monthly_budget,
    exhausted: state.exhausted_at !== null,
    holds: state.holds.map(({ id, amount, expires_at, run, tags }) => {
      return { id, amount, expiresAt: epochOf(expires_at), run: run.run_id, tags };
    }),
    closed: state.closed_holds.map(({ id, how, charged, by, at }) => {
      return { id, how: how ?? "settled", charged, by: by ?? `${id}:settle`, at: epochOf(at) };
    }),
    history: state.history.map((line) => {
      return { ...segment(line), month: line.month, exhausted: line.exhausted_at !== undefined, closed: line.closed };
    }),
    costs: state.profiles["ai-pr"]?.costs ?? [],
  };
}

/** The model's figures that the state has too. */
export function figuresOf(books: model.Books) {
  const { booked: _, done: __, recaps: ___, ...figures } = books;
  return figures;
}

/** An answer in the model's words. */
export function answerOf({ figures, admission, booking, released, recapped }: Answer): model.Answer {
  return {
    month: figures.month,
    budget: figures.budget,
    spent: figures.spent,
    held: figures.held,
    executions: figures.executions,
    holds: figures.open_holds,
    admission: admission.reason,
    ...(booking !== undefined && {
      booking: { how: booking.how, cost: booking.cost, milestones: booking.milestones },
    }),
    ...(released !== undefined && { released: released.hold ?? null }),
    ...(recapped !== undefined && { recapped: { month: recapped.month ?? null, queued: recapped.queued } }),
  };
}
