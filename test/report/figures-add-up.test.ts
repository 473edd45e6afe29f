import fc from "fast-check";
import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { figuresOf } from "../../src/books/figures.ts";
import { recapFacts } from "../../src/books/messages/recap-facts.ts";
import { monthOutlook } from "../../src/books/month-demand.ts";
import { monthPace } from "../../src/books/month-pace.ts";
import type { Request } from "../../src/books/request.ts";
import type { State } from "../../src/books/state.ts";
import { standing } from "../../src/commands/outcome/sentences.ts";
import { outlookOf } from "../../src/insight/outlook.ts";
import { partOutlooks } from "../../src/insight/part-outlook.ts";
import type { Embed } from "../../src/notify/messages/embed.ts";
import { renderMessage } from "../../src/notify/messages/embeds.ts";
import { renderJobSummary } from "../../src/report/markdown/job-summary.ts";
import { renderPage } from "../../src/report/markdown/page.ts";
import { renderRecap, renderRecapTerminal } from "../../src/report/recap-text.ts";
import { renderScreen } from "../../src/report/terminal/screen.ts";
import { nanoUsd, usdOf } from "../../src/values/money.ts";
import { rule, TAGS } from "../books/part-samples.ts";
import {
  Bookkeeper,
  billed,
  check,
  freshState,
  NO_USAGE,
  NOW,
  record,
  settingsWith,
  unpriced,
  usageOf,
} from "../books/sample-books.ts";
import { countOf } from "../support/pace/pace.ts";
import { ESTIMATE, sampleView } from "./samples.ts";

const terminal = { colors: picocolors.createColors(false), width: 200 };
const SETTINGS = { parts: [rule({ name: "infra" })], estimate: ESTIMATE };

const dollars = fc.oneof(fc.nat(80_000), fc.nat(900_000_000), fc.nat(4_000_000_000)).map((amount) => amount / 1e9);
const step = fc.oneof(
  fc.record({ kind: fc.constant("bill" as const), dollars, model: fc.constantFrom("a-1", "b-2", "c-3") }),
  fc.constantFrom<{ kind: "hold" } | { kind: "guess" } | { kind: "blind" }>(
    { kind: "hold" },
    { kind: "guess" },
    { kind: "blind" },
  ),
);

/** Books after bookings of all kinds, with holds and money topped up. */
const books = fc
  .record({ steps: fc.array(step, { maxLength: 12 }), topUp: fc.oneof(fc.constant(0), fc.nat(9_000_000_000)) })
  .map(({ steps, topUp }) => {
    const keeper = new Bookkeeper(freshState({ last_reset: "2026-02-01T00:00:00Z", top_ups: nanoUsd(topUp) }));
    for (const [index, one] of steps.entries()) keeper.do(requestOf(one, index), { settings: SETTINGS });
    return keeper.state;
  });

function requestOf(one: typeof step extends fc.Arbitrary<infer T> ? T : never, index: number): Request {
  const id = `op-${index}`;
  if (one.kind === "hold") return check({ id, tags: TAGS });
  const usage = {
    bill: usageOf(billed("dollars" in one ? one.dollars : 0, "model" in one ? one.model : "a-1")),
    guess: usageOf(unpriced()),
    blind: NO_USAGE,
  };
  return record({ id, tags: TAGS, usage: usage[one.kind] });
}

/** A shown amount in millionths of a dollar. */
function micros(text = ""): number {
  if (!text.includes("$") || text.includes("under ")) return 0;
  return Math.round(Number(text.replace(/[^\d.-]/g, "")) * 1_000_000);
}

