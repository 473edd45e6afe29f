import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exampleBooks } from "../scripts/generate-example.ts";
import { decodeState } from "../src/books/file/decode.ts";
import { encodeState } from "../src/books/file/encode.ts";
import type { State } from "../src/books/state.ts";
import { nanoOf, sum } from "../src/values/money.ts";
import { differencesOf } from "./support/replayed.ts";

const text = readFileSync("token_budget.example.json", "utf8");

function shippedState(): State {
  const decoded = decodeState(text);
  if (decoded.kind !== "state") throw new Error(`decoded as ${decoded.kind}`);
  return decoded.state;
}

describe("the shipped example", () => {
  const state = shippedState();

  it("is what the program's own rules make", () => {
    expect(text).toBe(encodeState(exampleBooks().state));
  });

  it("is encoded to the same bytes again", () => {
    expect(encodeState(state)).toBe(text);
  });

  it("is what its ledger says", () => {
    expect(differencesOf(state, exampleBooks().entries)).toEqual([]);
  });

  it("shows a month of 95 executions at $5.23", () => {
    expect(state).toMatchObject({
      executions: 95,
      prs_generated: 95,
      total_spent: nanoOf(5.23),
      milestones_reached: [nanoOf(5)],
      tokens_used: { claude_input: 190_000, claude_output: 142_500, openai_input: 237_500, openai_output: 380_000 },
    });
  });

  it("has models, days and what no model was named for add up to what was spent", () => {
    expect(sum(Object.values(state.models).map(({ cost }) => cost))).toBe(state.total_spent);
    const days = Object.values(state.daily);
    expect(sum(days.map(({ spent }) => spent))).toBe(state.total_spent);
    expect(days.reduce((total, { executions }) => total + executions, 0)).toBe(state.executions);
    expect(days.reduce((total, { prs }) => total + prs, 0)).toBe(state.prs_generated);
  });

  it.each(state.history)("closes $month with sums that add up", (line) => {
    expect(sum(Object.values(line.models ?? {}).map(({ cost }) => cost))).toBe(line.total_spent);
    expect(sum(line.daily_spent ?? [])).toBe(line.total_spent);
  });
});
