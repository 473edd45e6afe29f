import { describe, expect, it } from "vitest";
import { holdInEnvironment, rawInputs, savedState, secretsInEnvironment } from "../../src/runner/inputs.ts";

describe("the environment", () => {
  it("holds the inputs that were given, trimmed", () => {
    const env = {
      INPUT_COMMAND: "check",
      "INPUT_MONTHLY-BUDGET": " 15 ",
      INPUT_PATH: "",
      INPUT_OTHER: "x",
      PATH: "/bin",
    };
    expect(rawInputs(env)).toEqual({ command: "check", "monthly-budget": "15" });
  });

  it("holds what main kept for post", () => {
    expect(savedState({ STATE_hold: "h1" }, "hold")).toBe("h1");
    expect(savedState({ STATE_hold: "" }, "hold")).toBeUndefined();
  });

  it.each([
    ["h1", "h1"],
    [" h1\n", "h1"],
    ["", undefined],
    ["a b", undefined],
    ["x".repeat(200), undefined],
  ])("holds the hold %j as %j", (value, expected) => {
    expect(holdInEnvironment({ TOKEN_BUDGET_HOLD: value })).toBe(expected);
  });

  it("holds the terminal's secrets", () => {
    expect(secretsInEnvironment({ GITHUB_TOKEN: "", GH_TOKEN: "t" })).toEqual({ githubToken: "t" });
    expect(secretsInEnvironment({ GITHUB_TOKEN: "a", GH_TOKEN: "b", DISCORD_WEBHOOK: "w" })).toEqual({
      githubToken: "a",
      discordWebhook: "w",
    });
  });
});
