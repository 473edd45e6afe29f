import { describe, expect, it } from "vitest";
import { joined } from "../../../src/commands/meter/join.ts";
import type { MeterRead } from "../../../src/commands/meter/meter-read.ts";
import { priceUsage } from "../../../src/commands/operation/gather-usage.ts";
import { isUnrecorded, NOTHING_GATHERED } from "../../../src/commands/operation/job-usage.ts";
import { chargeOfLine } from "../../../src/pricing/charge.ts";
import { type UsageLine, usageLine } from "../../../src/usage/usage.ts";
import type { Instant } from "../../../src/values/month.ts";
import { figuresWith } from "../../support/meter-figures.ts";

const NOW = "2026-11-29T00:00:00Z" as Instant;
const SONNET = "claude-sonnet-4-5";

/** 100,000 tokens of input and 10,000 of output: $0.45 with Sonnet. */
const answer = (model = SONNET, provider = "anthropic"): UsageLine =>
  usageLine({ provider, model, input: 100_000, output: 10_000, requests: 1 });

/** What a meter counted of a model in so many of these answers. */
const counted = (requests: number, cost: number, model = SONNET) => ({
  ...{ provider: "anthropic", model, requests, cost, cache_read: 0 },
  ...{ input: 100_000 * requests, output: 10_000 * requests },
});

function readOf(whole: UsageLine[], models: ReturnType<typeof counted>[], more: object = {}): MeterRead {
  const cost = models.reduce((sum, one) => sum + one.cost, 0);
  const requests = models.reduce((sum, one) => sum + one.requests, 0);
  const figures = figuresWith({ models, cost, requests, ended: true, ...more });
  return { whole, lines: whole, bytes: 10, isCutShort: false, isFinal: true, figures };
}

async function bookedOf(read: MeterRead, files: UsageLine[] = []) {
  const gathered = { ...NOTHING_GATHERED, lines: files, found: files.length > 0, source: "claude-code" };
  const used = joined(gathered, read);
  const { usage, notes } = await priceUsage(used, { startedAt: NOW, now: NOW }, {});
  const charges = usage.lines.map((line) => ({ ...line, cost: chargeOfLine(line)?.cost }));
  const cost = charges.reduce((sum, one) => sum + (one.cost ?? 0), 0) / 1e9;
  const texts = [...used.notes, ...notes].map(({ text }) => text).join("\n");
  return { ...usage, cost: Math.round(cost * 1e6) / 1e6, charges, texts };
}

