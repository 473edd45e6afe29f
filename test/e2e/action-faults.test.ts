import { describe, expect, it } from "vitest";
import { type Fault, secondaryRateLimit } from "../support/github/faults.ts";
import { booksOn, NOON, READ_AND_COMMIT, useWorld } from "./action-world.ts";
import { seedBooks } from "./books-on-branch.ts";

const world = useWorld();
const LOST_ANSWERS: readonly [string, Fault][] = [
  ["breaks off", { kind: "drop-after" }],
  ["is cut short", { kind: "truncate" }],
  ["is a 502", { kind: "status", status: 502, after: true }],
];

describe("a commit whose answer is lost", () => {
  it.each(LOST_ANSWERS)("holds once for a check when it %s", async (_, fault) => {
    await seedBooks(world.repo, { at: NOON, spent: 1 });
    world.github.faults.next("mutation", fault);
    const { exitCode, outputs } = await world.step("check");
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ allowed: "true", held: "0.055", remaining: "13.945" });
    expect(world.requests()).toEqual([...READ_AND_COMMIT, "TokenBudgetRead"]);
    const { state } = await booksOn(world.repo);
    expect(state.holds).toMatchObject([{ id: outputs["hold"], amount: 0.055 }]);
    expect(await world.repo.log("token-budget")).toHaveLength(2);
  });

  it.each(LOST_ANSWERS)("books once for a record when it %s, with its milestone told", async (_, fault) => {
    await seedBooks(world.repo, { at: NOON, spent: 4.98 });
    world.github.faults.next("mutation", fault);
    const { exitCode, outputs } = await world.step("record", { cost: "0.05" });
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ cost: "0.05", spent: "5.03", executions: "1", milestones: "5" });
    const { state, entries } = await booksOn(world.repo);
    expect(entries.filter(({ kind }) => kind === "charge")).toHaveLength(1);
    expect(state).toMatchObject({ total_spent: 5.03, outbox: [] });
    expect(world.titles()).toEqual(["🚀 $5 Milestone Reached!"]);
  });

  it("begins one branch on first use", async () => {
    world.github.faults.next({ method: "POST", path: /git\/refs$/ }, { kind: "drop-after" });
    const { outputs } = await world.step("record", { cost: "0.05" });
    expect(outputs).toMatchObject({ spent: "0.05", executions: "1" });
    expect(await world.repo.log("token-budget")).toHaveLength(1);
  });

  it.each([/git\/trees$/, /git\/commits$/])(
    "begins one branch where an answer before it was lost: %s",
    async (path) => {
      world.github.faults.next({ method: "POST", path }, { kind: "drop-after" });
      const { outputs } = await world.step("check");
      expect(outputs).toMatchObject({ allowed: "true", held: "0.055" });
      expect((await booksOn(world.repo)).state.holds).toHaveLength(1);
      expect(await world.repo.log("token-budget")).toHaveLength(1);
    },
  );

  it("sends a message once when it was only taking it off", async () => {
    await seedBooks(world.repo, { at: NOON, spent: 4.98 });
    let commits = 0;
    world.github.faults.schedule(({ kind }) => {
      commits += kind === "mutation" ? 1 : 0;
      return kind === "mutation" && commits === 2 ? { kind: "drop-after" } : undefined;
    });
    const { exitCode } = await world.step("record", { cost: "0.05" });
    expect(exitCode).toBe(0);
    await world.step("check");
    expect(world.titles()).toEqual(["🚀 $5 Milestone Reached!"]);
    expect((await booksOn(world.repo)).state.outbox).toEqual([]);
  });
});

describe("trouble that passes", () => {
  it.each<[string, readonly Fault[]]>([
    [
      "a 502 and a 503",
      [
        { kind: "status", status: 502 },
        { kind: "status", status: 503 },
      ],
    ],
    ["a proxy's page", [{ kind: "html" }]],
    ["a connection that breaks off", [{ kind: "drop-before" }]],
    ["an answer of nothing", [{ kind: "truncate" }]],
    ["a rate limit with retry-after: 1", [secondaryRateLimit(1)]],
  ])("is waited out by a read: %s", async (_, faults) => {
    await seedBooks(world.repo, { at: NOON, spent: 1 });
    world.github.faults.next("query", ...faults);
    const { exitCode, outputs } = await world.step("record", { cost: "0.05" });
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ spent: "1.05" });
    expect(world.requests()).toEqual([...faults.map(() => "TokenBudgetRead"), ...READ_AND_COMMIT]);
    expect((await booksOn(world.repo)).state.total_spent).toBe(1.05);
  });

  it.each<[string, Fault]>([
    ["a 502", { kind: "status", status: 502 }],
    ["a connection that breaks off", { kind: "drop-before" }],
    ["a rate limit with retry-after: 1", secondaryRateLimit(1, 429)],
  ])("is waited out by a commit, which reads again first: %s", async (_, fault) => {
    await seedBooks(world.repo, { at: NOON, spent: 1 });
    world.github.faults.next("mutation", fault);
    const { exitCode, outputs } = await world.step("record", { cost: "0.05" });
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ spent: "1.05", commit: await world.repo.head("token-budget") });
    expect(world.requests()).toEqual([...READ_AND_COMMIT, ...READ_AND_COMMIT]);
    expect(await world.repo.log("token-budget")).toHaveLength(2);
  });

  it("is a read behind the truth, which costs a retry and loses nothing", async () => {
    await seedBooks(world.repo, { at: NOON, spent: 1 });
    await world.step("record", { cost: "0.05" });
    world.requests();
    world.github.faults.next("query", { kind: "stale", commits: 1 }, { kind: "stale", commits: 1 });
    const { outputs } = await world.step("record", { cost: "0.06" });
    expect(outputs).toMatchObject({ spent: "1.11", executions: "2" });
    expect(world.requests()).toEqual([...READ_AND_COMMIT, ...READ_AND_COMMIT, ...READ_AND_COMMIT]);
    expect((await booksOn(world.repo)).state).toMatchObject({ total_spent: 1.11, executions: 2 });
  });

  it("is a read that doesn't show the new branch yet", async () => {
    const job = world.job();
    await job.step({ inputs: { command: "check" } });
    world.github.faults.next("query", { kind: "stale", commits: 1 });
    const other = await world.step("check", {}, { run: { id: 2 } });
    expect(other.outputs).toMatchObject({ allowed: "true", held: "0.11" });
    expect((await booksOn(world.repo)).state.holds).toHaveLength(2);
    expect(await world.repo.log("token-budget")).toHaveLength(2);
  });
});

