import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactor } from "../../../src/edges/machine/redact.ts";

const TOKEN = "ghs_16C7e42F292c6912E7710c838347Ae178B4a";
const WEBHOOK = "https://discord.com/api/webhooks/123456789/Xy-9_abcdefghijklmnopqrstuvwxyz0123456789?thread_id=5";

describe("redacting", () => {
  const redact = redactor([TOKEN, WEBHOOK, 'pa"ss\\wörd+/=']);

  it.each([
    ["as it is", TOKEN],
    ["in the middle of a word", `x${TOKEN}y`],
    ["several times", `${TOKEN} ${TOKEN}`],
    ["in a URL", encodeURIComponent('pa"ss\\wörd+/=')],
    ["in JSON", JSON.stringify('pa"ss\\wörd+/=')],
    ["in base64", Buffer.from(TOKEN).toString("base64")],
    ["in an Authorization header", `Basic ${Buffer.from(`x-access-token:${TOKEN}`).toString("base64")}`],
    ["in base64 with one letter before", Buffer.from(`a${TOKEN}b`).toString("base64")],
    ["in base64url", Buffer.from(`ab${TOKEN}ü`).toString("base64url")],
  ])("takes a secret out %s", (_, text) => {
    const left = redact(text);
    expect(left).toContain("***");
    for (const secret of [TOKEN, 'pa"ss']) expect(left).not.toContain(secret);
    expect(left).not.toContain(Buffer.from(TOKEN.slice(3, 30)).toString("base64").slice(4, 20));
  });

  it("takes out of an address what would still let somebody in", () => {
    const left = redact(`POST /api/webhooks/123456789/Xy-9_abcdefghijklmnopqrstuvwxyz0123456789 failed; ${WEBHOOK}`);
    expect(left).not.toContain("Xy-9_");
    expect(redact("https://discord.com is down")).toBe("https://discord.com is down");
  });

  it.each([
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "ghs_16C7e42F292c6912E7710c838347Ae178B4a",
    "github_pat_11ABCDEFG0123456789_abcdefghijklmnop",
    "sk-ant-api03-abcdefghijklmnopqrstuvwxyz",
    "sk-proj-abcdefghijklmnopqrstuvwxyz0123",
    "xai-abcdefghijklmnopqrstuvwxyz0123456789",
    `AIza${"Sy".repeat(17)}x`,
    "AKIAABCDEFGHIJKLMNOP",
    "xoxb-123456789012-abcdefghij",
    "glpat-abcdefghijklmnopqrst",
    `hf_${"a1".repeat(17)}`,
    `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${"x".repeat(43)}`,
    `123456789/${"Xy-9_".repeat(8)}`,
  ])("takes out what has the form of a key, whoever it belongs to: %s", (key) => {
    const known = redactor([]);
    const told = key.includes("/") ? `https://discord.com/api/webhooks/${key}` : key;
    for (const text of [told, `model ${told}, again`, `"${told}"`, `a%3A${told}`])
      expect(known(text)).not.toContain(key);
  });

  it.each([
    "claude-sonnet-4-5-20250929",
    "gpt-5.1-codex-max-2026-01-15-high",
    "the task-abcdefghijklmnopqrstuvwxyz0123",
    "risk-adjusted-estimates-of-everything",
    "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "1111111111111111111111111111111111111111",
  ])("leaves a name that is no key alone: %s", (name) => {
    expect(redactor([])(name)).toBe(name);
  });

  it("leaves other text alone, and empty or tiny secrets be", () => {
    expect(redactor(["", "a", " "])("a banana")).toBe("a banana");
    expect(redact("spent $5.23 of $15.00")).toBe("spent $5.23 of $15.00");
  });

  it("leaves nothing of any secret, whatever stands around it", () => {
    const secret = fc
      .string({ minLength: 8, maxLength: 60, unit: "grapheme-ascii" })
      .filter((text) => text.trim() === text);
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (word, before, after) => {
        fc.pre(!word.includes("*"));
        const clean = redactor([word]);
        expect(clean(before + word + after)).not.toContain(word);
        expect(clean(encodeURIComponent(word))).toBe("***");
        const encoded = Buffer.from(before + word + after).toString("base64");
        const inner = Buffer.from(word).toString("base64");
        if (Buffer.byteLength(before) % 3 === 0) expect(clean(encoded)).not.toContain(inner.replace(/..?.?=*$/, ""));
      }),
    );
  });
});
