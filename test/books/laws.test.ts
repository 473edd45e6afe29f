import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAllowed } from "../../src/books/answer.ts";
import { CHANGED_WITHOUT_ENTRY } from "../../src/books/changes.ts";
import type { Decision } from "../../src/books/decide.ts";
import { ADJUSTMENTS, decodeEntry, type Entry, encodeEntry } from "../../src/books/entry.ts";
import { evolve } from "../../src/books/evolve.ts";
import { figuresOf, heldOf, totalBudget } from "../../src/books/figures.ts";
import { decodeState } from "../../src/books/file/decode.ts";
import { encodeState } from "../../src/books/file/encode.ts";
import { judgeBooking } from "../../src/books/judge.ts";
import { monthOutlook } from "../../src/books/month-demand.ts";
import { type PartRule, PRIORITIES, type Priority } from "../../src/books/part-rule.ts";
import type { AdjustRequest, RecordRequest, Request, StatementRequest } from "../../src/books/request.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/books/settings.ts";
import { startSums } from "../../src/books/span-sums.ts";
import { startBooks } from "../../src/books/start.ts";
import type { State } from "../../src/books/state.ts";
import { outlookOf } from "../../src/insight/outlook.ts";
import { spanOf } from "../../src/values/date-span.ts";
import { BudgetError } from "../../src/values/errors.ts";
import { type NanoUsd, nanoOf, nanoUsd, usdOf, ZERO } from "../../src/values/money.ts";
import { dayOf, epochOf, type Instant, instantOf, ledgerHourOf, monthOf, nextMonth } from "../../src/values/month.ts";
import { countOf } from "../support/pace/pace.ts";
import { assertUntilMet } from "../support/pace/until-met.ts";
import { differencesOf, readLedger } from "../support/replayed.ts";
import { rule } from "./part-samples.ts";
import { Bookkeeper, billed, circumstances, NO_USAGE, sumOf, unpriced, usageOf } from "./sample-books.ts";

const DAY_MS = 86_400_000;
const ZONES = ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Kiritimati", "Pacific/Pago_Pago"];
const NAMES = ["ai-pr", "__proto__", "constructor", "n".repeat(200), "🚀 night", "a\nb", "42"];

/** Rules of all kinds, by names whose kind of period stays the same. */
const PARTS: readonly PartRule[] = [
  rule({ name: "monthly", match: {}, alerts: [50, 75, 90], target: { lines: { unit: "tokens", amount: 20 } } }),
  rule({ name: "even", match: { division: ["d0"] }, overage: 10, onExceed: "approve" }),
  rule({ name: "daily", match: {}, period: "day", limit: { unit: "tokens", amount: 20_000 }, onExceed: "approve" }),
  rule({ name: "weekly", match: { agent: ["*"] }, period: "week", overage: 20, alerts: [50] }),
  rule({ name: "project", match: {}, period: "none", limit: { unit: "USD", amount: nanoOf(20) }, onExceed: "warn" }),
  rule({ name: "sprint", match: {}, period: { from: "2026-02-10", to: "2026-02-24" }, count: "all" }),
  rule({ name: "agents", match: {}, forEach: ["agent"] }),
];
const TIGHT_PARTS = PARTS.map((part) => ({
  ...part,
  onExceed: "deny" as const,
  limit: part.limit.unit === "USD" ? { unit: "USD" as const, amount: nanoOf(0.2) } : part.limit,
}));
const FORMULA = { base: { "42": 20_000, "*": 3_000 }, phase: {}, complexity: {}, priceAs: "claude-sonnet-4-5" };
const MODELS = [
  { use: "42", until: 60, match: {} },
  { use: "ai-pr", until: undefined, match: {} },
];
const PART_NAMES = ["monthly", "even", "daily", "weekly", "project", "sprint", "agents/42", "agents/ai-pr", "nobody"];

type Use =
  | { readonly kind: "billed"; readonly nano: number; readonly model: string }
  | { readonly kind: "unpriced" | "none" | "incomplete" | "cut short"; readonly model: string };

type Which = "run" | "open" | "closed" | "unknown";

type Act =
  | {
      readonly act: "check";
      readonly profile: string;
      readonly model?: string;
      readonly run: number;
      readonly hours: number;
      readonly isApproved: boolean;
      readonly priority: Priority;
    }
  | {
      readonly act: "record";
      readonly which: Which;
      readonly pick: number;
      readonly run: number;
      readonly profile: string;
      readonly uses: readonly Use[];
      readonly post: boolean;
      readonly letGo: boolean;
      readonly flat: boolean;
      readonly chosen: boolean;
      readonly prs: number;
    }
  | {
      readonly act: "extend";
      readonly which: Which;
      readonly pick: number;
      readonly nano: number;
      readonly priority: Priority;
    }
  | { readonly act: "overrun"; readonly which: Which; readonly pick: number }
  | { readonly act: "again"; readonly pick: number }
  | { readonly act: "release"; readonly which: Which; readonly pick: number; readonly run: number }
  | { readonly act: "reset" }
  | {
      readonly act: "adjust";
      readonly adjustment: AdjustRequest["adjustment"];
      readonly cents: number;
      readonly isTokens: boolean;
      readonly from: string;
      readonly to: string;
      readonly days: number | null;
    }
  | { readonly act: "pause"; readonly hours: number | null; readonly isOfLow: boolean }
  | { readonly act: "resume" }
  | { readonly act: "recap"; readonly force: boolean; readonly back: number | null }
  | { readonly act: "acknowledge"; readonly pick: number }
  | { readonly act: "alerts" }
  | { readonly act: "statement"; readonly change: "issued" | "paid" | "void"; readonly pick: number }
  | { readonly act: "sent" }
  | { readonly act: "rules"; readonly settings: Partial<Settings> }
  | { readonly act: "wait"; readonly ms: number }
  | { readonly act: "turn"; readonly offsetMs: number }
  | { readonly act: "skew"; readonly ms: number };

