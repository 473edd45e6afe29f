import { describe, expect, it } from "vitest";
import { sizeOfPng } from "../support/png-size.ts";
import { said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();

const day = (spent: number) => ({ spent, executions: 5, prs: 0 });
const days = (month: string, spent: readonly number[]) =>
  Object.fromEntries(spent.map((one, at) => [`${month}-${String(at + 1).padStart(2, "0")}`, day(one)]));

/** Thirteen days before NOON, 14 February, with so many dollars in all. */
function seed(spent: number, milestones: readonly number[] = []): void {
  const daily = days(
    "2026-02",
    Array.from({ length: 13 }, () => spent / 13),
  );
  world.seed({ at: "2026-02-13T20:00:00Z", spent, executions: 65, milestones, state: { daily } });
}

/** Each message's title with the picture that it shows. */
function pictures() {
  return world.messages().flatMap(({ payload, files }) =>
    (payload.embeds ?? []).map(({ title, image }) => {
      const name = image?.url.replace("attachment://", "");
      const about = payload.attachments?.find(({ filename }) => filename === name)?.description;
      return { title, about, bytes: files.find((file) => file.name === name)?.bytes };
    }),
  );
}

describe("a picture of the month", () => {
  it("comes with the milestone that equals the budget and with its exhaustion, not with other messages", async () => {
    seed(14.5, [5, 10]);
    await world.run("record", { cost: "0.8" });
    const [milestone, ...others] = pictures();
    expect(milestone?.title).toBe("✅ $15 Milestone Reached!");
    expect(milestone?.about).toMatch(/^\$15\.30 of \$15\.00 spent in February 2026 \(102\.0%\).* Lines over the days/);
    expect(sizeOfPng(milestone?.bytes ?? new Uint8Array())).toEqual({ width: 1320, height: 630 });
    const about = Object.fromEntries(others.map(({ title, about: text }) => [title, text !== undefined]));
    expect(about).toMatchObject({ "⛔ Monthly Budget Exhausted": true });
    expect(
      Object.entries(about)
        .filter(([title]) => /Alert|%/.test(title))
        .every(([, has]) => !has),
    ).toBe(true);
    expect(world.books().state.outbox).toEqual([]);
  });

  it("does not come with a milestone below the budget", async () => {
    seed(4.9);
    await world.run("record", { cost: "0.2" });
    expect(pictures()).toEqual([{ title: "🚀 $5 Milestone Reached!", about: undefined, bytes: undefined }]);
    expect(world.messages()[0]?.payload.attachments).toBeUndefined();
  });

  it("comes with the recap of the closed month", async () => {
    const daily = days("2026-01", [1, 2, 0.5, 3]);
    world.seed({ at: "2026-01-04T20:00:00Z", spent: 6.5, executions: 20, milestones: [5], state: { daily } });
    world.at("2026-02-01T08:00:00Z");
    await world.run("recap");
    const [recap] = pictures();
    expect(recap?.title).toBe("📊 Monthly Recap - AI Orchestration");
    expect(recap?.about).toMatch(
      /^\$6\.50 of \$15\.00 spent in January 2026 \(43\.3%\)\. .* Marked: milestone \$5 on 4 Jan\.$/,
    );
    expect(recap?.bytes?.length).toBeGreaterThan(5_000);
  });
});

describe("a picture of the days", () => {
  it("comes with an unusual day, which it names with what drove it", async () => {
    seed(6.5, [5]);
    await world.run("record", { cost: "1.2", profile: "nightly" });
    const unusual = pictures().find(({ title }) => title?.startsWith("📈 An unusual day"));
    expect(unusual?.about).toContain("14 Feb was unusual: $1.20");
    expect(unusual?.about).toContain("driven by profile nightly");
    expect(unusual?.bytes?.length).toBeGreaterThan(5_000);
  });
});

describe("pictures that are not wanted or not possible", () => {
  it.each([
    ["the input", { pictures: "none" }, null],
    ["the policy file, whatever the input says", { pictures: "all" }, "notify: { pictures: none }\n"],
  ])("are turned off by %s", async (_, inputs, policy) => {
    seed(14.5, [5, 10]);
    world.policy(policy);
    await world.run("record", { cost: "0.8", ...inputs });
    expect(world.titles()[0]).toBe("✅ $15 Milestone Reached!");
    expect(world.messages().flatMap(({ files }) => files)).toEqual([]);
  });

  it.each([
    [400, 50035],
    [403, 50013],
    [413, 40005],
    [415, 0],
  ])("leave the text where the channel refuses them with %i, once", async (status, code) => {
    seed(14.5, [5, 10]);
    world.discord.faults.next("write", { kind: "status", status, body: { message: "No files here", code } });
    const result = await world.run("record", { cost: "0.8" });
    expect(world.titles().filter((title) => title === "✅ $15 Milestone Reached!")).toHaveLength(1);
    expect(world.messages().flatMap(({ files }) => files)).toEqual([]);
    expect(world.books().state.outbox).toEqual([]);
    expect(said(result)).not.toContain("Discord");
  });

  it("keep the messages queued where the channel refuses everything", async () => {
    seed(14.5, [5, 10]);
    world.discord.faults.always("write", { kind: "status", status: 403, body: "no" });
    const result = await world.run("record", { cost: "0.8" });
    expect(world.titles()).toEqual([]);
    expect(said(result)).toContain("could not be delivered to Discord");
    expect(world.books().state.outbox.length).toBeGreaterThan(0);
  });
});
