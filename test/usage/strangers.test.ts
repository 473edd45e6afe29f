import { describe, expect, it } from "vitest";
import { readUsage } from "../../src/usage/read-usage.ts";

const lines = (...objects: readonly object[]) => objects.map((object) => JSON.stringify(object)).join("\n");
const usage = { input_tokens: 900, cache_creation_input_tokens: 0, cache_read_input_tokens: 700, output_tokens: 50 };
const answer = { role: "assistant", type: "message", content: [{ type: "text", text: "Done." }], usage };

describe("tools that write what looks like Claude Code's output", () => {
  it.each([
    [
      "Amp",
      /comes from Amp/,
      lines(
        { type: "system", subtype: "init", session_id: "T-0a0b0c0d-1111-4222", tools: ["Bash"], mcp_servers: [] },
        { type: "assistant", session_id: "T-0a0b0c0d-1111-4222", message: answer },
        {
          type: "result",
          subtype: "success",
          num_turns: 1,
          result: "Done.",
          session_id: "T-0a0b0c0d-1111-4222",
          usage,
        },
      ),
    ],
    [
      "Droid",
      /comes from Droid/,
      lines(
        { type: "system", subtype: "init", session_id: "d-1", tools: ["Read"], model: "claude-opus-4-8" },
        { type: "message", role: "assistant", text: "Done.", session_id: "d-1" },
        { type: "completion", finalText: "Done.", numTurns: 1, session_id: "d-1", usage },
      ),
    ],
    [
      "Droid's single object",
      /isn't usage in a supported format/,
      lines({ type: "result", subtype: "success", num_turns: 1, result: "Done.", session_id: "d-1", usage }),
    ],
    [
      "Qoder CLI",
      /comes from qodercli/,
      lines(
        { type: "system", subtype: "init", qodercli_version: "0.2.6", session_id: "q-1", tools: [], mcp_servers: [] },
        { type: "assistant", session_id: "q-1", message: { ...answer, model: "auto" } },
        { type: "result", subtype: "success", session_id: "q-1", num_turns: 1, total_cost_usd: 0, usage },
      ),
    ],
    [
      "Auggie",
      /isn't usage in a supported format/,
      lines({ type: "result", result: "Done.", is_error: false, subtype: "success", session_id: "a-1", num_turns: 1 }),
    ],
    [
      "a total with what was cached beside the input",
      /isn't usage in a supported format/,
      lines({ type: "result", subtype: "success", num_turns: 1, usage: { ...usage, total_tokens: 1_650 } }),
    ],
    [
      "iFlow CLI",
      /isn't usage in a supported format/,
      lines({ "session-id": "i-1", assistantRounds: 1, tokenUsage: { input: 900, output: 50, total: 950 } }),
    ],
    ["Kimi CLI", /isn't usage in a supported format/, lines({ role: "assistant", content: "Done." })],
  ])("%s: is refused, never taken for it", (_, said, text) => {
    expect(() => readUsage(text)).toThrow(
      expect.objectContaining({ code: "unrecognised", message: expect.stringMatching(said) }),
    );
  });

  it("leave Claude Code itself alone, of old versions, too", () => {
    const old = lines(
      { type: "system", subtype: "init", session_id: "c-1", tools: ["Bash"], mcp_servers: [] },
      { type: "assistant", session_id: "c-1", message: { ...answer, id: "m", model: "claude-sonnet-4-5" } },
    );
    expect(readUsage(old)).toMatchObject({ format: "claude-code", complete: false, lines: [{ input: 1_600 }] });
  });
});