function read(markdown: string): string {
  return markdown
    .replace(/&#8203;/g, "")
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("**", "");
}

const AMOUNT = String.raw`-?\$[\d,.]+\d`;
const SENTENCE = new RegExp(`(${AMOUNT}) of (${AMOUNT}) spent \\([\\d.]+%\\)(?:, (${AMOUNT}) held)?, (${AMOUNT}) left`);

function sentenceAddsUp(text: string): void {
  const [, spent, total, held, left] = SENTENCE.exec(text) ?? [];
  expect(left).toBeDefined();
  expect(micros(left)).toBe(micros(total) - micros(spent) - micros(held));
}

/** The rows of the tables of budgets, whose cells begin with the figures. */
function budgetsAddUp(text: string): void {
  const rows = [...text.matchAll(/^\| [^|]+ \|([^|]+)\|([^|]+)\|[^|]+%[^|]*\|([^|]+)\|([^|]+)\| [🟢🟡🔴⛔]/gmu)];
  expect(rows.length).toBeGreaterThan(0);
  for (const [, limit = "", spent, held = "", left] of rows) {
    const total = micros(limit.split(" (")[0]);
    expect(micros(left)).toBe(total - micros(spent) - micros(held.split(" (")[0]));
    const [, budget, more] = /\((\S+) \+ (\S+) topped up\)/.exec(limit) ?? [];
    if (budget !== undefined) expect(micros(budget) + micros(more)).toBe(total);
  }
}

function modelsAddUp(costs: readonly (string | undefined)[], spent: string | undefined): void {
  expect(spent).toBeDefined();
  if (costs.length > 0) expect(costs.reduce((sum, cost) => sum + micros(cost), 0)).toBe(micros(spent));
}

function viewOf(state: State) {
  const figures = figuresOf(state, ESTIMATE);
  const pace = monthPace({ figures, state, now: NOW, estimate: ESTIMATE });
  const ahead = monthOutlook(state, NOW);
  const outlook = outlookOf({ state, figures, ahead, settings: settingsWith(SETTINGS), now: NOW });
  const own = { booked: undefined, booking: undefined, sentence: `${standing(figures)}.` };
  return {
    figures,
    view: sampleView({ now: NOW, month: { state, figures, pace, ahead, outlook }, ...own }),
  };
}

function fieldOf(embed: Embed, name: string): string | undefined {
  return embed.fields?.find((field) => field.name.includes(name))?.value;
}

describe("whatever was booked, the figures that people see add up", () => {
  const holds = (law: (state: State) => void) => fc.assert(fc.property(books, law), { numRuns: countOf("cases") });

  it("in the job summary", () => {
    holds((state) => {
      const text = read(renderJobSummary(viewOf(state).view));
      sentenceAddsUp(text);
      budgetsAddUp(text);
      const models = [...text.matchAll(/^\| <code>[^|]+ \|([^|]+)\|[^|]+\|[^|]+\|[^|]+\|[^|]+\|[^|]+\|[^|]+\|$/gm)];
      modelsAddUp(
        models.map(([, cost]) => cost),
        SENTENCE.exec(text)?.[1],
      );
    });
  });

  it("on the page", () => {
    holds((state) => {
      const figures = figuresOf(state, ESTIMATE);
      const budgets = partOutlooks(SETTINGS.parts, { state });
      const text = read(renderPage({ state, figures, budgets, name: "AI", path: "token_budget.json" }));
      sentenceAddsUp(text);
      budgetsAddUp(text);
    });
  });

  it("at a terminal", () => {
    holds((state) => {
      const text = renderScreen(viewOf(state).view, terminal);
      sentenceAddsUp(text);
      const row = (label: string) => new RegExp(`^${label} +(${AMOUNT})`, "m").exec(text)?.[1];
      expect(micros(row("Remaining"))).toBe(micros(row("Budget")) - micros(row("Spent")) - micros(row("Held")));
      const table = text.split("\n\n").find((block) => block.startsWith("Model ")) ?? "";
      const costs = table
        .split("\n")
        .slice(1)
        .map((line) => line.split(/ {2,}/)[1]);
      modelsAddUp(costs, row("Spent"));
      const part = new RegExp(`^infra .*?(${AMOUNT}) +(${AMOUNT}) +(${AMOUNT}) +(${AMOUNT}) `, "m").exec(text) ?? [];
      const [, limit, spent, held, left] = part.map(micros);
      if (limit !== undefined) expect(left).toBe(limit - (spent ?? 0) - (held ?? 0));
    });
  });

  it("in the channel's messages", () => {
    holds((state) => {
      const { spent, held, remaining, budget, topUps } = figuresOf(state, ESTIMATE);
      const money = { spent: usdOf(spent), held: usdOf(held), remaining: usdOf(remaining) };
      const total = usdOf(nanoUsd(budget + topUps));
      const message = (kind: "alert" | "adjust" | "recap", facts: object) =>
        renderMessage({ kind, facts: JSON.parse(JSON.stringify(facts)), queued_at: NOW }, { name: "AI" });
      const alert = message("alert", { health: "green", percents: [75], burn_rate: 0, gone_on: null, ...money });
      const parts = ["Remaining", "Held", "Spent"].map((name) => micros(fieldOf(alert, name)));
      const lost = Math.round(total * 1_000_000) - parts.reduce((sum, part) => sum + part, 0);
      expect(lost).toBeGreaterThanOrEqual(0);
      expect(lost).toBeLessThanOrEqual(10_000);
      const who = { health: "green", actor: "octocat", reason: "r", what: "w" };
      const adjust = message("adjust", { ...who, budget: total, ...money });
      const [used, whole] = (fieldOf(adjust, "Spent") ?? "").split(" / ").map(micros);
      expect(micros(fieldOf(adjust, "Remaining"))).toBe((whole ?? 0) - (used ?? 0) - micros(fieldOf(adjust, "Held")));
      const recap = message("recap", { health: "green", ...recapFacts(state, "2026-02") });
      const lines = (fieldOf(recap, "By Model") ?? "").split("\n").filter((line) => line !== "");
      modelsAddUp(
        lines.map((line) => /: (.*) \(/.exec(line)?.[1]),
        fieldOf(recap, "Spent")?.split(" / ")[0],
      );
    });
  });

  it("in a recap", () => {
    holds((state) => {
      const view = { facts: recapFacts(state, "2026-02"), name: "AI", timezone: "UTC" };
      const spent = (text: string) => new RegExp(`(${AMOUNT}) of`).exec(text)?.[1];
      const summary = read(renderRecap(view));
      const rows = [...summary.matchAll(/^\| <code>[^|]+ \|([^|]+)\|[^|]+\|$/gm)];
      modelsAddUp(
        rows.map(([, cost]) => cost),
        spent(summary),
      );
      const screen = renderRecapTerminal(view, terminal);
      const table = screen.split("\n\n").find((block) => block.startsWith("Model ")) ?? "";
      modelsAddUp(
        table
          .split("\n")
          .slice(1)
          .filter((line) => line !== "")
          .map((line) => line.split(/ {2,}/)[1]),
        spent(screen),
      );
    });
  });
});
