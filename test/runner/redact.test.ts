import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactor } from "../../src/runner/redact.ts";

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
