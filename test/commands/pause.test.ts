import { beforeEach, describe, expect, it } from "vitest";
import { decodeState } from "../../src/books/file/decode.ts";
import { VERSION_1_TEXT } from "../support/version-1-books.ts";
import { BY_HAND, fieldsOf, READ_AND_COMMIT, type Result, said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const REASON = "Release week";
const UNTIL = "20 Feb 2026, 00:00 (UTC)";
const SAYS = `aused by maintainer until ${UNTIL}: ${REASON}.`;
const DENIED = { allowed: "false", decision: "deny", reason: "paused" };

beforeEach(() => world.roles.set("maintainer", "maintain"));

const by = (actor: string) => ({ ...BY_HAND, run: { actor } });
const pause = (inputs: Readonly<Record<string, string>> = { until: "2026-02-20" }, actor = "maintainer") =>
  world.run("pause", { reason: REASON, ...inputs }, by(actor));
const resume = (inputs: Readonly<Record<string, string>> = {}) => world.run("resume", inputs, BY_HAND);
const check = (inputs: Readonly<Record<string, string>> = {}) => world.run("check", { estimate: "0.01", ...inputs });
const paused = () => world.books().state.paused;

describe("a pause", () => {
  it("denies the next check with who, why and until when, and writes nothing for it", async () => {
    const made = await pause();
    expect(made.failure).toBeNull();
    expect(made.outputs["message"]).toBe(`P${SAYS}`);
    expect(world.commits().at(-1)).toBe("budget: 1 message sent (run 1)");
    expect(world.commits().at(-2)).toBe("budget: paused by maintainer (run 1)");
    world.calls();

    const denied = await check();
    expect(denied.outputs).toMatchObject(DENIED);
    expect(denied.failure).toBe(`Denied: p${SAYS}`);
    expect(denied.summary).toContain("Wait: runs start again on 20 Feb 2026, 00:00");
    expect(denied.summary).toContain("command: resume");
    expect(world.calls()).not.toContain("commit");
    expect(paused()).toEqual({
      ...{ by: "maintainer", at: "2026-02-14T12:00:00Z", reason: REASON, until: "2026-02-20T00:00:00Z" },
    });
    expect(world.books().entries.at(-1)).toMatchObject({
      ...{ kind: "pause", cost: 0, actor: "maintainer", reason: REASON, until: "2026-02-20T00:00:00Z" },
    });
  });

  it("tells an older release to stop, and no longer once it is over", async () => {
    await pause();
    expect(world.books().state.requires).toEqual(["paused"]);
    await pause({ until: "2026-02-21" });
    expect(world.books().state.requires).toEqual(["paused"]);
    await resume();
    expect(world.books().state).toMatchObject({ requires: [], pauses: [{ from: "2026-02-14", to: "2026-02-14" }] });
  });

  it("is shown on top of the status, in every summary and on the page, and status writes nothing", async () => {
    await pause();
    world.calls();
    const status = await world.run("status");
    expect(status.summary).toMatch(/^## ⚠️ Budget status\n\n⏸️ \*\*Paused by maintainer until 20 Feb 2026/);
    expect(status.screen).toContain(`! P${SAYS}`);
    expect(JSON.parse(status.json)).toMatchObject({
      reason: "paused",
      health: "green",
      paused: { by: "maintainer", reason: REASON, until: "2026-02-20T00:00:00Z", below: null },
    });
    expect(world.calls()).toEqual(["read"]);
    const booked = await world.run("record", { cost: "0.5" });
    expect(booked.summary).toContain("⏸️ **Paused by maintainer");
    expect(world.store.pages.at(-1)).toContain("⏸️ **Paused by maintainer");
  });

  it("is announced when it begins, and when someone resumes", async () => {
    await pause();
    await resume({ reason: "It is out" });
    expect(world.titles()).toEqual(["⏸️ Paused by maintainer", "▶️ Resumed by maintainer"]);
    expect(world.messages()[0]?.payload.embeds?.[0]?.description).toContain(`${REASON}\n`);
    expect(fieldsOf(world.messages()[0])).toMatchObject({ "🚦 Waits": "Every run" });
    expect(world.messages()[1]?.payload.embeds?.[0]?.description).toContain("It is out\n");
    expect((await check()).outputs).toMatchObject({ allowed: "true", reason: "ok" });
  });

  it("replaces the one before it, and says so", async () => {
    world.roles.set("octocat", "admin");
    await pause();
    const second = await pause({ reason: "An incident." }, "octocat");
    expect(second.outputs["message"]).toBe("Paused by octocat until a maintainer resumes: An incident.");
    expect(said(second, "notice")).toContain(`This replaces an earlier pause: p${SAYS}`);
    expect(paused()).toMatchObject({ by: "octocat", reason: "An incident." });
    expect(paused()).not.toHaveProperty("until");
  });

  it.each([
    ["the start of a day in the books' zone", "2026-02-20", "2026-02-19T23:00:00Z"],
    ["an instant with an offset", "2026-02-20T18:00+01:00", "2026-02-20T17:00:00Z"],
    ["an instant", "2026-02-14T12:30:00Z", "2026-02-14T12:30:00Z"],
  ])("ends at %s", async (_, until, instant) => {
    world.seed({ at: "2026-02-14T11:00:00Z", state: { timezone: "Europe/Berlin" } });
    await pause({ until });
    expect(paused().until).toBe(instant);
  });

  it.each([
    ["today, which has begun", "2026-02-14", /a pause must end in the future/],
    ["a day in the past", "2026-02-01", /a pause must end in the future/],
    ["this instant", "2026-02-14T12:00:00Z", /a pause must end in the future/],
    ["no time", "tomorrow", /a day such as 2026-02-24, or an instant/],
    ["a time without its offset", "2026-02-20T18:00", /or an instant such as 2026-02-24T18:00Z/],
    ["a day that no month has", "2026-02-30T18:00Z", /a day such as/],
  ])("is refused with an end that is %s, and changes nothing", async (_, until, why) => {
    const { failure } = await pause({ until });
    expect(failure).toMatch(why);
    expect(world.store.state).toBeNull();
  });

  it("needs a reason", async () => {
    expect((await pause({ reason: "" })).failure).toMatch(/reason is missing: say in a few words why runs wait/);
  });
});

describe("a pause or a resume by someone else", () => {
  it.each(["pause", "resume"])("is refused to a role of write, and to another event: %s", async (command) => {
    await pause();
    world.roles.set("writer", "write");
    for (const [options, why] of [
      [by("writer"), /role write/],
      [{ event: { name: "push" }, run: { actor: "maintainer" } }, /workflow_dispatch/],
    ] as const) {
      expect((await world.run(command, { reason: "I want to" }, options)).failure).toMatch(why);
    }
    expect(paused()).toMatchObject({ by: "maintainer", reason: REASON });
  });
});

describe("while runs are paused", () => {
  it("admits no run that has an approval, and no re-run", async () => {
    world.policy("approval-environment: ai-budget\nreserve: 90%\n");
    await pause();
    world.approvers.set("ai-budget", [{ login: "maintainer" }]);
    const approved = { approval: "ai-budget", estimate: "5" };
    expect((await check(approved)).outputs).toMatchObject(DENIED);
    const rerun = await world.run("check", { estimate: "0.01" }, { run: { attempt: 2 } });
    expect(rerun.outputs).toMatchObject(DENIED);
    await resume();
    expect((await check(approved)).outputs, "the approval isn't used up").toMatchObject({ reason: "approved" });
  });

  it("a run that has started continues, and its cost is booked", async () => {
    const job = world.job();
    await job.run("guard", { estimate: "0.01" });
    await pause();
    job.leave("usage.json", "");
    expect((await job.post({ cost: "0.25" }))?.failure).toBeNull();
    expect((await world.run("record", { cost: "1" })).failure).toBeNull();
    expect(world.books().state).toMatchObject({ total_spent: 1.25, holds: [], executions: 2 });
  });

  it("only runs of low priority wait with below: normal", async () => {
    await pause({ below: "normal" });
    expect((await check({ priority: "low" })).failure).toBe(
      `Denied: paused for low priority by maintainer until a maintainer resumes: ${REASON}.`,
    );
    for (const priority of ["normal", "high"]) {
      expect((await check({ priority })).outputs).toMatchObject({ allowed: "true" });
    }
    expect((await world.run("status")).outputs).toMatchObject({ allowed: "true" });
    await resume();
    expect(world.books().state, "the demand of these days is known").not.toHaveProperty("pauses");
  });

  it("a top-up, a reset and the month's end happen as usual, and the recap counts the days", async () => {
    await pause({});
    expect((await world.run("adjust", { adjustment: "top-up", amount: "5", reason: "x" }, BY_HAND)).failure).toBeNull();
    expect((await world.run("reset", { reason: "x" }, BY_HAND)).failure).toBeNull();
    world.discord.clear();
    world.at("2026-03-02T12:00:00Z");
    await world.run("record", { cost: "0.5" });
    expect(world.books().state).toMatchObject({
      current_month: "2026-03",
      total_spent: 0.5,
      paused: { reason: REASON },
    });
    expect(fieldsOf(world.messages()[0])).toMatchObject({ "⏸️ Paused": "15 days" });
    const recap = await world.run("recap", { month: "2026-03" });
    expect(JSON.parse(recap.json)).toMatchObject({ recap: { pausedDays: 2 } });
    expect((await world.run("verify")).failure).toBeNull();
  });
});

describe("the end of a pause", () => {
  it("comes by itself: whoever writes next removes it and announces it, and who only looks sees none", async () => {
    await pause();
    world.at("2026-02-20T00:00:00Z");
    world.calls();
    expect((await world.run("status")).outputs).toMatchObject({ allowed: "true", reason: "ok" });
    expect(world.calls()).toEqual(["read"]);
    expect((await check()).outputs).toMatchObject({ allowed: "true" });
    expect(world.calls().slice(0, 2), "it costs no request more").toEqual(READ_AND_COMMIT);
    expect(world.books().state).toMatchObject({ requires: [], pauses: [{ from: "2026-02-14", to: "2026-02-19" }] });
    expect(paused()).toBeUndefined();
    expect(world.titles()).toEqual(["⏸️ Paused by maintainer", "▶️ The pause has ended"]);
  });

  it.each<[string, () => void]>([
    ["books that aren't there", () => {}],
    ["books without a pause", () => world.seed({ at: "2026-02-14T11:00:00Z", spent: 1 })],
  ])("comes to nothing in %s: a notice, and nothing written", async (_, given) => {
    given();
    const before = world.store.state;
    const { failure, notes, outputs } = await resume();
    expect(failure).toBeNull();
    expect(notes).toMatchObject([{ level: "notice", text: "Nothing is paused: runs start as usual." }]);
    expect(outputs["message"]).toMatch(/^Nothing is paused; /);
    expect(world.store.state).toBe(before);
  });
});

describe("two maintainers at once", () => {
  const outcomes = [
    ["two pauses", () => [pause({ reason: "A" }), pause({ reason: "B" }, "octocat")]],
    ["a pause and a resume", () => [pause({ reason: "A" }), resume()]],
  ] as const;

  it.each(outcomes)("end in one state, that of the last line of the ledger: %s", async (_, both) => {
    world.roles.set("octocat", "admin");
    await pause();
    const results: Result[] = await Promise.all(both());
    expect(results.map(({ failure }) => failure)).toEqual([null, null]);
    const { state, entries } = world.books();
    const last = entries.at(-1);
    expect(entries).toHaveLength(3);
    if (last.kind === "resume") expect(state.paused).toBeUndefined();
    else expect(state.paused).toMatchObject({ by: last.actor, reason: last.reason });
    expect(state.requires).toEqual(last.kind === "resume" ? [] : ["paused"]);
  });
});

describe("doctor", () => {
  const pauses = ({ view }: Result) =>
    ("findings" in view ? view.findings : []).filter(({ about }) => about === "Pause");

  it("warns of a pause with who, until when and why, and says how it ends", async () => {
    await world.run("record", { cost: "0.01" });
    expect(pauses(await world.run("doctor"))).toEqual([]);
    await pause();
    expect(pauses(await world.run("doctor"))).toEqual([
      {
        ...{ tone: "warn", about: "Pause", text: `p${SAYS}` },
        fix: { text: expect.stringContaining("maintainer"), code: "command: resume" },
      },
    ]);
    await resume();
    expect(pauses(await world.run("doctor"))).toEqual([]);
  });
});

describe("a pause of books that came from version 1.0", () => {
  it("imports them first, and the month keeps what it had", async () => {
    world.store.legacy = { path: "token_budget.json", branch: "main", state: decodeState(VERSION_1_TEXT) };
    await pause();
    expect(world.books().state).toMatchObject({ total_spent: 5.23, paused: { reason: REASON } });
    expect((await check()).outputs).toMatchObject(DENIED);
    await resume();
    expect((await world.run("verify")).failure).toBeNull();
  });
});
