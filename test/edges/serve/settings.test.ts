import { describe, expect, it } from "vitest";
import { givenToken, isFromUs, strangerAt, unauthorized } from "../../../src/edges/serve/guard.ts";
import { type ServeSettings, serveSettings } from "../../../src/edges/serve/settings.ts";
import type { InputsOf } from "../../../src/inputs/commands/table.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const settings = (inputs: Partial<InputsOf<"serve">> = {}, token: string | undefined = undefined): ServeSettings =>
  serveSettings({ command: "serve", ...inputs }, token === undefined ? {} : { TOKEN_BUDGET_SERVE_TOKEN: token });
const header = (headers: Readonly<Record<string, string>>) => (name: string) => headers[name];

describe("a server's settings", () => {
  it("are this machine's alone unless something else is said", () => {
    expect(settings()).toEqual({
      ...{ host: "127.0.0.1", port: 8484, isBehindTls: false, names: [], token: undefined },
      ...{ takesGitHubTokens: true, freshMs: 1_000 },
    });
    expect(settings({ repository: "o/r" }).freshMs).toBe(10_000);
    expect(settings({ repository: "o/r", interval: 30 }).freshMs).toBe(30_000);
    const database = { TOKEN_BUDGET_DATABASE_URL: "postgresql://reader@127.0.0.1/budget" };
    expect(serveSettings({ command: "serve", repository: "o/r" }, database).freshMs).toBe(1_000);
  });

  it.each<readonly [string, Partial<InputsOf<"serve">>]>([
    ["another address", { host: "0.0.0.0" }],
    ["a name", { host: "server.example" }],
    ["all of IPv6", { host: "::" }],
    ["a proxy in front", { behindTls: true }],
  ])("need a token where others could read: %s", (_, inputs) => {
    expect(() => settings(inputs)).toThrow(/set TOKEN_BUDGET_SERVE_TOKEN, such as one from: openssl rand/);
    expect(settings(inputs, TOKEN).token).toBe(TOKEN);
  });

  it.each(["short", "with a space in the middle", "umlaut-ü-0123456789"])("refuse the token %o", (token) => {
    const wrong = () => settings({}, token);
    expect(wrong).toThrow(/TOKEN_BUDGET_SERVE_TOKEN must/);
    expect(wrong).not.toThrow(token);
  });

  it("take GitHub tokens without leaving the machine, or by TLS", () => {
    const takes = (inputs: Partial<InputsOf<"serve">>) => settings(inputs, TOKEN).takesGitHubTokens;
    expect([{}, { host: "::1" }, { host: "0.0.0.0", behindTls: true }, { host: "0.0.0.0" }].map(takes)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

describe("a request", () => {
  const plain = settings();
  const proxied = settings(
    { host: "0.0.0.0", behindTls: true, publicName: ["Budget.Example.com", "metrics.internal"] },
    TOKEN,
  );

  it.each<readonly [string, ServeSettings, string | undefined]>([
    ["localhost:8484", plain, undefined],
    ["LOCALHOST", plain, undefined],
    ["127.0.0.1:8484", plain, undefined],
    ["[::1]:8484", plain, undefined],
    ["10.0.0.7:8484", proxied, undefined],
    ["budget.example.com", proxied, undefined],
    ["metrics.internal:8484", proxied, undefined],
    ["budget.example.com", plain, "wrong-host"],
    ["evil.example:8484", plain, "wrong-host"],
    ["127.0.0.1.evil.example", plain, "wrong-host"],
    ["localhost.evil.example", proxied, "wrong-host"],
    ["user@localhost", plain, "wrong-host"],
    ["", plain, "wrong-host"],
  ])("for the host %o", (host, of, error) => {
    expect(strangerAt(header({ host }), of)?.error).toBe(error);
  });

  it.each<readonly [string, string, ServeSettings, boolean]>([
    ["127.0.0.1:8484", "http://127.0.0.1:8484", plain, true],
    ["localhost:8484", "http://localhost:8484", plain, true],
    ["127.0.0.1:8484", "http://localhost:8484", plain, false],
    ["127.0.0.1:8484", "http://127.0.0.1:9000", plain, false],
    ["127.0.0.1:8484", "https://127.0.0.1:8484", plain, false],
    ["127.0.0.1:8484", "null", plain, false],
    ["127.0.0.1:8484", "http://evil.example", plain, false],
    ["budget.example.com", "https://budget.example.com", proxied, true],
    ["10.0.0.7:8484", "https://budget.example.com", proxied, true],
    ["budget.example.com", "http://budget.example.com", proxied, false],
  ])("to %s from a page of %s", (host, origin, of, isOurs) => {
    expect(strangerAt(header({ host, origin }), of)?.error).toBe(isOurs ? undefined : "wrong-origin");
    expect(isFromUs(header({ host, origin }), of)).toBe(isOurs);
  });

  it("without an origin is no page's, and may read but not write", () => {
    expect(strangerAt(header({ host: "localhost" }), plain)).toBeUndefined();
    expect(isFromUs(header({ host: "localhost" }), plain)).toBe(false);
  });

  it.each<readonly [string | undefined, boolean]>([
    [undefined, false],
    ["", false],
    ["Bearer", false],
    [`Bearer ${TOKEN}`, true],
    [`bearer  ${TOKEN}`, true],
    [`Bearer ${TOKEN}x`, false],
    [`Bearer ${TOKEN.slice(0, -1)}`, false],
    [`Basic ${Buffer.from(`anyone:${TOKEN}`).toString("base64")}`, true],
    [`Basic ${Buffer.from(`:${TOKEN}`).toString("base64")}`, true],
    [`Basic ${Buffer.from(TOKEN).toString("base64")}`, false],
    [`Token ${TOKEN}`, false],
  ])("with the authorization %o", (authorization, mayRead) => {
    const refusal = unauthorized(header(authorization === undefined ? {} : { authorization }), proxied);
    expect(refusal?.status).toBe(mayRead ? undefined : 401);
    expect(JSON.stringify(refusal ?? {})).not.toContain(TOKEN.slice(0, -1));
  });

  it("needs no token on a machine that has none", () => {
    expect(unauthorized(header({}), plain)).toBeUndefined();
  });

  it("may have a password with colons", () => {
    expect(givenToken(`Basic ${Buffer.from("me:a:b").toString("base64")}`)).toBe("a:b");
  });
});
