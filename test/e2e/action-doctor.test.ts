import { expect, it } from "vitest";
import { NOON, useWorld } from "./action-world.ts";
import { seedBooks } from "./books-on-branch.ts";

const world = useWorld();

it("passes where nothing is to be mended, and shows every check in log and summary", async () => {
  await seedBooks(world.repo, { at: NOON, spent: 1 });
  const { exitCode, outputs, summary, log } = await world.step("doctor");
  expect(exitCode).toBe(0);
  expect(outputs["message"]).toMatch(/^1 warning to look at; \d+ of \d+ checks are fine\.$/);
  expect(summary).toContain("## 🩺 Budget doctor");
  expect(summary).toContain("✅ **Permission**: may write");
  expect(log).toMatch(/^✔ Books: readable, version 2\.0/m);
  expect(world.titles()).toEqual([]);
});

it("fails the step where something needs fixing, and names it", async () => {
  const { exitCode, annotations, summary } = await world.step("doctor", {}, { token: "ghs_read" });
  expect(exitCode).toBe(1);
  const errors = annotations.filter(({ level }) => level === "error").map(({ message }) => message);
  expect(errors.join()).toMatch(/^1 problem to fix.*\n- Permission: The token isn't allowed to write to /);
  expect(summary).toContain("contents: write");
});

it("tells a missing token and a wrong webhook as what they are, and posts a test message on demand", async () => {
  const wrong = await world.step("doctor", { "github-token": "", "discord-webhook": "https://discord.com/nothing" });
  expect(wrong.exitCode).toBe(1);
  expect(wrong.log).toContain("✖ Token: There is no GitHub token.");
  expect(wrong.log).toContain("✖ Discord: The Discord webhook is not a Discord URL");
  const told = await world.step("doctor", { "test-message": "true" });
  expect(told.exitCode).toBe(0);
  expect(world.titles()).toEqual(["🩺 AI Orchestration - Test Message"]);
});
