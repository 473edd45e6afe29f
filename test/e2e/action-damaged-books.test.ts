import { describe, expect, it } from "vitest";
import { useWorld } from "./action-world.ts";
import { seedBooks } from "./books-on-branch.ts";

const world = useWorld();
const PATH = "token_budget.json";

const DAMAGES: readonly [string, (sound: string) => string, RegExp][] = [
  ["isn't JSON", () => "spent: 4\n", /isn't JSON/],
  ["is empty", () => "", /isn't JSON/],
  ["was cut short", (sound) => sound.slice(0, sound.length / 2), /line \d+|cut/],
  [
    "has conflict markers",
    (sound) => sound.replace('  "requires"', '<<<<<<< HEAD\n  "requires"'),
    /conflict markers.*line 3/,
  ],
  ["holds a wrong type", (sound) => sound.replace('"executions": 80', '"executions": "80"'), /executions/],
  ["is of a newer version", (sound) => sound.replace('"version": "2.0"', '"version": "3.0"'), /3\.0/],
  [
    "requires what this program lacks",
    (sound) => sound.replace('"requires": []', '"requires": ["budgets"]'),
    /budgets/,
  ],
];

describe("a state that can't be read", () => {
  it.each(DAMAGES)("denies, says where, and is left as it is: it %s", async (_, damage, place) => {
    await seedBooks(world.repo, { at: new Date().toISOString(), spent: 4, executions: 80 });
    const sound = (await world.repo.readFile("token-budget", PATH)) ?? "";
    await world.repo.writeFile("token-budget", PATH, damage(sound));
    const head = await world.repo.head("token-budget");

    const job = world.job();
    const check = await job.step();
    expect(check).toMatchObject({
      exitCode: 1,
      outputs: { allowed: "false", decision: "deny", reason: "state-unreadable" },
    });
    expect(check.outputs["message"]).toContain(`${PATH} in ${world.repo.nameWithOwner}@token-budget`);
    expect(check.outputs["message"]).toMatch(place);
    expect(check.summary).toContain("state-unreadable");
    const post = await job.post({ run: { status: "failure" } });
    expect(post.exitCode).toBe(0);
    expect(await world.repo.head("token-budget")).toBe(head);
  });

  it("lets no booking write either: it stands in the log, and on-error says whether the step fails", async () => {
    await seedBooks(world.repo, { at: new Date().toISOString(), spent: 4 });
    await world.repo.writeFile("token-budget", PATH, "{");
    const head = await world.repo.head("token-budget");
    const record = await world.step("record", { cost: "0.05" });
    expect(record).toMatchObject({ exitCode: 1, outputs: { reason: "state-unreadable" } });
    expect(record.log).toContain('"kind":"charge","cost":0.05');
    const spared = await world.step("record", { cost: "0.05", "on-error": "allow" });
    expect(spared.exitCode).toBe(0);
    for (const command of ["status", "recap", "release", "verify"]) {
      expect((await world.step(command)).exitCode).toBe(1);
    }
    expect(await world.repo.head("token-budget")).toBe(head);
  });

  it("is missed, and not begun anew, where its ledger is there without it", async () => {
    await seedBooks(world.repo, { at: new Date().toISOString(), spent: 4 });
    const head = await world.repo.deleteFile("token-budget", PATH);
    const check = await world.step("check");
    expect(check).toMatchObject({ exitCode: 1, outputs: { reason: "state-unreadable" } });
    expect(check.outputs["message"]).toMatch(/is missing .* while its ledger is there/);
    expect(await world.repo.head("token-budget")).toBe(head);
  });
});

describe("keys that nobody knows", () => {
  it("are kept as they are", async () => {
    await seedBooks(world.repo, {
      at: new Date().toISOString(),
      spent: 4,
      state: { dashboards: { team: ["a", 1.5] } },
    });
    await world.step("record", { cost: "0.05" });
    const state = JSON.parse((await world.repo.readFile("token-budget", PATH)) ?? "{}");
    expect(state).toMatchObject({ total_spent: 4.05, dashboards: { team: ["a", 1.5] } });
  });
});
