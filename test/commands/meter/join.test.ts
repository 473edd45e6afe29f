import { describe, expect, it } from "vitest";
import { chargeFor } from "../../../src/books/settle/charge.ts";
import { releases } from "../../../src/books/settle/settled.ts";
import { comparisonNotes } from "../../../src/commands/meter/compare.ts";
import { joined } from "../../../src/commands/meter/join.ts";
import { priceUsage } from "../../../src/commands/operation/gather-usage.ts";
import { NOTHING_GATHERED } from "../../../src/commands/operation/job-usage.ts";
import type { MeterFigures } from "../../../src/meter/figures.ts";
import { isSameModel } from "../../../src/pricing/same-model.ts";
import { type UsageLine, usageLine } from "../../../src/usage/usage.ts";
import { nanoUsd } from "../../../src/values/money.ts";
import type { Instant } from "../../../src/values/month.ts";
import { figuresWith } from "../../support/meter-figures.ts";

const line = (model: string, provider = "anthropic", input = 1000): UsageLine =>
  usageLine({ provider, model, input, output: 100, requests: 1 });
const read = (...lines: UsageLine[]) => ({ whole: lines, lines, bytes: 10, isCutShort: false, figures: undefined });
const files = (...lines: UsageLine[]) => ({
  ...NOTHING_GATHERED,
  lines,
  found: true,
  source: "claude-code",
  files: [{ format: "claude-code", sessions: [], isSilent: false }],
});
const texts = ({ notes }: { notes: readonly { text: string }[] }) => notes.map(({ text }) => text).join("\n");

describe("a run with a meter", () => {
  it("is booked from its record, and files of the same models are only compared with it", () => {
    const seen = line("claude-sonnet-4-5");
    const booked = joined({ ...files(line("claude-sonnet-4-5-20250929")), incomplete: true }, read(seen));
    expect(booked).toMatchObject({ lines: [seen], source: "meter", incomplete: false, cutShort: false });
    expect(booked.compared?.files).toHaveLength(1);
  });

  it("is booked from its files as well for models that the meter never saw", () => {
    const booked = joined(files(line("claude-haiku-4-5"), line("claude-sonnet-4-5")), read(line("claude-sonnet-4-5")));
    expect(booked.lines.map(({ model }) => model)).toEqual(["claude-sonnet-4-5", "claude-haiku-4-5"]);
    expect(booked.source).toBe("meter, claude-code");
    expect(texts(booked)).toMatch(/show claude-haiku-4-5, which the meter never saw.*ANTHROPIC_BASE_URL/);
  });

  it("is booked from its files as well for answers whose ids the meter doesn't have", () => {
    const file = files(
      { ...line("claude-sonnet-4-5"), metered: true },
      { ...line("claude-sonnet-4-5", "anthropic", 300), metered: false },
    );
    const seen = line("claude-sonnet-4-5");
    const answers = { nameless: [], areTooMany: false };
    const booked = joined(file, { ...read(seen), answers });
    expect(booked.lines).toEqual([seen, line("claude-sonnet-4-5", "anthropic", 300)]);
    expect(booked.compared?.files).toEqual([seen]);
    expect(texts(booked)).toMatch(/show 1 request to claude-sonnet-4-5 that the meter did not see.*ANTHROPIC_BASE_URL/);
    // What the meter recorded without an id may be what the file has.
    const nameless = [{ provider: "anthropic", model: "claude-sonnet-4-5-20250929" }];
    expect(joined(file, { ...read(seen), answers: { ...answers, nameless } }).lines).toEqual([seen]);
    expect(joined(file, read(seen)).lines).toEqual([seen]);
  });

  it("is booked once where its files name models in other ways than its answers", () => {
    const seen = { ...line("my-deploy"), asked: "claude-3-5-haiku-latest" };
    expect(joined(files(line("claude-3-5-haiku-latest")), read(seen)).lines).toEqual([seen]);
    const answers = { nameless: [], areTooMany: false };
    const alias = { ...line("gateway-alias"), metered: true };
    expect(joined(files(alias), { ...read(seen), answers }).lines).toEqual([seen]);
  });

  it("is no exact booking where something passed that says nothing of its cost", async () => {
    const of = { ...read(line("claude-sonnet-4-5")), isFinal: true };
    const figures = { models: [], cost: 0.0045, requests: 1 };
    const whole = joined(NOTHING_GATHERED, { ...of, figures: figuresWith(figures) });
    expect([whole.isPartial, texts(whole)]).toEqual([false, ""]);
    const booked = joined(NOTHING_GATHERED, { ...of, figures: figuresWith({ ...figures, unknown: 2, unread: 1 }) });
    expect(texts(booked)).toMatch(
      /saw 1 answer without usage and 2 requests to addresses that it doesn't know: if these/,
    );
    const time = "2026-11-29T00:00:00Z" as Instant;
    const { usage } = await priceUsage(booked, { startedAt: time, now: time }, {});
    const charged = chargeFor({ usage, billing: "metered" }, nanoUsd(1_000_000_000));
    expect(charged).toMatchObject({ quality: "estimated", cost: 4_500_000 });
  });

  it("says so if it has too many answers to compare", () => {
    const answers = { nameless: [], areTooMany: true };
    const booked = joined(files(line("claude-sonnet-4-5")), { ...read(line("claude-sonnet-4-5")), answers });
    expect(texts(booked)).toMatch(/too many answers to compare each/);
  });

  it("that went round it is booked from its files, with the likely cause", () => {
    const booked = joined(files(line("claude-sonnet-4-5")), read());
    expect(booked).toMatchObject({ lines: [{ model: "claude-sonnet-4-5" }], source: "claude-code" });
    expect(texts(booked)).toMatch(/without its meter seeing a request: it is booked from claude-code/);
  });

  it.each([
    ["saw nothing", read(), /saw no request/],
    ["was killed", { ...read(), isCutShort: true }, /ended before the run did/],
  ])("that %s and left no file stays unknown", (_, of, said) => {
    const booked = joined(NOTHING_GATHERED, of);
    expect(booked).toMatchObject({ lines: [], found: false });
    expect(texts(booked)).toMatch(said);
  });

  const refused = { ...figuresWith().refused, "over-cap": 2 };
  const refusal = { code: "over-cap", text: "token-budget ends this run: it spent $0 of the $0.01." } as const;
  it.each([
    [{ failed: { 401: 3 } }, "the provider gave 3 answers with the status 401."],
    [{ refused, refusal }, "the meter refused 2 requests (token-budget ends this run: it spent $0 of the $0.01)."],
    [{ failed: { 502: 1, 401: 1 }, refused, refusal }, /gave 1 answer with the status 401, 1 .*502; the meter refused/],
  ])("of which no request used anything is charged nothing, and says why: %j", async (facts, said) => {
    const figures = figuresWith(facts as Partial<MeterFigures>);
    const booked = joined(NOTHING_GATHERED, { ...read(), isFinal: true, figures });
    expect(texts(booked)).toMatch(/^Nothing is charged, for no request of this run used anything: /);
    expect(texts(booked)).toMatch(said);
    expect(texts(booked)).not.toMatch(/base address/);
    const time = "2026-11-29T00:00:00Z" as Instant;
    const { usage } = await priceUsage(booked, { startedAt: time, now: time }, {});
    expect(chargeFor({ usage, billing: "metered" }, nanoUsd(55_000_000)).cost).toBe(0);
    expect(releases({ usage, unsettled: "charge" })).toBe(true);
    // Before the meter's end more may come, and what is said beside it isn't known.
    expect(joined(NOTHING_GATHERED, { ...read(), figures }).isUnused).not.toBe(true);
    const more = { ...figures, unknown: 1 };
    expect(joined(NOTHING_GATHERED, { ...read(), isFinal: true, figures: more }).isUnused).not.toBe(true);
  });

  it("that was killed is charged as one that broke off", () => {
    expect(joined(NOTHING_GATHERED, { ...read(line("gpt-5", "openai")), isCutShort: true })).toMatchObject({
      found: true,
      cutShort: true,
    });
  });
});

