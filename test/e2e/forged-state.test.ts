import { describe, expect, it } from "vitest";
import { COMMANDS_OF } from "../../src/inputs/commands/table.ts";
import { booksOn, useWorld } from "./action-world.ts";

const world = useWorld();

/** The hold of another run, with its agent at work. */
async function foreignHold(): Promise<string> {
  const { outputs } = await world.step("check", { estimate: "3" }, { run: { id: 700, job: "other" } });
  return outputs["hold"] ?? "";
}

const SINCE = Date.parse("2026-02-14T11:00:00Z");

/** What a gate of this run would have kept, but for what is changed. */
function memory(changes: Readonly<Record<string, unknown>> = {}, owner: Readonly<Record<string, unknown>> = {}) {
  const own = { hold: "h1", repository: world.repo.nameWithOwner, branch: "token-budget", path: "token_budget.json" };
  return JSON.stringify({
    memory: { ...own, profile: "ai-pr", tags: {}, sinceMs: SINCE, ...changes },
    connection: { proxies: {}, trust: "" },
    owner: { runId: 1, attempt: 1, job: "agent", ...owner },
  });
}

const forged = (gate: string) => ({ STATE_gate: gate, STATE_answer: "allowed", STATE_before: "" });

/** Everything a repository has: the head of each of its branches. */
async function heads(): Promise<unknown> {
  const branches = await world.repo.branches();
  return Promise.all(branches.map(async (branch) => [branch, await world.repo.head(branch)]));
}

const INPUTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  record: { cost: "0.01" },
  reset: { reason: "why" },
  adjust: { adjustment: "top-up", amount: "1 USD", reason: "why" },
  usage: { cost: "0.01" },
};

describe("a post part that the job's environment forges", () => {
  it.each(COMMANDS_OF.action.filter((command) => command !== "guard"))(
    "is believed in no command, whatever it says: %s",
    async (command) => {
      const hold = await foreignHold();
      const isHeld = async () => {
        const { holds } = (await booksOn(world.repo)).state;
        return holds.some(({ id }: { readonly id: string }) => id === hold);
      };
      const job = world.job();
      await job.step({ inputs: { command, ...INPUTS[command] } });
      const before = await heads();
      world.requests();
      for (const gate of [
        memory({ hold }),
        memory({ hold, branch: "main", path: "docs/x.json" }),
        memory({ hold, repository: "o/elsewhere" }),
        "garbage",
      ]) {
        const post = await job.post({ env: forged(gate) });
        expect(post).toMatchObject({ exitCode: 0, annotations: [], summary: "" });
      }
      expect(world.requests()).toEqual([]);
      expect(await heads()).toEqual(before);
      expect(await isHeld()).toBe(true);
    },
  );

  it("is believed in no gate, whose main part has kept its own", async () => {
    const hold = await foreignHold();
    const job = world.job();
    const { outputs } = await job.step({ inputs: { "on-deny": "continue" } });
    const post = await job.post({ env: forged(memory({ hold, branch: "main", path: "docs/x.json" })) });
    expect(post.outputs).toMatchObject({ hold: outputs["hold"] });
    expect((await booksOn(world.repo)).state.holds).toMatchObject([{ id: hold }]);
    expect(await world.repo.branches()).toEqual(["main", "token-budget"]);
  });
});

describe("a post part whose main part was killed before it kept anything", () => {
  it.each([
    ["another run's", () => memory({}, { runId: 700 })],
    ["another attempt's", () => memory({}, { attempt: 2 })],
    ["another job's", () => memory({}, { job: "other" })],
    ["without an owner", () => memory().replace(/,"owner".*/, "}")],
    ["a path out of the repository", () => memory({ path: "../x.json" })],
    ["no branch", () => memory({ branch: "a..b" })],
    ["no repository", () => memory({ repository: "https://evil.example/x" })],
    ["no hold", () => memory({ hold: "a b" })],
    ["a profile of two lines", () => memory({ profile: "a\nb" })],
    ["tags that are none", () => memory({ tags: { "": "x" } })],
    ["garbage", () => "garbage"],
    ["JSON that is none of it", () => "[1]"],
  ])("warns and does nothing: %s", async (_, gate) => {
    const hold = await foreignHold();
    const before = await heads();
    world.requests();
    const post = await world.job().post({ env: forged(gate()) });
    expect(post).toMatchObject({
      exitCode: 0,
      annotations: [{ level: "warning", message: expect.stringContaining("so it was ignored") }],
    });
    expect(world.requests()).toEqual([]);
    expect(await heads()).toEqual(before);
    expect((await booksOn(world.repo)).state.holds).toMatchObject([{ id: hold }]);
  });

  it("lets no hold of another run go, where all else fits", async () => {
    const hold = await foreignHold();
    const post = await world.job().post({ env: forged(memory({ hold })) });
    expect(post.exitCode).toBe(0);
    const { state, entries } = await booksOn(world.repo);
    expect(state.holds).toMatchObject([{ id: hold }]);
    expect(entries).toEqual([]);
  });
});