describe("a booking right after the books began", () => {
  it("settles its hold though a read doesn't show the branch yet", async () => {
    const job = world.job();
    const main = await job.step();
    world.github.faults.next("query", { kind: "stale", commits: 1 });
    const post = await job.post({ inputs: { cost: "0.02" } });
    expect(post.annotations).toEqual([]);
    const { state, entries } = await booksOn(world.repo);
    expect(entries).toMatchObject([{ hold: main.outputs["hold"], cost: 0.02 }]);
    expect(state.holds).toEqual([]);
  });
});

describe("trouble that lasts too long", () => {
  it("is unreachable books at once where the rate limit is minutes away", async () => {
    await seedBooks(world.repo, { at: NOON, spent: 1 });
    world.github.faults.next("query", secondaryRateLimit(1800));
    const { exitCode, outputs } = await world.step("check");
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ allowed: "false", decision: "deny", reason: "state-unreachable" });
    expect(outputs["message"]).toMatch(/30 minutes/);
    expect(world.requests()).toEqual(["TokenBudgetRead"]);
  });
});

describe("trouble while the ledger is read", () => {
  const ARCHIVE = { path: "/legacy.tar.gz/" };
  const LEDGER: readonly [string, string][] = [
    ["the ledger's months", "TokenBudgetMonths"],
    ["their files", "TokenBudgetFiles"],
    ["the lines in them", "TokenBudgetLedger"],
  ];
  const TROUBLE: readonly [string, Fault][] = [
    ["a 502", { kind: "status", status: 502 }],
    ["a connection that breaks off", { kind: "drop-before" }],
    ["an answer that was cut short", { kind: "truncate" }],
  ];

  it.each(
    LEDGER.flatMap(([what, operationName]) =>
      TROUBLE.map(([fault, told]) => [what, fault, operationName, told] as const),
    ),
  )("of verify is waited out, file by file: %s, %s", async (_what, _fault, operationName, fault) => {
    await seedBooks(world.repo, { at: NOON, spent: 1 });
    world.github.faults.always(ARCHIVE, { kind: "status", status: 503 });
    world.github.faults.next({ operationName }, fault);
    const { exitCode, outputs } = await world.step("verify");
    expect({ exitCode, message: outputs["message"] }).toMatchObject({ exitCode: 0 });
    expect(world.requests().filter((asked) => asked === operationName)).toHaveLength(2);
  });

  it.each([
    ["the question, a 502", { path: "/tarball/" }, { kind: "status", status: 502 }, 2],
    ["the question, a connection that breaks off", { path: "/tarball/" }, { kind: "drop-before" }, 2],
    ["the archive, cut short", ARCHIVE, { kind: "truncate", bytes: 200 }, 2],
    ["the archive, a connection that breaks off in it", ARCHIVE, { kind: "drop-after" }, 1],
  ] as const)("of verify is waited out, from an archive: %s", async (_, match, fault, times) => {
    await seedBooks(world.repo, { at: NOON, spent: 1 });
    world.github.faults.next(match, fault);
    const { exitCode, outputs } = await world.step("verify");
    expect({ exitCode, message: outputs["message"] }).toMatchObject({ exitCode: 0 });
    expect(world.github.requests(match)).toBeGreaterThanOrEqual(times);
  });

  it.each([
    ["the question", { path: "/tarball/" }, { kind: "status", status: 502 }],
    ["the archive", ARCHIVE, { kind: "truncate", bytes: 200 }],
  ] as const)("of verify that lasts is books out of reach, and no bug: %s", async (_, match, fault) => {
    await seedBooks(world.repo, { at: NOON, spent: 1 });
    world.github.faults.always(match, fault);
    for (const repair of ["false", "true"]) {
      const { exitCode, outputs, annotations } = await world.step("verify", { repair });
      expect({ exitCode, reason: outputs["reason"] }).toEqual({ exitCode: 1, reason: "state-unreachable" });
      expect(annotations.map(({ message }) => message).join()).not.toContain("bug");
    }
  });

  it("of doctor is waited out as well", async () => {
    await seedBooks(world.repo, { at: NOON, spent: 1 });
    world.github.faults.next("read", { kind: "status", status: 502 });
    world.github.faults.next("query", { kind: "drop-before" });
    const { outputs } = await world.step("doctor");
    expect(outputs["message"]).not.toContain("couldn't be examined");
    expect(world.requests().filter((asked) => asked === "TokenBudgetRead").length).toBeGreaterThan(1);
  });
});
