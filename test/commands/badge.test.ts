import { expect, it } from "vitest";
import { useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();

const shown = () => world.store.badges.map((badge) => badge && /<title>(.*)<\/title>/.exec(badge)?.[1]);

it("the badge is written with the books' first commit, and then only by what changes its text", async () => {
  await world.run("record", { cost: "0.2" });
  await world.run("record", { cost: "0.0001" });
  await world.run("check", { estimate: "0.5" });
  await world.run("record", { cost: "3" });
  const written = shown().filter((badge) => badge !== null);
  expect(written).toEqual(["AI budget: 1%", "AI budget: 21%"]);
  expect(shown()[0]).toBe("AI budget: 1%");
  expect(shown().at(-1) ?? null).not.toBe("AI budget: 1%");
});

it("the badge follows a higher budget, a reset and the next month", async () => {
  world.seed({ at: "2026-02-14T09:00:00Z", spent: 12.6, milestones: [5, 10] });
  const byHand = { event: { name: "workflow_dispatch" }, run: { actor: "maintainer" } } as const;
  world.roles.set("maintainer", "maintain");
  await world.run("adjust", { adjustment: "top-up", amount: "15", reason: "release" }, byHand);
  await world.run("reset", { reason: "new contract" }, byHand);
  await world.run("record", { cost: "1.5" });
  world.at("2026-03-02T08:00:00Z");
  await world.run("check");
  expect(shown().filter((badge) => badge !== null)).toEqual([
    "AI budget: 42%",
    "AI budget: 0%",
    "AI budget: 10%",
    "AI budget: 0%",
  ]);
});