describe("what a file says beside the meter", () => {
  const notes = (file: number, meter: number) =>
    comparisonNotes(
      {
        files: [line("claude-sonnet-4-5", "anthropic", file)],
        meter: [line("claude-sonnet-4-5", "anthropic", meter), line("gpt-5", "openai")],
      },
      "2026-11-29T00:00:00Z",
      {},
    );
  it.each([
    [100_000, 100_000, undefined],
    [100_900, 100_000, undefined],
    [110_000, 100_000, /meter counted \$0\.30\d* and the usage files report \$0\.33\d*.*didn't go through/],
    [50_000, 100_000, /files report \$0\.15\d*.*killed/],
  ])("%i tokens beside %i", async (file, meter, said) => {
    const [note] = await notes(file, meter);
    if (said === undefined) expect(note).toBeUndefined();
    else expect(note?.text).toMatch(said);
  });
});

it("nothing is said about answers that a file has under a name that the meter doesn't know", async () => {
  const alias = { files: [line("gateway-alias")], meter: [line("claude-sonnet-4-5")] };
  expect(await comparisonNotes(alias, "2026-11-29T00:00:00Z", {})).toEqual([]);
});

describe("two names of a model", () => {
  it.each([
    ["claude-sonnet-4-5", "anthropic", "claude-sonnet-4-5-20250929", "anthropic", true],
    ["claude-opus-4-6[1m]", "anthropic", "claude-opus-4-6", "anthropic", true],
    ["anthropic/claude-sonnet-4.5", "openrouter", "claude-sonnet-4-5", "anthropic", true],
    ["gpt-5", "openai", "gpt-5-mini", "openai", false],
    ["gpt-5", "openai", "gpt-5-2025-08-07", "", true],
    ["claude-haiku-4-5", "anthropic", "claude-sonnet-4-5", "anthropic", false],
    ["anthropic.claude-sonnet-4-5-20250929-v1:0", "aws", "claude-sonnet-4-5", "anthropic", false],
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", "aws", "anthropic.claude-sonnet-4-5-20250929-v1:0", "aws", true],
    ["claude-3-5-haiku-latest", "anthropic", "claude-3-5-haiku-20241022", "anthropic", true],
    ["claude-3-5-haiku-latest", "anthropic", "claude-3-5-sonnet-20241022", "anthropic", false],
    ["mistral-large-latest", "mistral", "mistral-large-2411", "mistral", true],
    ["anthropic/claude-sonnet-4.5", "openrouter", "anthropic/claude-4.5-sonnet-20250929", "openrouter", true],
    ["anthropic/claude-sonnet-4", "openrouter", "anthropic/claude-4.5-sonnet-20250929", "openrouter", false],
    ["", "", "gpt-5", "openai", true],
  ])("%s of %s and %s of %s: %s", (a, aProvider, b, bProvider, same) => {
    expect(isSameModel({ model: a, provider: aProvider }, { model: b, provider: bProvider })).toBe(same);
    expect(isSameModel({ model: b, provider: bProvider }, { model: a, provider: aProvider })).toBe(same);
  });
});
