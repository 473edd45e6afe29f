import { describe, expect, it } from "vitest";
import {
  HOLD_VARIABLE,
  holdInEnvironment,
  jobHoldText,
  rawInputs,
  SETTLED_VARIABLE,
  savedState,
  secretsInEnvironment,
  TRIED_VARIABLE,
} from "../../../src/edges/action/inputs.ts";

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

  it("holds an input that was given and is empty, where that says something", () => {
    expect(rawInputs({ "INPUT_AGENT-OUTCOME": "\n\n", INPUT_PATH: "\n" })).toEqual({ "agent-outcome": "" });
    expect(rawInputs({ INPUT_PATH: "" })).toEqual({});
  });

  it("holds what main kept for post", () => {
    expect(savedState({ STATE_hold: "h1" }, "hold")).toBe("h1");
    expect(savedState({ STATE_hold: "" }, "hold")).toBeUndefined();
  });

  it.each([
    [jobHoldText("h1", "o/r@token-budget:token_budget.json"), "h1"],
    [jobHoldText("h1", "o/other@token-budget:token_budget.json"), undefined],
    ["h1", undefined],
    ["", undefined],
    [jobHoldText("x".repeat(200), "o/r@token-budget:token_budget.json"), undefined],
  ])("holds the job's hold %j of these books as %j", (value, expected) => {
    const books = "o/r@token-budget:token_budget.json";
    for (const variable of [HOLD_VARIABLE, TRIED_VARIABLE, SETTLED_VARIABLE] as const) {
      expect(holdInEnvironment({ [variable]: value }, variable, books)).toBe(expected);
    }
  });

  it("holds the terminal's secrets", () => {
    expect(secretsInEnvironment({ GITHUB_TOKEN: "", GH_TOKEN: "t" })).toEqual({ githubToken: "t" });
    expect(secretsInEnvironment({ GITHUB_TOKEN: "a", GH_TOKEN: "b", DISCORD_WEBHOOK: "w" })).toEqual({
      githubToken: "a",
      discordWebhook: "w",
    });
  });
});