describe("no less is booked than the meter counted", () => {
  it("where its record has all of it, exactly that, without a word", async () => {
    const booked = await bookedOf(readOf([answer(), answer()], [counted(2, 0.9)]));
    expect(booked).toMatchObject({ cost: 0.9, found: true, cutShort: false, texts: "" });
    expect(booked.lines.every(({ reported_cost }) => reported_cost === undefined)).toBe(true);
  });

  it("where answers could not be written", async () => {
    const booked = await bookedOf(readOf([answer()], [counted(3, 1.35)], { unwritten: 2 }));
    expect(booked).toMatchObject({ cost: 1.35, cutShort: false });
    expect(booked.charges[1]).toMatchObject({ model: SONNET, requests: 2, input: 200_000, cost: 900_000_000 });
    expect(booked.texts).toBe(
      "The meter's record lacks 2 of the 3 requests that the meter counted (they could not be written, as on a full disk). What it counted is booked: $1.35 instead of $0.4500.",
    );
  });

  it("where the record is gone, by model", async () => {
    const booked = await bookedOf(readOf([], [counted(3, 1.35), counted(1, 0.15, "claude-haiku-4-5")]));
    expect(booked).toMatchObject({ cost: 1.5, found: true, source: "meter" });
    expect(booked.charges.map(({ model, cost }) => [model, cost])).toEqual([
      [SONNET, 1_350_000_000],
      ["claude-haiku-4-5", 150_000_000],
    ]);
    expect(booked.texts).toMatch(/lacks 4 of the 4 requests .*the file was changed or removed.*\$1\.50 instead of \$0/);
  });

  it("where somebody wrote smaller figures into it", async () => {
    const small = usageLine({ provider: "anthropic", model: SONNET, input: 10, output: 1, requests: 1 });
    const booked = await bookedOf(readOf([small], [counted(1, 0.45)]));
    expect(booked.cost).toBe(0.45);
    expect(booked.texts).toMatch(/record says less than the meter counted/);
  });

  it("where a model has no price, at what the meter took for it", async () => {
    const booked = await bookedOf(readOf([answer("my-deploy"), answer("my-deploy")], [counted(2, 0.9, "my-deploy")]));
    expect(booked.charges.map(({ cost }) => cost)).toEqual([450_000_000, 450_000_000]);
    expect(booked.texts).toMatch(/^No price is known for my-deploy: the tool's own figure is charged/);
  });

  it("where a gateway answers with a name of its own, at the price of the model asked for", async () => {
    const { whole, lines, ...read } = readOf(
      [{ ...answer("my-deploy"), asked: SONNET }],
      [counted(1, 0.45, "my-deploy")],
    );
    const booked = await bookedOf({ ...read, whole, lines, isFinal: false, isCutShort: true });
    expect(booked.charges).toMatchObject([{ model: "my-deploy", provider: "anthropic", cost: 450_000_000 }]);
    expect(booked.texts).toMatch(
      /No price is known for my-deploy: it is priced as claude-sonnet-4-5, which was asked for/,
    );
  });

  it("where what it counted has no price at all, as unknown", async () => {
    const booked = await bookedOf(readOf([], [counted(1, 0, "my-deploy")]));
    expect(booked.charges).toMatchObject([{ model: "my-deploy", cost: undefined }]);
  });

  it("where it counted money of no model", async () => {
    const booked = await bookedOf(readOf([answer()], [counted(1, 0.45)], { cost: 0.5 }));
    expect(booked.cost).toBe(0.5);
  });

  it("after what a step booked, without that", async () => {
    const read = { ...readOf([answer()], [counted(2, 0.9)]), lines: [] };
    expect(await isUnrecorded(read)).toBe(true);
    expect(await bookedOf(read)).toMatchObject({ cost: 0.45, found: true });
    expect(await isUnrecorded(readOf([answer()], [counted(1, 0.45)]))).toBe(false);
  });

  it("once, although a file shows what the record lacks", async () => {
    const read = { ...readOf([answer()], [counted(3, 1.35)]), answers: { nameless: [], areTooMany: false } };
    const files = [
      { ...answer(), metered: true },
      { ...answer(), metered: false },
      { ...answer(), metered: false },
    ];
    expect((await bookedOf(read, files)).cost).toBe(1.35);
    const gone = { ...readOf([], [counted(3, 1.35)]), answers: { nameless: [], areTooMany: false } };
    const booked = await bookedOf(gone, files);
    expect(booked.cost).toBe(1.35);
    expect(booked.texts).not.toMatch(/did not see|never saw|usage files report/);
  });

  it("and at least one more request where the meter's process lost what it could not write", async () => {
    const booked = await bookedOf(readOf([answer()], [counted(1, 0.45)], { unwritten: 1, restarts: 1 }));
    expect(booked).toMatchObject({ cost: 0.45, cutShort: true });
    expect(booked.texts).toMatch(/could not write what some answers used before its process died/);
  });

  it("but not before its end, when the record is ahead, nor of one that was killed", async () => {
    const read = readOf([answer()], [counted(3, 1.35)]);
    expect((await bookedOf({ ...read, isFinal: false })).cost).toBe(0.45);
    expect((await bookedOf({ ...read, isFinal: false, isCutShort: true })).cost).toBe(0.45);
  });
});
