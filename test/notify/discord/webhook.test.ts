import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseWebhook, redact } from "../../../src/notify/discord/webhook.ts";

const TOKEN = "s3cr3t-T0ken_with-all-of-it";
const PATH = `/api/webhooks/123456789012345678/${TOKEN}`;
const LOOPBACK = "http://127.0.0.1:4020";

describe("a webhook's address", () => {
  it.each([
    `https://discord.com${PATH}`,
    `https://discordapp.com${PATH}`,
    `https://ptb.discord.com${PATH}`,
    `https://canary.discord.com${PATH}`,
    `https://discord.com/api/v10/webhooks/123456789012345678/${TOKEN}`,
  ])("%s is Discord's", (url) => {
    expect(parseWebhook(` ${url}\n`)).toMatchObject({ url, id: "123456789012345678", token: TOKEN, thread_id: null });
  });

  it("keeps the thread and drops every other key", () => {
    expect(parseWebhook(`https://discord.com${PATH}?wait=false&thread_id=42&x=%40`)).toMatchObject({
      url: `https://discord.com${PATH}?thread_id=42`,
      thread_id: "42",
    });
  });

  it.each([
    "",
    "https://discord.com",
    `http://discord.com${PATH}`,
    `https://discord.com:444${PATH}`,
    `https://evil.example${PATH}`,
    `https://discord.com.evil.example${PATH}`,
    `https://evil.example/?https://discord.com${PATH}`,
    `https://evil.example#https://discord.com${PATH}`,
    `https://user@discord.com${PATH}`,
    `https://discord.com@evil.example${PATH}`,
    `https://discord.com\\@evil.example${PATH}`,
    `https://discord.com${PATH}/github`,
    `https://discord.com${PATH}/slack`,
    `https://discord.com${PATH}#x`,
    `https://discord.com${PATH}?thread_id=abc`,
    `https://discord.com/api/../api/webhooks/1/${TOKEN}`,
    `https://discord.com/api/webhooks/abc/${TOKEN}`,
    "https://discord.com/api/webhooks/123456789012345678/",
    `https://discord.com/webhooks/123456789012345678/${TOKEN}`,
    `https://discord.com${PATH}\nhttps://evil.example`,
    `${LOOPBACK}${PATH}`,
  ])("%j is refused without being shown", (text) => {
    expect(() => parseWebhook(text)).toThrow(expect.objectContaining({ code: "bad-input" }));
    expect(messageOf(text)).not.toMatch(/https?:|s3cr3t|1234|evil|discord\.com|api/);
  });

  it("may be on loopback only where the test's origin says exactly that", () => {
    expect(parseWebhook(`${LOOPBACK}${PATH}`, { testOrigin: LOOPBACK }).origin).toBe(LOOPBACK);
    for (const testOrigin of ["http://127.0.0.1:4021", `${LOOPBACK}/`, "http://localhost:4020", ""]) {
      expect(() => parseWebhook(`${LOOPBACK}${PATH}`, { testOrigin })).toThrow();
    }
    expect(() => parseWebhook(`https://evil.example${PATH}`, { testOrigin: "https://evil.example" })).toThrow();
  });

  it("is refused with the same words whatever it was", () => {
    const words = messageOf("x");
    fc.assert(fc.property(fc.string(), (text) => messageOf(text) === words));
  });

  it("is taken out of any text", () => {
    const webhook = parseWebhook(`https://discord.com${PATH}?thread_id=42`);
    const text = redact(`POST ${webhook.url} and ${PATH} and ${TOKEN} and 123456789012345678`, webhook);
    expect(text).not.toMatch(/s3cr3t|123456/);
  });
});

function messageOf(text: string): string {
  try {
    parseWebhook(text);
    return "taken";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}
