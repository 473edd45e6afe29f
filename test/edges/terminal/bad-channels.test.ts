import { describe, expect, it } from "vitest";
import { emptyFolder } from "../../support/runner/action.ts";
import { terminalAt } from "./in-source.ts";

const SECRET = "abcdefghijklmnopqrst";

describe.each([
  ["a line of the channels", { TOKEN_BUDGET_CHANNELS: `ops=https://127.0.0.1/x ${SECRET}` }],
  ["a webhook of another host", { DISCORD_WEBHOOK: `https://evil.example/${SECRET}` }],
])("%s that can't be used", (_, env) => {
  it.each([
    [["record", "--cost", "0.1"], 0.1],
    [["release"], 0],
  ])("is a warning for %j, which books without a message", async ([command = "", ...args], spent) => {
    const folder = emptyFolder("books");
    await terminalAt(folder, {}, "check");
    const { code, out, err } = await terminalAt(folder, env, command, ...args);
    expect(code).toBe(0);
    expect((out + err).replace(/\s+/g, " ")).toContain("Booked without a message to the channel.");
    expect(out + err).not.toContain(SECRET);
    const { out: status } = await terminalAt(folder, env, "status", "--json");
    expect(JSON.parse(status)).toMatchObject({ spent, held: 0 });
  });

  it.each([
    ["status"],
    ["alerts"],
    ["report"],
    ["verify"],
    ["recap", "--month", "2026-02"],
    ["statement"],
    ["chart", "month", "--output", "month.svg"],
  ])("is nothing to %j, which sends no message", async (...args) => {
    const { code, out, err } = await terminalAt(emptyFolder("books"), env, ...args);
    expect(out + err).not.toContain("Bad input: the channel");
    expect([args, code, err]).toEqual([args, 0, ""]);
  });

  it.each([["check"], ["run", "--", "true"], ["alerts", "--acknowledge", "A-0214-1"], ["recap"]])(
    "stops %j before anything is read",
    async (...args) => {
      const { code, out, err } = await terminalAt(emptyFolder("books"), env, ...args);
      expect(code).toBe(2);
      expect(out + err).not.toContain(SECRET);
    },
  );
});
