import { describe, expect, it } from "vitest";
import {
  codexArguments,
  codexBaseUrl,
  withMeterInCodex,
  withoutMeterInCodex,
} from "../../../src/commands/meter/codex-config.ts";
import { withKeyInGemini } from "../../../src/commands/meter/gemini-defaults.ts";
import { withMeterInOpencode } from "../../../src/commands/meter/opencode-config.ts";
import { meterPlan } from "../../../src/commands/meter/plan.ts";
import { forwardingOf, pointedVariables, responsesBase } from "../../../src/commands/meter/pointing.ts";
import { meterTermsOf } from "../../../src/inputs/meter-terms.ts";

const ORIGIN = "http://127.0.0.1:4711/0123456789abcdefghijklmn";
const HOSTS = ["gateway.example.com", "http://10.0.0.5:8080"];
const pointed = (env: Record<string, string> = {}, forward = forwardingOf(env, HOSTS).forward) =>
  pointedVariables(env, { origin: ORIGIN }, { forward, liveFile: "/temp/meter-1.json" });

describe("the variables of a metered run", () => {
  it("lead every client to the meter, with the version where its base address has one", () => {
    expect(pointed()).toMatchObject({
      ANTHROPIC_BASE_URL: `${ORIGIN}/anthropic`,
      ANTHROPIC_API_BASE: `${ORIGIN}/anthropic`,
      OPENAI_BASE_URL: `${ORIGIN}/openai/v1`,
      OPENAI_API_BASE: `${ORIGIN}/openai/v1`,
      OPENROUTER_BASE_URL: `${ORIGIN}/openrouter/v1`,
      GOOGLE_GEMINI_BASE_URL: `${ORIGIN}/gemini`,
      CODE_ASSIST_ENDPOINT: `${ORIGIN}/code-assist`,
      TOKEN_BUDGET_METER_FILE: "/temp/meter-1.json",
    });
  });

  it("keep what Claude Code turns off behind a strange host, unless the job says otherwise, and give it no token", () => {
    expect(pointed()).toMatchObject({ ENABLE_TOOL_SEARCH: "true", CLAUDE_CODE_GATEWAY_HINT_HEADERS: "1" });
    expect(pointed({ ENABLE_TOOL_SEARCH: "auto" })).not.toHaveProperty("ENABLE_TOOL_SEARCH");
    expect(pointed()).not.toHaveProperty("ANTHROPIC_AUTH_TOKEN");
  });

  it.each([
    [{}, "127.0.0.1,localhost"],
    [{ NO_PROXY: "a.example, b.example" }, "a.example,b.example,127.0.0.1,localhost"],
    [{ NO_PROXY: "a", no_proxy: "localhost,b" }, "localhost,b,127.0.0.1"],
  ])("keep %o from carrying them", (env, wanted) => {
    expect(pointed(env)).toMatchObject({ NO_PROXY: wanted, no_proxy: wanted });
  });

  it("point Copilot's own key only where one is used, and Bedrock only with a bearer token", () => {
    expect(pointed()).not.toHaveProperty("COPILOT_PROVIDER_BASE_URL");
    const copilot = { COPILOT_PROVIDER_BASE_URL: "https://api.openai.com/v1" };
    expect(forwardingOf(copilot, []).forward).toEqual({ "copilot-provider": "https://api.openai.com/v1" });
    expect(pointed(copilot)["COPILOT_PROVIDER_BASE_URL"]).toBe(`${ORIGIN}/copilot-provider`);
    expect(pointed()).not.toHaveProperty("AWS_ENDPOINT_URL_BEDROCK_RUNTIME");
    const bedrock = { AWS_BEARER_TOKEN_BEDROCK: "key", AWS_REGION: "eu-west-1" };
    expect(forwardingOf(bedrock, []).forward).toEqual({ bedrock: "https://bedrock-runtime.eu-west-1.amazonaws.com" });
    expect(pointed(bedrock)["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"]).toBe(`${ORIGIN}/bedrock`);
  });
});

