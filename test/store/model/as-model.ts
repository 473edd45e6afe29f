import type { PartFigures } from "../../../src/books/answer.ts";
import type { Answer } from "../../../src/books/decide.ts";
import { decodeState } from "../../../src/books/file/decode.ts";
import type { PartRule } from "../../../src/books/part-rule.ts";
import type { Request } from "../../../src/books/request.ts";
import type { Settings } from "../../../src/books/settings.ts";
import type { PartLine, State } from "../../../src/books/state.ts";
import type { PricedLine } from "../../../src/pricing/unit-prices.ts";
import { type NanoUsd, nanoUsd } from "../../../src/values/money.ts";
import { epochOf } from "../../../src/values/month.ts";
import type { Quantity } from "../../../src/values/quantity.ts";
import { billed, circumstances, NO_USAGE, usageOf } from "../../books/sample-books.ts";
import { ENVIRONMENT, LOW_UNTIL, RESERVE } from "./admission-model.ts";
import { DEFAULT_ESTIMATE, INTERVAL } from "./books-model.ts";
import type * as model from "./model-books.ts";
import { RULES, segmentSumsOf, sumsOf } from "./parts-model.ts";

/** The state of a text that can be read. */
export function stateOf(text: string): State {
  const decoded = decodeState(text);
  if (decoded.kind !== "state") throw new Error("the state can't be read");
  return decoded.state;
}

function ruleOf({ name, match, isForEachAgent, unit, limit, ...rest }: (typeof RULES)[number]): PartRule {
  const patterns = Object.entries(match).map(([tag, value]) => [tag, [value]]);
  return {
    ...rest,
    name,
    match: Object.fromEntries(patterns),
    forEach: isForEachAgent ? ["agent"] : [],
    limit: quantityOf(unit, limit),
    alerts: [],
    count: "net",
    target: {},
  };
}

function quantityOf(unit: model.Unit, amount: number): Quantity {
  return unit === "USD" ? { unit, amount: nanoUsd(amount) } : { unit, amount };
}

/** The circumstances of an operation under a budget, but for when it is. */
export function rulesFor(operation: model.Operation, budget: number) {
  const estimate: Settings["estimate"] =
    operation.kind === "check" && operation.estimate !== null ? nanoUsd(operation.estimate) : "auto";
  const settings = {
    monthlyBudget: nanoUsd(budget),
    milestoneInterval: nanoUsd(INTERVAL),
    defaultEstimate: nanoUsd(DEFAULT_ESTIMATE),
    estimate,
    parts: RULES.map(ruleOf),
    reserve: { amount: nanoUsd(RESERVE) },
    approvalEnvironment: ENVIRONMENT,
    admit: { low: LOW_UNTIL },
    requiredTags: ["agent"],
  };
  const { now: _, operation: __, ...rules } = circumstances({ settings });
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
    case "check": {
      const { holdMs, priority, approval } = operation;
      return { kind: "check", id, tags, run, profile, holdMs, priority, ...(approval !== null && { approval }) };
    }
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
        usage: usage === null ? NO_USAGE : usageOf(lineOf(usage)),
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
    case "adjust": {
      const { adjustment, unit, amount, from, to, until } = operation;
      const moved = { adjustment, amount: quantityOf(unit, amount), from, to, until };
      return { kind: "adjust", id, run, tags, ...moved, actor: "octocat", reason: "an outage" };
    }
  }
}

/** What came from a cache isn't counted. */
function lineOf({ cost, tokens }: model.Used): PricedLine {
  return { ...billed(1), input: tokens + 700, cache_read: 700, output: 0, reported_cost: nanoUsd(cost) };
}

/** The figures of the state that the model has too. */
export function figuresIn(state: State) {
  return {
    ...segmentIn(state),
    month: state.current_month,
    budget: state.monthly_budget,
    topUps: state.top_ups,
    exhausted: state.exhausted_at !== null,
    holds: state.holds.map(({ id, amount, expires_at, run, tags, budgets, approved_by }) => {
      return {
        id,
        amount,
        expiresAt: epochOf(expires_at),
        run: run.run_id,
        tags,
        parts: budgets,
        approvedBy: approved_by,
      };
    }),
    closed: state.closed_holds.map(({ id, how, charged, by, at, budgets = {}, quality, lesson }) => {
      const isEstimated = quality === "estimated";
      const closing = { id, how: how ?? "settled", charged, by: by ?? `${id}:settle`, at: epochOf(at) };
      return { ...closing, parts: budgets, isEstimated, lesson };
    }),
    history: state.history.map((line) => ({
      ...segmentIn(line),
      month: line.month,
      topUps: line.top_ups ?? 0,
      exhausted: line.exhausted_at !== undefined,
      closed: line.closed,
      parts: line.budgets ?? {},
    })),
    costs: state.profiles["ai-pr"]?.costs ?? [],
    tokens: state.profiles["ai-pr"]?.net_tokens ?? [],
    parts: Object.fromEntries(Object.entries(state.budgets ?? {}).map(([name, line]) => [name, partIn(line)])),
    loans: (state.loans ?? []).map(({ owed, owed_tokens, returns: _, ...loan }) => {
      return { ...loan, owed: owed ?? owed_tokens };
    }),
    approved: Object.entries(state.approvals ?? {}).map(([run, day]) => ({ run: Number(run.split("/").at(-1)), day })),
  };
}

function segmentIn(of: {
  total_spent: NanoUsd;
  executions?: number | undefined;
  milestones_reached?: NanoUsd[] | undefined;
  granted?: NanoUsd | undefined;
}) {
  const { total_spent, executions, milestones_reached, granted = 0 } = of;
  return { spent: total_spent, executions, milestones: milestones_reached, granted };
}

function partIn({ period, spent, tokens, executions = 0, adjusted, adjusted_tokens, month }: PartLine) {
  const { spent: spentInMonth, tokens: tokensInMonth } = month ?? { spent, tokens };
  return { period, spent, tokens, executions, adjusted: adjusted ?? adjusted_tokens ?? 0, spentInMonth, tokensInMonth };
}

/** The model's figures that the state has too. */
export function figuresOf(books: model.Books) {
  const { booked: _, done: __, recaps: ___, shares: ____, ...figures } = books;
  const parts = books.parts.map((part) => {
    const { spent: spentInMonth, tokens: tokensInMonth } = segmentSumsOf(books, part);
    return [part.name, { period: part.period, ...sumsOf(books, part), spentInMonth, tokensInMonth }];
  });
  return { ...figures, parts: Object.fromEntries(parts) };
}

/** An answer in the model's words. */
export function answerOf({ figures, admission, booking, released, recapped }: Answer): model.Answer {
  return {
    month: figures.month,
    budget: figures.budget,
    topUps: figures.topUps,
    spent: figures.spent,
    held: figures.held,
    executions: figures.executions,
    holds: figures.openHolds,
    admission: admissionOf(admission),
    ...(booking !== undefined && {
      booking: { how: booking.how, cost: booking.cost, milestones: booking.milestones },
    }),
    ...(released !== undefined && { released: released.hold ?? null }),
    ...(recapped !== undefined && { recapped: { month: recapped.facts?.month ?? null, queued: recapped.queued } }),
  };
}

function admissionOf({ decision, reason, limitedBy, approvedBy }: Answer["admission"]): model.Admission {
  return {
    decision,
    reason,
    ...(limitedBy !== undefined && { limitedBy: limitOf(limitedBy) }),
    ...(approvedBy !== undefined && { approvedBy }),
  };
}

function limitOf({ name, limit, spent, held }: PartFigures) {
  return { name, limit, spent, held };
}
