import { expect, it } from "vitest";
import { fieldsOf, said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();

/** Thirteen days of $0.50 before NOON, 14 February: $0.50 is usual, up to $0.75. */
function seedUsualDays(): void {
  const days = Array.from({ length: 13 }, (_, at) => `2026-02-${String(at + 1).padStart(2, "0")}`);
  const daily = Object.fromEntries(days.map((day) => [day, { spent: 0.5, executions: 5, prs: 0 }]));
  world.seed({
    at: "2026-02-13T20:00:00Z",
    spent: 6.5,
    executions: 65,
    milestones: [5],
    state: { daily, profiles: { "ai-pr": { costs: [0.1, 0.1, 0.1, 0.1, 0.1], tokens: [1, 1, 1, 1, 1] } } },
  });
}

it("names an unusual day and a costly run where they are booked, on the channel, and in status", async () => {
  seedUsualDays();
  await world.run("record", { cost: "0.3", profile: "nightly" });
  expect(world.titles()).toEqual([]);
  const { notes, summary } = await world.run("record", { cost: "1.2" });
  const sentence = "An unusual day: $1.50 today, more than the $0.7500 that is usual at most; ai-pr spent $1.20 of it.";
  expect(notes.map(({ text }) => text)).toContain(sentence);
  expect(notes.map(({ text }) => text)).toContain("This run cost $1.20, 12 times the profile's median of $0.1000.");
  for (const text of ["An unusual day", "12 times the profile"]) expect(summary).toContain(text);
  expect(world.books().entries.flatMap(({ kind, anomaly }) => (kind === "alert" ? [] : [anomaly]))).toEqual([
    undefined,
    undefined,
    true,
  ]);

  const [message] = world.messages();
  expect(world.titles()).toContain("📈 An unusual day: $1.50 spent, at most $0.7500 is usual");
  expect(message?.payload.embeds?.[0]?.description).toContain(
    "ai-pr spent $1.20 of today's $1.50\nnightly spent $0.3000 of today's $1.50",
  );
  expect(fieldsOf(message)).toMatchObject({ "📅 A Usual Day": "$0.5000" });

  const status = await world.run("status");
  expect(JSON.parse(status.json).today).toEqual({ spent: 1.5, expected: 0.5, upper: 0.75, severity: "critical" });
  const row = "$1.50, above the usual $0.5000 up to $0.7500 (critical)";
  for (const text of [status.screen, status.summary.replaceAll("&#36;", "$")]) expect(text).toContain(row);
  expect(said(status)).toBe("");
});

it("of a guard that crosses the edge are notes of its post part", async () => {
  seedUsualDays();
  const job = world.job();
  await job.run("guard", { "usage-file": "usage.json", estimate: "1.3", unsettled: "charge" });
  const post = await job.post();
  expect(said(post)).toContain("An unusual day: $1.30 today");
});

it("of status is unknown with fewer than ten days", async () => {
  const { json, screen } = await world.run("status");
  expect(JSON.parse(json).today).toEqual({ spent: 0, expected: null, upper: null, severity: null });
  expect(screen).not.toContain("Today");
});