describe("a base address that is set already", () => {
  it("is where the meter forwards to if the policy has its host", () => {
    const env = {
      ANTHROPIC_BASE_URL: "https://gateway.example.com/anthropic/",
      OPENAI_BASE_URL: "http://10.0.0.5:8080",
    };
    const { forward, refused } = forwardingOf(env, HOSTS);
    expect(forward).toEqual({ anthropic: "https://gateway.example.com/anthropic", openai: "http://10.0.0.5:8080" });
    expect(refused).toEqual([]);
    // That base has no version: its client adds none.
    expect(pointed(env)["OPENAI_BASE_URL"]).toBe(`${ORIGIN}/openai`);
    expect(responsesBase({ origin: ORIGIN }, forward)).toBe(`${ORIGIN}/openai`);
  });

  it.each([
    [{ ANTHROPIC_BASE_URL: "https://elsewhere.example" }, "ANTHROPIC_BASE_URL", "elsewhere.example"],
    [{ OPENAI_API_BASE: "http://gateway.example.com/v1" }, "OPENAI_API_BASE", "http://gateway.example.com"],
    [
      { OPENCODE_CONFIG_CONTENT: '{"provider":{"openai":{"options":{"baseURL":"https://o.example/v1"}}}}' },
      "OPENCODE_CONFIG_CONTENT",
      "o.example",
    ],
  ])("in %o is refused if the policy doesn't have it like that", (env, name, host) => {
    expect(forwardingOf(env, HOSTS).refused).toEqual([{ name, host }]);
  });

  it.each([
    [{ ANTHROPIC_BASE_URL: "http://user:s3cret@10.0.0.5:8080" }, /user name or a password/],
    [{ ANTHROPIC_BASE_URL: "https://key@api.anthropic.com" }, /user name or a password/],
    [{ OPENAI_BASE_URL: "http://169.254.169.254/v1" }, /169\.254\.169\.254, an address of the machine's own link/],
  ])("in %o is bad input, whose password isn't repeated", (env, why) => {
    const { unusable, forward } = forwardingOf(env, [...HOSTS, "http://169.254.169.254"]);
    expect([unusable, forward]).toEqual([[{ name: Object.keys(env)[0], why: expect.stringMatching(why) }], {}]);
    expect(JSON.stringify(unusable)).not.toMatch(/s3cret|key@/);
    const of = { hold: "h", amount: null, isFixed: false, model: undefined, tags: {}, billing: "metered" } as const;
    const sources = { terms: meterTermsOf({}, { "meter-hosts": HOSTS }), prices: {}, models: [], env, configured: [] };
    expect(() => meterPlan(of, sources)).toThrow(expect.objectContaining({ code: "bad-input" }));
  });

  it("loses a query, with a warning", () => {
    const { forward, notes } = forwardingOf(
      { OPENAI_BASE_URL: "https://gateway.example.com/v1/?api-version=1" },
      HOSTS,
    );
    expect(forward).toEqual({ openai: "https://gateway.example.com/v1" });
    expect(notes).toMatchObject([{ level: "warning", text: expect.stringMatching(/^OPENAI_BASE_URL has a query/) }]);
  });

  it("of a provider itself changes nothing, and neither does text that is no address", () => {
    const env = { ANTHROPIC_BASE_URL: "https://api.anthropic.com", OPENAI_BASE_URL: "" };
    expect(forwardingOf(env, [])).toEqual({ forward: {}, refused: [], unusable: [], notes: [] });
  });

  it("in Codex's configuration counts as well, and a second one for the same provider is named", () => {
    const configured = [{ name: "Codex", word: "openai" as const, address: "https://gateway.example.com/v1" }];
    const { forward, notes } = forwardingOf({ OPENAI_BASE_URL: "http://10.0.0.5:8080/v1" }, HOSTS, configured);
    expect(forward.openai).toBe("http://10.0.0.5:8080/v1");
    expect(notes[0]?.text).toMatch(/^Codex names another address/);
  });

  it("of an earlier meter in the job leads to where that one forwards", () => {
    const env = {
      ANTHROPIC_BASE_URL: `${ORIGIN}/anthropic`,
      OPENAI_BASE_URL: `${ORIGIN}/openai/v1`,
      TOKEN_BUDGET_METER_FORWARD: '{"anthropic":"https://gateway.example.com"}',
    };
    expect(forwardingOf(env, HOSTS)).toMatchObject({
      forward: { anthropic: "https://gateway.example.com" },
      refused: [],
    });
    expect(forwardingOf(env, []).refused).toMatchObject([{ host: "gateway.example.com" }]);
  });
});

describe("Codex's config.toml", () => {
  it.each([
    ["", ""],
    ["no table", 'model = "gpt-5"\n'],
    ["tables", 'model = "gpt-5"\n\n[profiles.a]\nopenai_base_url = "x"\n'],
    [
      "a base address",
      'openai_base_url = "https://gateway.example.com/v1"\nmodel = "gpt-5"\n[mcp_servers.a]\nurl = "y"\n',
    ],
  ])("with %s gets the address at its top, and is byte for byte as before afterwards", (_, text) => {
    const pointedText = withMeterInCodex(text, `${ORIGIN}/openai/v1`);
    const [, line] = pointedText.split("\n");
    expect(line).toBe(`openai_base_url = "${ORIGIN}/openai/v1"`);
    expect(pointedText.split("\n").filter((one) => /^openai_base_url/.test(one)).length).toBe(
      /\[profiles/.test(text) ? 2 : 1,
    );
    expect(withoutMeterInCodex(pointedText)).toBe(text);
    expect(withMeterInCodex(pointedText, `${ORIGIN}/openai/v1`)).toBe(pointedText);
  });

  it("keeps what was changed in it meanwhile", () => {
    const text = `${withMeterInCodex('model = "a"\n', ORIGIN)}[projects."/w"]\ntrust_level = "trusted"\n`;
    expect(withoutMeterInCodex(text)).toBe('model = "a"\n[projects."/w"]\ntrust_level = "trusted"\n');
  });

  it("names its own base address, and not that of a table", () => {
    expect(codexBaseUrl("openai_base_url = 'https://a.example'\n")).toBe("https://a.example");
    expect(codexBaseUrl('[a]\nopenai_base_url = "https://a.example"\n')).toBeUndefined();
    expect(codexArguments("http://m")).toEqual(["-c", 'openai_base_url="http://m"']);
  });
});

describe("configurations that are merged", () => {
  it("keep all else of opencode's", () => {
    const before = '{"model":"anthropic/x","provider":{"anthropic":{"options":{"apiKey":"k"}},"local":{"npm":"p"}}}';
    const after = JSON.parse(withMeterInOpencode(before, ORIGIN));
    expect(after).toMatchObject({
      model: "anthropic/x",
      provider: {
        anthropic: { options: { apiKey: "k", baseURL: `${ORIGIN}/anthropic/v1` } },
        google: { options: { baseURL: `${ORIGIN}/gemini/v1beta` } },
        local: { npm: "p" },
      },
    });
    expect(JSON.parse(withMeterInOpencode("not JSON", ORIGIN)).provider.openai.options.baseURL).toBe(
      `${ORIGIN}/openai/v1`,
    );
  });

  it("choose Gemini CLI's key only where nothing else is chosen", () => {
    expect(JSON.parse(withKeyInGemini(undefined))).toEqual({ security: { auth: { selectedType: "gemini-api-key" } } });
    const chosen = '{"theme":"a","security":{"auth":{"selectedType":"vertex-ai"}}}';
    expect(JSON.parse(withKeyInGemini(chosen))).toEqual(JSON.parse(chosen));
  });
});
