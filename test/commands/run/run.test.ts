import { describe, expect, it } from "vitest";
import type { RunMeter } from "../../../src/commands/run.ts";
import { BudgetError } from "../../../src/values/errors.ts";
import { emptyFolder } from "../../support/runner/action.ts";
import { ranWith, stateIn } from "./run-scene.ts";

const read = { whole: [], lines: [], bytes: 0, isCutShort: false, figures: undefined };

/** A meter that writes down what happens to it. */
function meterThat(log: string[]): RunMeter {
  return {
    ...{ command: ["agent"], variables: {}, notes: [] },
    end: async () => {
      log.push("ended");
      return { read, readUsage: async () => [], findSessions: async () => [] };
    },
    close: async () => void log.push("closed"),
  };
}

const texts = ({ shown }: Awaited<ReturnType<typeof ranWith>>) =>
  shown
    .flatMap(({ view, notes }) => ["sentence" in view ? view.sentence : "", ...notes.map(({ text }) => text)])
    .join("\n");

describe("a run that is interrupted", () => {
  it("before its command begins starts nothing and gives its hold back", async () => {
    const log: string[] = [];
    let code: number | undefined;
    const meter = async () => {
      code = 130;
      return meterThat(log);
    };
    const ran = await ranWith({ meter, interrupted: () => code });
    expect(ran).toMatchObject({ exitCode: 130, isStarted: false, state: { holds: [], total_spent: 0 } });
    expect(log).toEqual(["ended", "closed"]);
    expect(texts(ran)).toMatch(/\$0\.0550 released/);
    expect(texts(ran)).toMatch(/interrupted before its command began/);
  });

  it("while it is booked is booked, and the meter's files stay until then", async () => {
    const log: string[] = [];
    const show = async () => void log.push("shown");
    const ran = await ranWith({ meter: async () => meterThat(log), show, interrupted: () => undefined });
    expect(ran).toMatchObject({ exitCode: 0, isStarted: true, state: { holds: [] } });
    expect(log).toEqual(["shown", "ended", "shown", "closed"]);
  });
});

describe("a run whose meter can't be started", () => {
  const meter = async () => {
    throw new BudgetError("meter-unavailable", "The meter could not be started.");
  };

  it("is denied, with its hold given back, and only that is shown", async () => {
    const ran = await ranWith({ meter });
    expect(ran).toMatchObject({ exitCode: 75, isStarted: false, state: { holds: [] } });
    expect(ran.shown).toHaveLength(1);
    expect(texts(ran)).toMatch(/The meter could not be started\..*released/s);
  });

  it("goes on without it with on-error: allow, with a warning before the command", async () => {
    const ran = await ranWith({ meter }, { "on-error": "allow" });
    expect(ran).toMatchObject({ exitCode: 0, isStarted: true });
    const text = expect.stringMatching(/without its meter \(on-error: allow\)/);
    expect(ran.shown[0]?.notes[0]).toMatchObject({ level: "warning", text });
  });

  it("is denied for bad input whatever on-error says", async () => {
    const bad = async () => {
      throw new BudgetError("bad-input", "Bad input: where?");
    };
    const ran = await ranWith({ meter: bad }, { "on-error": "allow" });
    expect(ran).toMatchObject({ exitCode: 2, isStarted: false, state: { holds: [] } });
    expect(texts(ran)).toMatch(/Bad input: where\?.*released/s);
  });

  it("gives its hold back before a bug is reported", async () => {
    const folder = emptyFolder("run");
    const throwing = async () => {
      throw new TypeError("a bug");
    };
    await expect(ranWith({ meter: throwing }, {}, folder)).rejects.toThrow("a bug");
    expect(stateIn(folder)).toMatchObject({ holds: [] });
  });
});
