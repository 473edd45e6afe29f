import { expect, it } from "vitest";
import type { Ports } from "../../../src/commands/operation/ports.ts";
import type { MeterBooks } from "../../../src/edges/meter/books.ts";
import { hooksFor } from "../../../src/edges/meter/hooks.ts";
import { BudgetError } from "../../../src/values/errors.ts";
import { nanoOf, ZERO } from "../../../src/values/money.ts";

const BOOKS = { inputs: {}, hold: "h", amount: nanoOf(1), maxCost: null, profile: "review" } as unknown as MeterBooks;

/** Ports whose store answers every question with this error. */
function refusing(text: string) {
  let asked = 0;
  const fail = async () => {
    asked += 1;
    throw new BudgetError("missing-permission", text);
  };
  const store = { place: { path: "token_budget.json", description: "o/r@token-budget" }, read: fail, transact: fail };
  const ports = { store, newId: () => "op", now: () => 0, log: () => {}, caller: { run: {}, fullRun: {} } };
  return { ports: async () => ports as unknown as Ports, asked: () => asked };
}

it("stops asking for more once its token has expired, and says so", async () => {
  const books = refusing(
    "GitHub doesn't accept the token (401: Bad credentials). It has expired, was revoked, or is incomplete.",
  );
  const { extend } = hooksFor(BOOKS, ZERO, books.ports);
  const refused = { refused: expect.stringContaining("has expired") };
  expect(await extend(nanoOf(0.1))).toEqual(refused);
  const before = books.asked();
  expect(await extend(nanoOf(0.1))).toEqual(refused);
  expect(books.asked()).toBe(before);
});

it("asks again after any other refusal", async () => {
  const books = refusing("GitHub refused the write (403 Resource not accessible by integration).");
  const { extend } = hooksFor(BOOKS, ZERO, books.ports);
  await extend(nanoOf(0.1));
  const before = books.asked();
  expect(before).toBeGreaterThan(0);
  expect(await extend(nanoOf(0.1))).toEqual({ refused: expect.stringContaining("403") });
  expect(books.asked()).toBeGreaterThan(before);
});
