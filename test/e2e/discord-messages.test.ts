import { describe, expect, it } from "vitest";
import { rateLimited } from "../support/discord/faults.ts";
import type { Fault } from "../support/github/faults.ts";
import { patient } from "../support/pace/pace.ts";
import { startAction } from "../support/runner/action.ts";
import { useWorld } from "./action-world.ts";
import { booksOn, seedBooks } from "./books-on-branch.ts";

const world = useWorld();
const NOON = "2026-02-14T12:00:00Z";

const outbox = async (): Promise<readonly { kind: string; lease_until?: string }[]> =>
  (await booksOn(world.repo)).state.outbox;
const later = (minutes: number) => new Date(Date.parse(NOON) + minutes * 60_000).toISOString();

describe("a queued message", () => {
  it("of a run that died is sent by another after ten minutes, and not before", async () => {
    world.at(NOON);
    await seedBooks(world.repo, { at: NOON, spent: 4.98 });
    const hanging = world.discord.faults.always("any", { kind: "hang" });
    const { github, discord, repo, time } = world;
    const inputs = { command: "record", cost: "0.05" };
    const dying = startAction({ github, discord, repository: repo.nameWithOwner, inputs, time, ...shipped() });
    await expect.poll(() => discord.requests(), { timeout: patient(20_000), interval: 20 }).toBe(1);
    dying.kill("SIGKILL");
    const died = await dying.ended;
    expect(died.outputs).toMatchObject({ cost: "0.05", milestones: "5" });
    hanging();
    expect(await outbox()).toMatchObject([{ kind: "milestone", lease_until: "2026-02-14T12:10:00Z" }]);

    world.at("2026-02-14T12:09:59Z");
    await world.step("record", { cost: "0.01" });
    expect(discord.messages).toEqual([]);
    world.at("2026-02-14T12:10:00Z");
    await world.step("record", { cost: "0.01" });
    expect(world.titles()).toEqual(["🚀 $5 Milestone Reached!"]);
    expect(await outbox()).toEqual([]);
  });

  it.each<readonly [string, readonly Fault[], number]>([
    ["says to wait", [rateLimited(0.2), rateLimited(0.3, { global: true })], 1],
    ["breaks the connection after it has posted", [{ kind: "drop-after" }], 2],
  ])("arrives though Discord %s", async (_, faults, times) => {
    world.at(NOON);
    await seedBooks(world.repo, { at: NOON, spent: 4.98 });
    world.discord.faults.next("any", ...faults);
    const ended = await world.step("record", { cost: "0.05" });
    expect(ended).toMatchObject({ exitCode: 0, outputs: { cost: "0.05", spent: "5.03", milestones: "5" } });
    expect(world.titles()).toEqual(Array(times).fill("🚀 $5 Milestone Reached!"));
    expect(await outbox()).toEqual([]);
    expect(ended.annotations.filter(({ level, message }) => level === "warning" && /Discord/.test(message))).toEqual(
      [],
    );
  });

  it("stays queued where Discord doesn't take it, and the booking is as if nothing had been", async () => {
    world.at(NOON);
    await seedBooks(world.repo, { at: NOON, spent: 4.98 });
    const down = world.discord.faults.always("any", rateLimited(120));
    const ended = await world.step("record", { cost: "0.05" });
    down();
    expect(ended).toMatchObject({ exitCode: 0, outputs: { cost: "0.05", spent: "5.03", milestones: "5" } });
    expect(ended.summary).toContain("🚀 &#36;5 milestone reached");
    expect(ended.annotations).toContainEqual(
      expect.objectContaining({ level: "warning", message: expect.stringContaining("stay queued for a later run") }),
    );
    expect(await outbox()).toMatchObject([{ kind: "milestone" }]);
    world.at(later(11));
    await world.step("check");
    expect(world.titles()).toEqual(["🚀 $5 Milestone Reached!"]);
  });
});

it("posts into the thread that the webhook's address names", async () => {
  world.at(NOON);
  await seedBooks(world.repo, { at: NOON, spent: 4.98 });
  await world.step("record", { cost: "0.05", "discord-webhook": world.discord.webhookUrl("77") });
  expect(world.discord.messages).toMatchObject([{ threadId: "77" }]);
});

/** Another build of the Action where the tests are told to take one. */
function shipped(): { readonly action?: string } {
  const action = process.env["TEST_ACTION"];
  return action === undefined ? {} : { action };
}
