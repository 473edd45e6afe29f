import { describe, expect, it } from "vitest";
import { OPTIONS, type Option } from "../../src/inputs/options.ts";
import { booksOn, useWorld } from "./action-world.ts";

const world = useWorld();

/** The variables of inputs that no step of the action has. */
const UNDECLARED = (OPTIONS as readonly Option[])
  .filter(({ only }) => only === "terminal")
  .map(({ name }) => `INPUT_${name.toUpperCase()}`);

const holdText = (hold: string) => `${hold} ${world.repo.nameWithOwner}@token-budget:token_budget.json`;

describe("variables that an earlier step has left", () => {
  it("changes nothing of another run, and makes no step fail: inputs that no step has", async () => {
    expect(UNDECLARED).toContain("INPUT_JSON");
    const env = Object.fromEntries(UNDECLARED.map((name) => [name, "x"]));
    for (const [command, inputs] of [
      ["check", {}],
      ["record", { cost: "0.01" }],
      ["status", {}],
    ] as const) {
      expect(await world.step(command, inputs, { env })).toMatchObject({ exitCode: 0 });
    }
  });

  it.each([
    ["release", {}],
    ["record", { cost: "0.01" }],
    ["record", { "agent-outcome": "skipped" }],
    ["guard", {}],
  ] as const)("changes nothing of another run, and makes no step fail: its hold, by %s %o", async (command, inputs) => {
    const other = { id: 700, job: "other" };
    const tagged = { estimate: "3", tags: "team=other" };
    const { outputs } = await world.step("check", tagged, { run: other });
    const hold = outputs["hold"] ?? "";
    const variables = ["TOKEN_BUDGET_HOLD", "TOKEN_BUDGET_TRIED", "TOKEN_BUDGET_SETTLED"];
    const env = Object.fromEntries(variables.map((name) => [name, holdText(hold)]));
    const job = world.job({ env });
    expect(await job.step({ inputs: { command, ...inputs }, env })).toMatchObject({ exitCode: 0 });
    expect(await job.post({ env })).toMatchObject({ exitCode: 0 });
    const { state, entries } = await booksOn(world.repo);
    expect(state.holds).toMatchObject([{ id: hold, amount: 3 }]);
    expect(entries.filter((entry: { hold?: string }) => entry.hold === hold)).toEqual([]);

    // What the other run has used is charged to it all the same, and nothing of this one's.
    await world.step("record", { cost: "2", hold }, { run: other });
    await job.step({ inputs: { command: "record", cost: "0.01" }, env });
    const after = await booksOn(world.repo);
    const own = after.entries.filter((entry: { hold?: string }) => entry.hold === hold);
    expect(own).toMatchObject([{ cost: 2, tags: { team: "other" }, run: { run_id: 700 } }]);
  });

  it("are heard where they are of this run: its own hold", async () => {
    const job = world.job();
    const { outputs, env } = await job.step({ inputs: { command: "check" } });
    expect(env["TOKEN_BUDGET_HOLD"]).toBe(holdText(outputs["hold"] ?? ""));
    const release = await job.step({ inputs: { command: "release" } });
    expect(release.outputs).toMatchObject({ hold: outputs["hold"] });
  });
});
