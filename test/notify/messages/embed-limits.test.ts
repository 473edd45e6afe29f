import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALL_KINDS } from "../../../src/books/notify-keys.ts";
import { renderComplete } from "../../../src/notify/messages/chatter.ts";
import { deliverablesOf } from "../../../src/notify/messages/digest.ts";
import { EMBED_LIMITS, type Embed, embedOf, field, sizeOf } from "../../../src/notify/messages/embed.ts";
import { renderMessage } from "../../../src/notify/messages/embeds.ts";
import { countOf } from "../../support/pace/pace.ts";
import { FACTS } from "../facts.ts";

function expectWithinLimits(embed: Embed): void {
  const texts: [string, number][] = [[embed.title, EMBED_LIMITS.title]];
  if (embed.description !== undefined) texts.push([embed.description, EMBED_LIMITS.description]);
  if (embed.footer !== undefined) texts.push([embed.footer.text, EMBED_LIMITS.footer]);
  for (const { name, value } of embed.fields ?? []) texts.push([name, EMBED_LIMITS.name], [value, EMBED_LIMITS.value]);
  for (const [text, limit] of texts) {
    expect(text.trim()).not.toBe("");
    expect(text.length).toBeLessThanOrEqual(limit);
  }
  expect((embed.fields ?? []).length).toBeLessThanOrEqual(EMBED_LIMITS.fields);
  expect(sizeOf(embed)).toBeLessThanOrEqual(EMBED_LIMITS.total);
  expect(sizeOf(embed)).toBe(texts.reduce((sum, [text]) => sum + text.length, 0));
  if (embed.url !== undefined) expect(embed.url).toMatch(/^https?:\/\//);
  if (embed.timestamp !== undefined) expect(embed.timestamp).toBe(new Date(embed.timestamp).toISOString());
}

/** Text as an enemy writes it: markdown, mentions, control characters, up to ten thousand of them. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.constantFrom(
    "",
    "@everyone",
    "\n\n",
    "\u0000",
    "[x](https://evil.example)",
    "*".repeat(10_000),
    "👩‍💻".repeat(3000),
  ),
);

const junk = fc.oneof(hostile, fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(-1, 1e300, 0.5, null));

const message = fc.constantFrom(...ALL_KINDS).chain((kind) => {
  const facts = FACTS[kind] as unknown as Record<string, unknown>;
  const replaced = fc.dictionary(fc.constantFrom("page", ...Object.keys(facts)), junk, { maxKeys: 3 });
  return fc.record({
    id: fc.uuid(),
    kind: fc.constant(kind),
    facts: replaced.map((others): Record<string, unknown> => ({ ...facts, ...others })),
    queued_at: fc.constantFrom("2026-02-14T10:07:31Z", "2026-12-31T23:59:59.5Z"),
  });
});

describe("Discord's limits", () => {
  it("hold for every message, whatever its facts have become", () => {
    fc.assert(
      fc.property(message, hostile, (queued, name) => expectWithinLimits(renderMessage(queued, { name }))),
      { numRuns: countOf("manyCases") },
    );
  });

  it("hold for names, reasons, actors and models of ten thousand characters of markdown", () => {
    fc.assert(
      fc.property(hostile, hostile, (text, name) => {
        const origin = { health: "red", repository: text, url: text, page: `https://o.example/${text}` };
        const models = Array.from({ length: 8 }, () => ({ model: text, cost: 1 }));
        const queued_at = "2026-02-14T10:07:31Z";
        const wording = { name };
        for (const embed of [
          renderMessage(
            { kind: "reset", facts: { ...FACTS.reset, ...origin, actor: text, reason: text }, queued_at },
            wording,
          ),
          renderMessage({ kind: "recap", facts: { ...FACTS.recap, ...origin, models }, queued_at }, wording),
          renderMessage({ kind: "warning", facts: { ...FACTS.warning, ...origin, text }, queued_at }, wording),
          renderComplete(
            { health: "red", repository: text, url: text, execution: 1, cost: 1, pr: text, remaining: -1 },
            { name, at: text },
          ),
        ]) {
          expectWithinLimits(embed);
          expect(JSON.stringify(embed)).not.toContain("@everyone");
        }
      }),
    );
  });

  it("hold for an embed of thirty fields that are all too long", () => {
    const fields = Array.from({ length: 30 }, () => field("n".repeat(300), "v".repeat(2000)));
    const embed = embedOf({ title: "t".repeat(300), description: "d".repeat(5000), fields }, {}, "");
    expectWithinLimits(embed);
    expect(sizeOf(embed)).toBeGreaterThan(5700);
  });

  it("hold for the digest of any number of messages", () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 200 }), (messages) => {
        const items = deliverablesOf(messages, { name: "AI Orchestration" });
        expect(items.length).toBeLessThanOrEqual(10);
        expect(items.flatMap(({ ids }) => ids)).toEqual(messages.map(({ id }) => id));
        for (const { embed } of items) expectWithinLimits(embed);
      }),
      { numRuns: countOf("fewCases") },
    );
  });
});