/** Issues a statement of the last closed month, or notes what became of one. */
function statementAct(
  { history, statements = [] }: State,
  { change, pick }: Extract<Act, { act: "statement" }>,
): StatementRequest["act"] {
  if (change !== "issued") {
    const number = statements.at(-1 - pick)?.number ?? "INV-1";
    return change === "paid" ? { paid: number } : { void: number };
  }
  const month = history.at(-1 - pick)?.month ?? "2026-01";
  const number = `SB-${month}-A-${statements.length}`;
  return { issue: [{ number, month, entity: "a", model: "showback", amount: ZERO, issued: "2026-02-01" }] };
}

const name = fc.constantFrom(...NAMES);
const use: fc.Arbitrary<Use> = fc.oneof(
  fc.record({ kind: fc.constant("billed" as const), nano: fc.integer({ min: 1, max: 4_000_000_000 }), model: name }),
  fc.record({
    kind: fc.constantFrom("unpriced" as const, "none" as const, "incomplete" as const, "cut short" as const),
    model: name,
  }),
);
const which = fc.constantFrom<Which>("run", "open", "open", "closed", "unknown");
const pick = fc.nat(9);
const run = fc.integer({ min: 1, max: 4 });

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant("check" as const),
      profile: name,
      run,
      hours: fc.constantFrom(1, 6, 80),
      isApproved: fc.constantFrom(false, false, true),
      priority: fc.constantFrom(...PRIORITIES),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant("record" as const),
      which,
      pick,
      run,
      profile: name,
      uses: fc.array(use, { maxLength: 2 }),
      post: fc.boolean(),
      letGo: fc.boolean(),
      flat: fc.constantFrom(false, false, true),
      chosen: fc.boolean(),
      prs: fc.nat(2),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant("extend" as const),
      which,
      pick,
      nano: fc.integer({ min: 1, max: 4_000_000_000 }),
      priority: fc.constantFrom(...PRIORITIES),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("overrun" as const), which, pick }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant("again" as const), pick }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("release" as const), which, pick, run }) },
  { weight: 1, arbitrary: fc.constant({ act: "reset" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("statement" as const),
      change: fc.constantFrom("issued" as const, "issued" as const, "paid" as const, "void" as const),
      pick: fc.nat(2),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant("adjust" as const),
      adjustment: fc.constantFrom(...ADJUSTMENTS, "transfer" as const, "transfer" as const),
      cents: fc.integer({ min: -200, max: 400 }),
      isTokens: fc.boolean(),
      from: fc.constantFrom(...PART_NAMES),
      to: fc.constantFrom(...PART_NAMES),
      days: fc.option(fc.integer({ min: 1, max: 4 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("pause" as const),
      hours: fc.option(fc.constantFrom(1, 30, 100)),
      isOfLow: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ act: "resume" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant("recap" as const), force: fc.boolean(), back: fc.option(fc.nat(2)) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("acknowledge" as const), pick }) },
  { weight: 1, arbitrary: fc.constant({ act: "alerts" as const }) },
  { weight: 1, arbitrary: fc.constant({ act: "sent" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("rules" as const),
      settings: fc.record(
        {
          monthlyBudget: fc.constantFrom(nanoOf(0), nanoOf(5), nanoOf(15), nanoOf(40)),
          budgetCap: fc.constantFrom(undefined, nanoOf(2)),
          timezone: fc.constantFrom(...ZONES),
          milestoneInterval: fc.constantFrom(nanoOf(0.01), nanoOf(5), nanoOf(100)),
          estimate: fc.constantFrom<Settings["estimate"]>("auto", nanoOf(1)),
          notify: fc.constantFrom<Settings["notify"]>(DEFAULT_SETTINGS.notify, []),
          parts: fc.constantFrom<Settings["parts"]>([], PARTS, PARTS.slice(0, 3), TIGHT_PARTS, undefined),
          reserve: fc.constantFrom<Settings["reserve"]>(undefined, { percent: 7.5 }, { amount: nanoOf(1) }),
          admit: fc.constantFrom<Settings["admit"]>({}, { normal: 90, low: 75 }),
          formula: fc.constantFrom<Settings["formula"]>(undefined, FORMULA),
          formulaPrice: fc.constantFrom<Settings["formulaPrice"]>(undefined, nanoOf(9)),
          largeRun: fc.constantFrom<Settings["largeRun"]>(undefined, { unit: "tokens", amount: 2_000 }),
          models: fc.constantFrom<Settings["models"]>([], MODELS),
        },
        { requiredKeys: [] },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant("wait" as const),
      ms: fc.oneof(fc.nat(3_600_000), fc.nat(3 * DAY_MS), fc.integer({ min: 20 * DAY_MS, max: 130 * DAY_MS })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant("turn" as const), offsetMs: fc.integer({ min: -600_000, max: 600_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("skew" as const), ms: fc.nat(600_000) }) },
);

type Step = {
  readonly before: State;
  readonly decision: Decision;
  readonly request: Request;
  readonly settings: Settings;
};

/** Plays acts on books and shows every step to `look`. */
class Play {
  readonly keeper: Bookkeeper;
  #settings: Settings;
  #nowMs: number;
  #count = 0;

  get now(): Instant {
    return instantOf(this.#nowMs);
  }
  /** What was booked, and when it was first tried: who tries again keeps the hour. */
  readonly #tried: { readonly request: RecordRequest; readonly atMs: number; readonly hour: string }[] = [];

  constructor(start: { readonly nowMs: number; readonly timezone: string; readonly isImport: boolean }) {
    this.#nowMs = start.nowMs;
    this.#settings = { ...DEFAULT_SETTINGS, timezone: start.timezone, parts: PARTS, approvalEnvironment: "ai-budget" };
    const at = circumstances({ now: instantOf(start.nowMs), settings: this.#settings });
    const { state, entries } = startBooks(start.isImport ? LEGACY : null, at);
    this.keeper = new Bookkeeper(state);
    this.keeper.keep({ state, entries }, ledgerHourOf(at.now));
  }

  perform(act: Act): Step | undefined {
    switch (act.act) {
      case "rules":
        this.#settings = { ...this.#settings, ...act.settings };
        return undefined;
      case "wait":
        this.#nowMs += act.ms;
        return undefined;
      case "turn": {
        const { current_month, timezone } = this.keeper.state;
        let turnMs = Date.parse(`${nextMonth(current_month)}-01T00:00:00Z`) - 15 * 3_600_000;
        while (monthOf(instantOf(turnMs), timezone) <= current_month) turnMs += 1_800_000;
        this.#nowMs = Math.max(this.#nowMs, turnMs + act.offsetMs);
        return undefined;
      }
      case "skew":
        this.#nowMs -= act.ms;
        return undefined;
      default:
        return act.act === "again" ? this.#again(act.pick) : this.#decideOrRefuse(this.#requestOf(act));
    }
  }

  /** Money that isn't there isn't moved: the books stay as they were. */
  #decideOrRefuse(request: Request): Step | undefined {
    if (!["adjust", "acknowledge", "statement"].includes(request.kind)) return this.#decide(request);
    const before = this.keeper.state;
    try {
      return this.#decide(request);
    } catch (error) {
      if (!(error instanceof BudgetError)) throw error;
      expect(this.keeper.state).toBe(before);
      return undefined;
    }
  }

  /** The same operation once more: in its hour, or where its id was chosen within the days ids are remembered. */
  #again(pick: number): Step | undefined {
    const tried = this.#tried.at(-1 - pick);
    if (tried === undefined) return undefined;
    if (tried.request.fingerprint === undefined) return this.#decide(tried.request, tried.hour);
    return this.#nowMs - tried.atMs < 6 * DAY_MS ? this.#decide(tried.request) : undefined;
  }

  #decide(request: Request, tried?: string): Step {
    const before = this.keeper.state;
    const now = instantOf(this.#nowMs);
    const hour = tried ?? ledgerHourOf(now);
    const isFirst = request.kind === "record" && this.#tried.every((one) => one.request !== request);
    if (isFirst) this.#tried.push({ request, atMs: this.#nowMs, hour });
    this.#nowMs += 1000;
    const settings = this.#settings;
    const decision = this.keeper.do(request, {
      now,
      hour,
      settings,
      channels: this.#count % 2 === 0 ? { default: "", ops: "0123456789abcdef" } : {},
      judge: judgeBooking,
    });
    return { before, decision, request, settings };
  }

  #requestOf(act: Exclude<Act, { act: "rules" | "wait" | "turn" | "skew" | "again" }>): Request {
    this.#count += 1;
    const { state } = this.keeper;
    const id = `op-${this.#count}`;
    switch (act.act) {
      case "check":
        return {
          kind: "check",
          id: `hold-${this.#count}`,
          profile: act.profile,
          tags: { agent: act.profile, division: `d${act.run % 2}` },
          run: runOf(act.run),
          holdMs: act.hours * 3_600_000,
          priority: act.priority,
          ...(act.isApproved && { approval: { environment: "ai-budget", approvers: ["octocat"] } }),
        };
      case "record": {
        const hold = this.#holdOf(act);
        // A gate has one post step.
        const isPost =
          act.post && hold !== undefined && this.#tried.every((one) => one.request.id !== `${hold}:settle`);
        return {
          kind: "record",
          id: isPost ? `${hold}:settle` : id,
          origin: isPost ? "post" : "record",
          hold,
          profile: act.profile,
          tags: { agent: act.profile },
          run: runOf(act.run),
          usage: usageOfAll(act.uses),
          unsettled: act.letGo ? "release" : "charge",
          billing: act.flat ? "subscription" : "metered",
          prs: act.prs,
          outcomes: { lines: act.prs, tests: 3 },
          ...(act.chosen && !isPost && { fingerprint: id }),
        };
      }
      case "extend": {
        const needed = nanoUsd(act.nano);
        const hold = this.#holdOf(act) ?? "none";
        return { kind: "extend", id, hold, needed, wanted: nanoUsd(2 * act.nano), priority: act.priority };
      }
      case "overrun":
        return { kind: "overrun", id, hold: this.#holdOf(act) ?? "none", text: "It costs more than expected." };
      case "release":
        return { kind: "release", id, hold: this.#holdOf(act), run: runOf(act.run) };
      case "reset":
        return { kind: "reset", id, actor: "octocat", reason: "start again", run: {} };
      case "adjust":
        return {
          kind: "adjust",
          id,
          adjustment: act.adjustment,
          amount: act.isTokens
            ? { unit: "tokens", amount: act.cents * 100 }
            : { unit: "USD", amount: nanoOf(act.cents / 100) },
          from: act.from,
          to: act.to,
          until: act.days === null ? undefined : instantOf(this.#nowMs + act.days * DAY_MS).slice(0, 10),
          tags: { agent: "42", division: "d0" },
          actor: "octocat",
          reason: "why not",
          run: {},
        };
      case "pause": {
        const until = act.hours === null ? undefined : instantOf(this.#nowMs + act.hours * 3_600_000);
        const below = act.isOfLow ? ("normal" as const) : undefined;
        return { kind: "pause", id, actor: "octocat", reason: "release week", until, below, run: {} };
      }
      case "resume":
        return { kind: "resume", id, actor: "octocat", run: {} };
      case "recap": {
        if (act.back === 2) {
          const days = spanOf("last-week", dayOf(instantOf(this.#nowMs), state.timezone));
          if (days !== undefined)
            return { kind: "recap", id, force: act.force, span: { days, sums: startSums(days, state.timezone) } };
        }
        const month = act.back === null ? undefined : (state.history.at(-1 - act.back)?.month ?? state.current_month);
        return { kind: "recap", id, month, force: act.force };
      }
      case "acknowledge": {
        const alert = state.alerts?.at(-1 - act.pick)?.id ?? "A-0101-1";
        return { kind: "acknowledge", id, alert, actor: "octocat", run: {} };
      }
      case "alerts":
        return { kind: "alerts", id };
      case "statement":
        return { kind: "statement", id, act: statementAct(state, act), actor: "octocat", run: {} };
      case "sent":
        return { kind: "sent", id, messages: { default: state.outbox.map((message) => message.id) } };
    }
  }

  #holdOf({ which, pick }: { readonly which: Which; readonly pick: number }): string | undefined {
    const { holds, closed_holds } = this.keeper.state;
    switch (which) {
      case "run":
        return undefined;
      case "open":
        return holds.at(pick % Math.max(1, holds.length))?.id;
      case "closed":
        return closed_holds.at(pick % Math.max(1, closed_holds.length))?.id;
      case "unknown":
        return `of-other-books-${this.#count}`;
    }
  }
}

const LEGACY = {
  version: "1.0" as const,
  current_month: "2026-01",
  total_spent: nanoOf(4.321),
  executions: 80,
  prs_generated: 77,
  tokens_used: { claude_input: 10, claude_output: 20, openai_input: 30, openai_output: 40 },
  history: [{ month: "2025-12", total_spent: nanoOf(14.82), executions: 270 }],
};

function runOf(run: number) {
  return { repository: "o/r", run_id: run, attempt: 1, job: "agent", index: 0 };
}

function usageOfAll(uses: readonly Use[]): RecordRequest["usage"] {
  if (uses.length === 0 || uses.some(({ kind }) => kind === "none")) return NO_USAGE;
  const lines = uses.map((one) =>
    one.kind === "billed"
      ? { ...billed(0.01, one.model), reported_cost: nanoUsd(one.nano) }
      : one.kind === "cut short"
        ? billed(0.01, one.model)
        : unpriced(one.model),
  );
  return {
    ...usageOf(...lines),
    incomplete: uses.some(({ kind }) => kind === "incomplete"),
    cutShort: uses.some(({ kind }) => kind === "cut short"),
  };
}

const walk = fc.record({
  start: fc.record({
    nowMs: fc.integer({ min: Date.parse("2026-01-28T00:00:00Z"), max: Date.parse("2026-04-02T00:00:00Z") }),
    timezone: fc.constantFrom(...ZONES),
    isImport: fc.boolean(),
  }),
  acts: fc.array(act, { minLength: 1, maxLength: 40 }),
});

/** Holds for every step of every walk. */
function always(look: (step: Step, play: Play) => void, numRuns = countOf("bookWalks")): void {
  fc.assert(
    fc.property(walk, ({ start, acts }) => {
      const play = new Play(start);
      for (const one of acts) {
        const step = play.perform(one);
        if (step !== undefined) look(step, play);
      }
    }),
    { numRuns },
  );
}

/** The entries between one turn or reset and the next; the last ones are those of the running month. */
function segmentsOf(entries: readonly Entry[]): { readonly entries: Entry[]; readonly end: Entry | undefined }[] {
  const segments: { entries: Entry[]; end: Entry | undefined }[] = [{ entries: [], end: undefined }];
  for (const entry of entries) {
    const last = segments.at(-1);
    if (last === undefined) throw new Error("no segment");
    if (entry.kind === "rollover" || entry.kind === "reset") {
      last.end = entry;
      segments.push({ entries: [], end: undefined });
    } else last.entries.push(entry);
  }
  return segments;
}

function isExecution(entry: Entry): boolean {
  return entry.kind === "charge" && entry.further !== true;
}

describe("law: sum", () => {
  it("spent is the signed sum of the running month's entries, and so is every closed month's", () => {
    always((_, { keeper: { state, entries } }) => {
      const segments = segmentsOf(entries);
      const running = segments.pop()?.entries ?? [];
      expect(state.total_spent).toBe(sumOf(running.map((entry) => entry.cost)));
      expect(running.every((entry) => entry.month === state.current_month)).toBe(true);
      const closed = state.history.filter((line) => line.closed !== "import");
      expect(closed.map((line) => [line.month, line.closed, line.total_spent])).toEqual(
        segments.map(({ entries: own, end }) => [end?.month, end?.kind, sumOf(own.map((entry) => entry.cost))]),
      );
    });
  });

  it("models and days add up to what was spent, executions to the charges", () => {
    always((_, { keeper: { state, entries } }) => {
      const segments = segmentsOf(entries);
      const running = segments.pop()?.entries ?? [];
      const imported = running.find((entry) => entry.kind === "import");
      expect(sumOf(Object.values(state.models).map((model) => model.cost))).toBe(state.total_spent);
      expect(sumOf(Object.values(state.daily).map((day) => day.spent))).toBe(
        state.total_spent - (imported?.cost ?? ZERO),
      );
      expect(state.executions).toBe(running.filter(isExecution).length + (imported?.imported?.executions ?? 0));
      for (const line of state.history.filter(({ closed }) => closed !== "import")) {
        expect(sumOf(Object.values(line.models ?? {}).map((model) => model.cost))).toBe(line.total_spent);
      }
    });
  });

  it("the ledger computed again gives the state's figures, in whatever order its files are read", () => {
    always((_, { keeper: { state, entries } }) => {
      const lines = entries.map((entry) => `${encodeEntry(entry)}\n`);
      const { entries: read, problems } = readLedger([
        { name: "b", hour: "2026-01/01T00", text: lines.slice(lines.length / 2).join("") },
        { name: "a", hour: "2026-01/01T00", text: lines.slice(0, lines.length / 2).join("") },
      ]);
      expect(problems).toEqual([]);
      expect(differencesOf(state, read)).toEqual([]);
    });
  });

  it("a sub-budget has in its period the signed sum of its entries, and each month what was booked then", () => {
    always((_, { keeper: { state, entries } }) => {
      const segments = segmentsOf(entries);
      const running = segments.at(-1)?.entries ?? [];
      for (const [name, line] of Object.entries(state.budgets ?? {})) {
        const since = line.period === state.current_month ? running : entries;
        const own = since.filter((entry) => entry.budgets?.[name]?.period === line.period);
        const shares = own.map((entry) => entry.budgets?.[name]);
        const total = (amounts: readonly (number | undefined)[]) => amounts.reduce<number>((a, b) => a + (b ?? 0), 0);
        expect(line.spent).toBe(sumOf(own.map((entry) => entry.cost)));
        expect(line.tokens).toBe(total(shares.map((share) => share?.tokens)));
        expect(line.adjusted ?? 0).toBe(total(shares.map((share) => share?.adjusted)));
        expect(line.adjusted_tokens ?? 0).toBe(total(shares.map((share) => share?.adjusted_tokens)));
        expect(line.executions ?? 0).toBe(own.filter(({ kind, further }) => kind === "charge" && !further).length);
        expect(line.prs ?? 0).toBe(total(own.map(({ prs }) => prs)));
        expect(line.outcomes?.["lines"] ?? 0).toBe(total(shares.map((share) => share?.outcomes?.["lines"])));
        const month = running.filter((entry) => entry.budgets?.[name] !== undefined);
        expect((line.month ?? line).spent).toBe(sumOf(month.map((entry) => entry.cost)));
      }
      const closed = state.history.filter((line) => line.closed !== "import");
      for (const [index, line] of closed.entries()) {
        const own = segments[index]?.entries ?? [];
        for (const [name, sums] of Object.entries(line.budgets ?? {})) {
          const counted = own.filter((entry) => entry.budgets?.[name] !== undefined);
          expect(sums.spent).toBe(sumOf(counted.map((entry) => entry.cost)));
        }
      }
    });
  });

  it("who looks at the books is told finite figures, shares between none and all, and a pace for every budget", () => {
    always(({ settings }, { now, keeper: { state } }) => {
      const figures = figuresOf(state, nanoOf(0.05));
      const { today, budgets, books, predictions, spans, score, ...sums } = outlookOf({
        state,
        figures,
        ahead: monthOutlook(state, now),
        settings,
        now,
      });
      for (const figure of [today.spent, ...Object.values(sums)])
        expect(figure === null || Number.isSafeInteger(figure)).toBe(true);
      for (const { forecast } of spans) {
        expect(Number.isSafeInteger(forecast.point) && forecast.point >= forecast.spent).toBe(true);
      }
      expect(score === null || score.held <= score.forecasts).toBe(true);
      for (const share of Object.values(books ?? {})) expect(share === null || (share >= 0 && share <= 100)).toBe(true);
      for (const { within, covered } of predictions)
        expect(within >= 0 && within <= 1 && covered >= 0 && covered <= 1).toBe(true);
      for (const { perDay, remaining, limit, spent, held, goneAt } of budgets) {
        expect(Number.isSafeInteger(perDay) && perDay >= 0).toBe(true);
        expect(remaining).toBe(limit - spent - held);
        expect(goneAt === null || epochOf(goneAt) >= epochOf(now)).toBe(true);
      }
    });
  });

  it("entries stand in the order of their instants, each later than the one before", () => {
    always((_, { keeper: { state, entries } }) => {
      const instants = entries.map((entry) => epochOf(entry.at));
      expect(instants.every((at, index) => index === 0 || at > (instants[index - 1] ?? 0))).toBe(true);
      const last = entries.at(-1);
      expect(state.last_entry?.id).toBe(last?.id);
      expect(state.last_entry?.at).toBe(last?.at);
    });
  });
});

describe("law: entries", () => {
  /** What the entries alone make of the state; a new time zone counts from the month's turn on. */
  const evolved = ({ before, decision }: Step): State => {
    let state = before;
    for (const entry of decision.entries) {
      state = evolve(state, entry);
      if (entry.kind === "rollover") state = { ...state, timezone: decision.state.timezone };
    }
    return { ...state, timezone: before.timezone };
  };
  const changedIn = (one: State, other: State) =>
    [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
      (key) => !isDeepStrictEqual(one[key], other[key]),
    );
  // These take books that are full, sessions that are resumed, a budget that an input sets, a comment that is written,
  // or more alerts than are kept: tests of their own do.
  const NOT_PLAYED = ["forgot_at", "profiles", "sessions", "budget_set", "pulls", "alerts_forgotten"];

  it("a decision changes nothing but what the list names without an entry", () => {
    always((step) => {
      for (const key of changedIn(step.decision.state, evolved(step))) {
        expect(Object.keys(CHANGED_WITHOUT_ENTRY)).toContain(key);
      }
    });
  });

  it("profiles are what entries teach, and lines of history what entries close, but for what was announced", () => {
    const figures = ({ history }: State) =>
      history.map(({ milestones_reached: _, exhausted_at: __, budget: ___, ...line }) => line);
    always((step) => {
      expect(step.decision.state.profiles).toEqual(evolved(step).profiles);
      expect(figures(step.decision.state)).toEqual(figures(evolved(step)));
    });
  });

  it("whatever the list names does change without an entry", async () => {
    const met = new Set<string>();
    const property = fc.asyncProperty(walk, async ({ start, acts }) => {
      const play = new Play(start);
      for (const one of acts) {
        const step = play.perform(one);
        if (step !== undefined) for (const key of changedIn(step.decision.state, evolved(step))) met.add(key);
      }
    });
    const wanted = Object.keys(CHANGED_WITHOUT_ENTRY).filter((key) => !NOT_PLAYED.includes(key));
    const isAllMet = () => wanted.every((key) => met.has(key));
    await assertUntilMet(property, { seed: 6, count: countOf("bookWalks"), most: 1_000, isAllMet });
    expect(wanted.filter((key) => !met.has(key))).toEqual([]);
  });
});

describe("law: alerts", () => {
  it("each has one line when it is raised, at most one when it is acknowledged, and is never open again", () => {
    always(({ before, decision: { state } }, { keeper: { entries } }) => {
      const { alerts = [] } = state;
      expect(alerts.length).toBeLessThanOrEqual(40);
      expect(new Set(alerts.map(({ id }) => id)).size).toBe(alerts.length);
      const lines = entries.flatMap(({ alert, at, cost }) => (alert === undefined ? [] : [{ ...alert, at, cost }]));
      expect(lines.every(({ cost }) => cost === 0)).toBe(true);
      for (const { id, at, acknowledged, facts } of alerts) {
        const own = lines.filter((line) => line.id === id && epochOf(line.at) >= epochOf(at));
        expect(own.map(({ change }) => change)).toEqual(
          acknowledged === undefined ? ["raised"] : ["raised", "acknowledged"],
        );
        expect(own[0]).toMatchObject({ at, facts });
      }
      for (const { id, resolved_at } of before.alerts ?? []) {
        const after = alerts.find((alert) => alert.id === id);
        if (resolved_at !== undefined && after !== undefined) expect(after.resolved_at).toBe(resolved_at);
      }
    });
  });
});

describe("law: admission", () => {
  it("no check is let in beyond budget and top-ups, and held is the sum of the open holds", () => {
    always(({ decision: { state, answer }, request, settings }) => {
      expect(answer.figures.held).toBe(sumOf(state.holds.map((hold) => hold.amount)));
      expect(answer.figures.remaining).toBe(
        answer.figures.budget + answer.figures.topUps - answer.figures.spent - answer.figures.held,
      );
      if (request.kind !== "check") return;
      expect(answer.admission.estimate).toBeGreaterThan(0);
      const isHeld = state.holds.some((hold) => hold.id === request.id);
      expect(isHeld).toBe(isAllowed(answer.admission));
      if (!isHeld) return;
      expect(state.total_spent + heldOf(state)).toBeLessThanOrEqual(totalBudget(state));
      expect(state.total_spent + heldOf(state)).toBeLessThanOrEqual(totalBudget(state, settings.budgetCap));
    });
  });

  it("no hold is raised beyond budget and top-ups, and only by what its run was granted", () => {
    always(({ before, decision: { state, answer }, request, settings }) => {
      if (request.kind !== "extend") return;
      const { extended } = answer;
      const amountIn = ({ holds }: State) => holds.find(({ id }) => id === request.hold)?.amount;
      const was = amountIn(before);
      if (extended === undefined) throw new Error("no answer");
      if ("refused" in extended) {
        // What is due may have closed it.
        expect([was, undefined]).toContain(amountIn(state));
        return;
      }
      expect([request.needed, request.wanted]).toContain(extended.granted);
      expect(amountIn(state)).toBe((was ?? 0) + extended.granted);
      expect(state.total_spent + heldOf(state)).toBeLessThanOrEqual(totalBudget(state, settings.budgetCap));
      expect(state.total_spent + heldOf(state)).toBeLessThanOrEqual(totalBudget(state));
    });
  });
});

describe("law: pause", () => {
  it("no run is let in that a pause keeps out, the books require who knows it, and its days are bounded", () => {
    always(({ before, decision: { state }, request }) => {
      const { paused, pauses = [], requires } = state;
      expect(requires.filter((name) => name === "paused")).toHaveLength(paused === undefined ? 0 : 1);
      expect(pauses.length).toBeLessThanOrEqual(20);
      for (const [index, { from, to }] of pauses.entries()) {
        expect(from <= to && (pauses[index - 1]?.to ?? "") < from).toBe(true);
      }
      if (request.kind !== "check" || paused === undefined) return;
      const isNew = state.holds.some(({ id }) => id === request.id && before.holds.every((hold) => hold.id !== id));
      if (isNew) expect([paused.below, request.priority]).not.toContain(undefined);
      if (isNew) expect(request.priority).not.toBe("low");
    });
  });
});

describe("law: admission, in sub-budgets", () => {
  it("no check is let in beyond a limit that denies, its overage, or the reserve, unless it was approved", () => {
    always(({ decision: { state, answer }, request, settings }) => {
      if (request.kind !== "check") return;
      const held = state.holds.find((one) => one.id === request.id);
      if (held === undefined || (answer.admission.reason === "ok" && held.at !== state.holds.at(-1)?.at)) return;
      for (const name of Object.keys(held.budgets ?? {})) {
        const part = (settings.parts ?? []).find((one) => one.name === name || name.startsWith(`${one.name}/`));
        const line = state.budgets?.[name];
        if (part === undefined || line === undefined || part.onExceed === "warn") continue;
        if (part.onExceed === "approve" && held.approved_by !== undefined) continue;
        const isUsd = part.limit.unit === "USD";
        const beside = state.holds.reduce((total, { amount, budgets }) => {
          const tokens = budgets?.[name];
          return tokens === undefined ? total : total + (isUsd ? amount : tokens);
        }, 0);
        const limit = part.limit.amount + ((isUsd ? line.adjusted : line.adjusted_tokens) ?? 0);
        expect((isUsd ? line.spent : line.tokens) + beside).toBeLessThanOrEqual(limit * (1 + part.overage / 100));
      }
      if (held.approved_by === undefined && settings.reserve !== undefined) {
        const kept =
          "amount" in settings.reserve
            ? settings.reserve.amount
            : totalBudget(state) * (settings.reserve.percent / 100);
        const left = totalBudget(state) - state.total_spent - heldOf(state);
        expect(left).toBeGreaterThanOrEqual(Math.floor(kept) - (state.granted ?? 0));
      }
    });
  });

  it("an approval lets one hold of its run in", () => {
    fc.assert(
      fc.property(walk, ({ start, acts }) => {
        const play = new Play(start);
        const approved = new Map<string, number>();
        for (const one of acts) {
          play.perform(one);
          for (const held of play.keeper.state.holds) {
            if (held.approved_by !== undefined) approved.set(held.id, held.run.run_id ?? 0);
          }
        }
        expect(new Set(approved.values()).size).toBe(approved.size);
      }),
      { numRuns: countOf("cases") },
    );
  });

  it("no transfer takes what is spent or held, and what was lent and given back adds up to nothing", () => {
    always(({ decision, request, settings }, { keeper: { state, entries } }) => {
      for (const loan of state.loans ?? []) {
        const lent = entries.find((entry) => entry.id === loan.id);
        const back = entries.filter((entry) => entry.id.startsWith(`${loan.id}:return-`));
        const total = (one: Entry | undefined) => one?.amount ?? one?.amount_tokens ?? 0;
        expect(total(lent) - back.reduce((sum, entry) => sum + total(entry), 0)).toBe(loan.owed ?? loan.owed_tokens);
      }
      if (request.kind !== "adjust" || request.adjustment !== "transfer" || !decision.isChanged) return;
      const from = request.from ?? "";
      const part = (settings.parts ?? []).find((one) => one.name === from || from.startsWith(`${one.name}/`));
      const line = decision.state.budgets?.[from];
      if (part === undefined || line === undefined) throw new Error("moved from nowhere");
      const isUsd = part.limit.unit === "USD";
      const beside = decision.state.holds.reduce((total, { amount, budgets }) => {
        const tokens = budgets?.[from];
        return tokens === undefined ? total : total + (isUsd ? amount : tokens);
      }, 0);
      const limit = part.limit.amount + ((isUsd ? line.adjusted : line.adjusted_tokens) ?? 0);
      expect((isUsd ? line.spent : line.tokens) + beside).toBeLessThanOrEqual(limit);
    });
  });
});

describe("law: month", () => {
  it("a month is never turned back and is closed once, none left out between", () => {
    always(({ before, decision: { state } }, { keeper: { entries } }) => {
      expect(state.current_month >= before.current_month).toBe(true);
      const closed = entries.filter((entry) => entry.kind === "rollover").map((entry) => entry.month);
      expect(new Set(closed).size).toBe(closed.length);
      expect(closed.every((month, index) => index === 0 || month === nextMonth(closed[index - 1] ?? ""))).toBe(true);
      if (closed.length > 0) expect(state.current_month).toBe(nextMonth(closed.at(-1) ?? ""));
      const turned = state.history.filter((line) => line.closed === "rollover").map((line) => line.month);
      expect(turned).toEqual(closed);
    });
  });

  it("nothing that was booked is missing from history and the running month", () => {
    always((_, { keeper: { state, entries } }) => {
      const kept = state.history.filter((line) => line.closed !== "import").map((line) => line.total_spent);
      expect(sumOf([...kept, state.total_spent])).toBe(sumOf(entries.map((entry) => entry.cost)));
    });
  });

  it("a hold stays open over the turn until it is settled, let go or its time runs out", () => {
    always(({ before, decision: { state } }) => {
      const open = new Set(state.holds.map((hold) => hold.id));
      const closed = new Set(state.closed_holds.map((hold) => hold.id));
      expect([...open].filter((id) => closed.has(id))).toEqual([]);
      expect(before.holds.filter((hold) => !open.has(hold.id) && !closed.has(hold.id))).toEqual([]);
    });
  });
});

describe("law: once", () => {
  it("an id stands in the ledger once, and a repeat books nothing and answers as the first time", () => {
    fc.assert(
      fc.property(walk, ({ start, acts }) => {
        const play = new Play(start);
        const first = new Map<string, Decision["answer"]["booking"]>();
        for (const one of acts) {
          const known = play.keeper.entries.length;
          const step = play.perform(one);
          if (step === undefined || step.request.kind !== "record") continue;
          const { booking } = step.decision.answer;
          const { id } = step.request;
          const ids = play.keeper.entries.map((entry) => entry.id);
          expect(new Set(ids).size).toBe(ids.length);
          const before = first.get(id);
          first.set(id, before ?? booking);
          if (before === undefined || booking === undefined) continue;
          // What booked nothing the first time may be asked again.
          if (before.how !== "booked-already" && before.how !== "released") expect(booking.how).toBe("repeated");
          if (booking.how !== "repeated") continue;
          expect(play.keeper.entries.slice(known).filter((entry) => entry.id === id)).toEqual([]);
          expect(booking.charged).toBe(before.charged);
        }
      }),
      { numRuns: countOf("cases") },
    );
  });
});

describe("law: messages", () => {
  it("a milestone, exhausted or recap message waits in the very books that caused it, once", () => {
    always(({ before, decision: { state }, settings }) => {
      const queued = (kind: string) => state.outbox.filter((message) => message.kind === kind);
      expect(new Set(state.outbox.map(({ id }) => id)).size).toBe(state.outbox.length);
      if (settings.notify.length === 0) return;
      if (before.current_month !== state.current_month) {
        expect(queued("recap").map(({ id }) => id)).toContain(`recap-${before.current_month}`);
      }
      if (before.history.length !== state.history.length) return;
      const crossed = state.milestones_reached.filter((milestone) => !before.milestones_reached.includes(milestone));
      if (crossed.length > 0) expect(queued("milestone").at(-1)?.facts["crossed"]).toEqual(crossed.map(usdOf));
      if (before.exhausted_at === null && state.exhausted_at !== null) expect(queued("exhausted")).not.toEqual([]);
    });
  });
});

describe("law: unknown", () => {
  it("what can't be priced in full is charged at more than what is known, and never at nothing", () => {
    always(({ decision: { answer, entries }, request }) => {
      if (request.kind !== "record" || answer.booking === undefined || request.billing === "subscription") return;
      const { how, quality, charged } = answer.booking;
      if (how === "repeated" || how === "booked-already" || how === "released") return;
      const entry = entries.find((one) => one.id === request.id);
      const known = sumOf((entry?.usage ?? []).map((line) => line.cost ?? ZERO));
      const { found, incomplete, cutShort = false, lines } = request.usage;
      const isKnown = found && !incomplete && !cutShort && lines.every((line) => line.billed);
      expect(quality === "estimated").toBe(!isKnown);
      if (isKnown) expect(charged).toBe(known);
      else expect(charged).toBeGreaterThan(known);
      expect(charged).toBeGreaterThan(0);
    });
  });
});

describe("law: round trip", () => {
  it("every state that was ever written is written again byte by byte", () => {
    always(({ decision }) => {
      const text = encodeState(decision.state);
      const decoded = decodeState(text);
      expect(decoded.kind === "state" && encodeState(decoded.state)).toBe(text);
      for (const entry of decision.entries)
        expect(encodeEntry(decodeEntry(encodeEntry(entry)))).toBe(encodeEntry(entry));
    });
  });

  it("going on from what was read is going on from what was written", () => {
    fc.assert(
      fc.property(walk, ({ start, acts }) => {
        const [kept, read] = [new Play(start), new Play(start)];
        for (const one of acts) {
          kept.perform(one);
          read.perform(one);
          const decoded = decodeState(encodeState(read.keeper.state));
          if (decoded.kind !== "state") throw new Error("unreadable");
          read.keeper.state = decoded.state;
          expect(encodeState(read.keeper.state)).toBe(encodeState(kept.keeper.state));
        }
      }),
      { numRuns: countOf("fewCases") },
    );
  });

  it("keys nobody knows survive at the top, in holds, in history and in the rest", () => {
    const key = fc.string({ minLength: 1 }).filter((text) => text !== "__proto__");
    const unknown = fc.dictionary(
      key.map((text) => `x-${text}`),
      fc.jsonValue(),
      { maxKeys: 3 },
    );
    const states = fc.tuple(unknown, unknown, unknown, unknown, fc.array(fc.string(), { maxLength: 3 }));
    fc.assert(
      fc.property(states, ([top, inHold, inLine, inModel, profiles]) => {
        const { state } = new Play({ nowMs: Date.parse("2026-02-14T10:00:00Z"), timezone: "UTC", isImport: false })
          .keeper;
        const full = {
          ...JSON.parse(encodeState(state)),
          ...top,
          models: { constructor: { cost: 1, ...inModel }, ["m".repeat(200)]: { cost: 0.000000001 } },
          holds: [
            {
              id: "h",
              amount: 0.055,
              at: "2026-02-14T10:00:00Z",
              expires_at: "2026-02-14T16:00:00Z",
              profile: profiles[0] ?? "",
              run: { ...inHold },
              tags: {},
              ...inHold,
            },
          ],
          history: [{ month: "2026-01", total_spent: 14.82, ...inLine }],
        };
        const decoded = decodeState(JSON.stringify(full));
        if (decoded.kind !== "state") throw new Error(decoded.kind === "unreadable" ? decoded.problem : "legacy");
        const text = encodeState(decoded.state);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(full)));
        const again = decodeState(text);
        expect(again.kind === "state" && encodeState(again.state)).toBe(text);
      }),
    );
  });

  it("an amount is read as it was written, up to the largest", () => {
    const amount = fc.oneof(
      fc.maxSafeInteger().map((n) => n % 8_388_608_000_000_000),
      fc.integer(),
    );
    fc.assert(
      fc.property(amount, (nano) => {
        const state = { ...new Play({ nowMs: 1.77e12, timezone: "UTC", isImport: false }).keeper.state };
        const decoded = decodeState(encodeState({ ...state, total_spent: nanoUsd(nano) as NanoUsd }));
        expect(decoded.kind === "state" && decoded.state.total_spent).toBe(nano === 0 ? 0 : nano);
      }),
    );
  });
});

describe("law: corrupt", () => {
  const text = encodeState(
    new Play({ nowMs: Date.parse("2026-02-14T10:00:00Z"), timezone: "UTC", isImport: true }).keeper.state,
  );

  it("a file that was cut off anywhere is unreadable", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.trimEnd().length - 1 }), (end) => {
        expect(decodeState(text.slice(0, end)).kind).toBe("unreadable");
      }),
    );
  });

  it("any text at all is answered and never thrown at", () => {
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ version: "2.0", value })),
    );
    fc.assert(
      fc.property(texts, (any) => {
        expect(decodeState(any).kind).toBe("unreadable");
      }),
    );
  });

  it("a wrong type in any key that has one is unreadable and names it", () => {
    const keys = Object.keys(JSON.parse(text)).filter((key) => !["version", "requires", "last_entry"].includes(key));
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.constantFrom(true, "never", { a: [] }, [[[]]]), (key, value) => {
        const decoded = decodeState(JSON.stringify({ ...JSON.parse(text), [key]: value }));
        if (key === "timezone" && value === "never") {
          expect(decoded).toMatchObject({ problem: expect.stringContaining("timezone") });
        } else expect(decoded).toMatchObject({ kind: "unreadable", problem: expect.stringContaining(`at ${key}`) });
      }),
    );
  });
});
