import { expect, it } from "vitest";
import { createClock } from "../support/github/clock.ts";
import { SharedTime } from "../support/runner/shared-time.ts";
import { Folder, USAGE } from "./folder-world.ts";

it("shows a budget nobody has used yet, and writes nothing", async () => {
  const folder = new Folder();
  const { exitCode, stdout, stderr } = await folder.run("status");
  expect(exitCode).toBe(0);
  expect(stdout).toContain("No books yet in ");
  expect(stdout).toContain("$15.00 left");
  expect(stderr).toBe("");
  expect(folder.files()).toEqual([]);
});

it("sets money aside, books what a run used and names the milestone it reached", async () => {
  const folder = new Folder();
  const checked = await folder.run("check", "--estimate", "0.06");
  expect(checked.exitCode).toBe(0);
  expect(checked.stdout).toContain("✔ AI run allowed\nAllowed: $0.0600 set aside;");
  expect(folder.state().holds).toMatchObject([{ amount: 0.06, profile: "terminal" }]);
  const hold = String(folder.state().holds[0]?.id);
  expect(checked.stdout).toContain(`    token-budget record --hold ${hold} --usage-file FILE\n`);
  expect(checked.stdout.trim().split("\n").length).toBeLessThanOrEqual(6);

  const recorded = await folder.run("record", "--verbose", "--usage-file", USAGE);
  expect(recorded).toMatchObject({ exitCode: 0, stderr: "" });
  expect(recorded.stdout).toContain("Booked $0.04995, which settles its hold.");
  expect(recorded.stdout).toMatch(/^ {2}at \$3 input, .*\$15 output per million\n {2}tokens$/m);
  expect(folder.state()).toMatchObject({ total_spent: 0.04995, executions: 1, holds: [] });
  expect(folder.ledger()).toMatchObject([{ kind: "charge", cost: 0.04995, predicted: 0.06, quality: "priced" }]);

  const crossed = await folder.run("record", "--cost", "4.96", "--pr", "17", "--tags", "team=infra");
  expect(crossed.stdout).toContain("✔ $4.96 booked · 🚀 $5 milestone reached\n");
  const further = await folder.json("record", "--cost", "9.99", "--id", "mine");
  expect(further).toMatchObject({ milestones: [10], spent: 14.99995, cost: 9.99, failed: false });
  expect(further.message).toMatch(/ \$10 milestone reached\.$/);
  const again = await folder.run("record", "--cost", "9.99", "--id", "mine");
  expect(again.stdout).toContain("Already booked: $9.99 by this operation, nothing changed");
  expect(again.stdout).not.toContain("milestone");
  expect(folder.state()).toMatchObject({ total_spent: 14.99995, executions: 3, milestones_reached: [5, 10] });
  expect(await folder.run("verify")).toMatchObject({ exitCode: 0 });
});

it("prints nothing but errors with -q, and the month's table with -v", async () => {
  const folder = new Folder({ inProcess: true });
  expect(await folder.run("check", "-q")).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  const denied = await folder.run("check", "-q", "--estimate", "20");
  expect(denied).toMatchObject({ exitCode: 75, stdout: "" });
  expect(denied.stderr).toContain("✖ AI run denied\nDenied: a run of $20.00 no longer fits");
  const short = await folder.run("record", "--cost", "0.01");
  expect(short.stdout.trim().split("\n")).toHaveLength(3);
  expect((await folder.run("record", "-v", "--cost", "0.01")).stdout).toMatch(/^Remaining +\$14/m);
});

it("settles the only open hold, and says which there are where there are several", async () => {
  const folder = new Folder({ inProcess: true });
  const none = await folder.run("record", "--cost", "0.01");
  expect(none).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("This run has no open hold") });
  const one = await folder.json("check", "--estimate", "0.02");
  expect(await folder.json("record", "--cost", "0.01")).toMatchObject({ hold: one.hold, held: 0 });

  const two = await folder.json("check", "--estimate", "0.02");
  const three = await folder.json("check", "--estimate", "0.03");
  const before = folder.contents();
  const several = await folder.run("record", "--cost", "0.01");
  expect(several.exitCode).toBe(2);
  const text = several.stdout.replaceAll(/\s+/g, " ");
  expect(text).toContain("several holds are open");
  expect(text).toContain(`${two.hold} ($0.0200)`);
  expect(text).toContain(`${three.hold} ($0.0300)`);
  expect((await folder.run("release")).exitCode).toBe(2);
  expect(folder.contents()).toEqual(before);

  expect(await folder.json("record", "--cost", "0.01", "--hold", two.hold ?? "")).toMatchObject({ hold: two.hold });
  const released = await folder.json("release", "--hold", three.hold ?? "");
  expect(released).toMatchObject({ hold: three.hold, held: 0, spent: 0.03 });
  expect(folder.ledger().at(-1)).toMatchObject({ kind: "release", amount: 0.03, cost: 0 });
  const nothing = await folder.run("release");
  expect(nothing.stdout).toContain("No hold to release");
});

it("archives the month with its reason, and sums up what was closed", async () => {
  const folder = new Folder({ inProcess: true });
  expect((await folder.run("recap")).stdout).toContain("No books yet");
  await folder.run("record", "--cost", "1.25");
  await folder.run("check", "--estimate", "0.5");
  const reset = await folder.run("reset", "--reason", "new contract");
  expect(reset.exitCode).toBe(0);
  expect(reset.stdout).toContain("✔ Budget reset\n$1.25 of ");
  expect(folder.state()).toMatchObject({
    total_spent: 0,
    holds: [{ amount: 0.5 }],
    history: [{ total_spent: 1.25, closed: "reset", reason: "new contract" }],
  });
  const month = String(folder.state()["current_month"]);
  const recap = await folder.run("recap", "--month", month);
  expect(recap.stdout).toContain("(still running)");
  expect(recap.stdout).toMatch(/^Spent +\$1\.25 of \$15\.00$/m);
  expect(recap.stdout).toMatch(/^Resets +1$/m);
  expect(await folder.run("verify")).toMatchObject({ exitCode: 0 });
});

it("closes the month when the machine's calendar has gone on, and keeps open holds", async () => {
  const january = new Folder({ inProcess: true, clock: "2026-01-31T23:50:00Z" });
  await january.run("record", "--cost", "2.5");
  await january.run("check", "--estimate", "0.25");
  const february = january.with({ clock: "2026-02-01T00:10:00Z" });
  expect(await february.json("record", "--cost", "0.2")).toMatchObject({ spent: 0.2, held: 0, executions: 1 });
  expect(february.state()).toMatchObject({
    current_month: "2026-02",
    history: [{ month: "2026-01", total_spent: 2.5, executions: 1, closed: "rollover" }],
  });
  const recap = await february.run("recap");
  expect(recap.stdout).toContain("AI Orchestration · January 2026\n");
  expect(recap.stdout).toMatch(/^Spent +\$2\.50 of \$15\.00$/m);
  expect(await february.run("verify")).toMatchObject({ exitCode: 0 });
});

it("loses nothing where twenty terminals book at once", async () => {
  const folder = new Folder({ time: new SharedTime(createClock()) });
  const ended = await Promise.all(
    Array.from({ length: 20 }, (_, index) => folder.run("record", "--cost", "0.01", "--id", `writer-${index}`)),
  );
  expect(ended.map(({ exitCode }) => exitCode)).toEqual(Array(20).fill(0));
  expect(folder.state()).toMatchObject({ total_spent: 0.2, executions: 20 });
  expect(new Set(folder.ledger().map((entry) => entry["id"])).size).toBe(20);
  expect(await folder.run("verify")).toMatchObject({ exitCode: 0 });
});

it("lets no two terminals take the last dollar", async () => {
  const folder = new Folder({ time: new SharedTime(createClock()) });
  const ended = await Promise.all(
    Array.from({ length: 8 }, () => folder.run("check", "--monthly-budget", "1", "--estimate", "0.3")),
  );
  expect(ended.filter(({ exitCode }) => exitCode === 0)).toHaveLength(3);
  expect(ended.filter(({ exitCode }) => exitCode === 75)).toHaveLength(5);
  expect(folder.state().holds).toHaveLength(3);
});

it("answers a denial with 75, or with 0 where it was told to go on", async () => {
  const folder = new Folder({ inProcess: true });
  await folder.run("record", "--cost", "14.96");
  const before = folder.contents();
  const denied = await folder.run("check");
  expect(denied.exitCode).toBe(75);
  expect(denied.stdout).toContain("✖ AI run denied\nDenied: a run of $0.0550 no longer fits");
  const again = await folder.run("check", "--on-deny", "continue", "--json");
  expect(again.exitCode).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({ allowed: false, reason: "exhausted", failed: false });
  expect(folder.ledger().map(({ kind }) => kind)).toEqual(["charge", "alert", "alert"]);
  expect(Object.keys(folder.contents())).toEqual(Object.keys(before));
});

it("leaves no trace of a budget that was only asked about", async () => {
  const folder = new Folder({ inProcess: true });
  await folder.run("record", "--cost", "5");
  const before = folder.contents();
  const denied = await folder.run("check", "--monthly-budget", "5.05");
  expect(denied.exitCode).toBe(75);
  expect(denied.stdout).toContain("of $5.05 spent");
  expect(folder.contents()).toEqual(before);
  expect(await folder.json("status")).toMatchObject({ budget: 15, remaining: 10 });
});

it("finds a total that was changed by hand, and mends it from the ledger", async () => {
  const folder = new Folder({ inProcess: true });
  await folder.run("record", "--usage-file", USAGE);
  await folder.run("record", "--cost", "3");
  folder.write(
    "token_budget.json",
    folder.read("token_budget.json").replace(/"total_spent": 3.04995/, '"total_spent": 1'),
  );
  const before = folder.contents();
  const found = await folder.run("verify");
  expect(found.exitCode).toBe(1);
  expect(found.stdout).toContain("✖ The books differ from the ledger");
  expect(found.stdout).toMatch(/^total_spent +\$3\.04995 +\$1$/m);
  expect(folder.contents()).toEqual(before);

  const { differences } = await folder.json("verify");
  expect(differences).toContainEqual(expect.objectContaining({ figure: "total_spent" }));
  const repaired = await folder.run("verify", "--repair");
  expect(repaired.exitCode).toBe(0);
  expect(repaired.stdout).toContain("! The books are repaired\n1 figure of the books now has the ledger's value.");
  expect(folder.state()).toMatchObject({ total_spent: 3.04995, executions: 2 });
  expect(folder.ledger().at(-1)).toMatchObject({ kind: "correction", cost: 0, source: "verify" });
  expect(await folder.run("verify")).toMatchObject({ exitCode: 0 });
});
