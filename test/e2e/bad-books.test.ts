import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Repository } from "../support/github/repository.ts";
import { type GitHub, startGitHub } from "../support/github/server.ts";
import { type ActionOptions, type ActionResult, createJob, runAction } from "../support/runner/action.ts";
import { sharedHosts as hosts } from "../support/runner/hosts.ts";
import { SharedTime } from "../support/runner/shared-time.ts";
import { booksOn, seedBooks } from "./books-on-branch.ts";
import { Folder, USAGE } from "./folder-world.ts";

const GOOD = {
  version: "2.0",
  requires: [],
  current_month: "2026-02",
  monthly_budget: 15,
  top_ups: 0,
  timezone: "UTC",
  total_spent: 5.23,
  executions: 95,
  prs_generated: 95,
  tokens_used: {},
  models: { unpriced: { cost: 5.23 } },
  daily: {},
  milestones_reached: [5],
  alerts_sent: [],
  holds: [],
  closed_holds: [],
  profiles: {},
  sessions: {},
  outbox: [],
  exhausted_at: null,
  last_reset: "2026-02-01T00:00:00Z",
  history: [],
};
const text = (changed: Readonly<Record<string, unknown>> = {}) => JSON.stringify({ ...GOOD, ...changed }, null, 2);
// What stands in the file, and the place or the reason that every message must name: what an edge alone can get wrong, and
// one text that isn't JSON. How commands answer to other damage is damaged-books.test.ts's.
const BAD: readonly (readonly [name: string, content: string | Buffer, said: RegExp])[] = [
  ["something that isn't JSON", "monthly_budget: 15\n", /line 1|JSON/],
  ["bytes that are no text", Buffer.from([0x7b, 0, 0xff, 0xfe, 0, 0x7d]), /not text/],
  ["more than GitHub shows of a file", text({ padding: "x".repeat(600_000) }), /too large/],
];

const PLACE = /token_budget\.json (in|on the branch) .*token-budget/;

let github: GitHub;
let time: SharedTime;
let made = 0;
beforeAll(async () => {
  github = await startGitHub({ repositories: {}, bodies: false });
  time = new SharedTime(github.clock);
});
afterAll(() => github.stop());

async function repositoryWith(content: string | Buffer): Promise<Repository> {
  made += 1;
  const repo = await github.createRepository(`bad/books${made}`);
  await repo.writeFile("token-budget", "token_budget.json", content);
  repo.setRole("octocat", "admin");
  return repo;
}

/** What would have been booked, for a person to book it by hand. */
function expectLedgerLine({ annotations }: ActionResult): void {
  const [warning] = annotations.filter(({ level }) => level === "warning");
  const line = /(\{"id":.*\})$/.exec(warning?.message ?? "")?.[1] ?? "";
  expect(JSON.parse(line)).toMatchObject({ kind: "charge", cost: 0.04995, quality: "priced" });
}

describe.each(BAD)("books that are %s", (name, content, said) => {
  const isFirst = name === BAD[0]?.[0];

  it("are never written, and everybody is told which file it is, where, and what is wrong with it", async () => {
    const repo = await repositoryWith(content);
    const head = await repo.head("token-budget");
    const branches = await repo.branches();
    const job = (options: Partial<ActionOptions> = {}) =>
      createJob({ github, time, hosts, repository: repo.nameWithOwner, ...options });
    const step = (
      command: string,
      inputs: Readonly<Record<string, string>> = {},
      options: Partial<ActionOptions> = {},
    ) => runAction({ github, time, hosts, repository: repo.nameWithOwner, inputs: { command, ...inputs }, ...options });
    const dispatch = { event: { name: "workflow_dispatch" } };
    const usage = { "usage-file": USAGE };

    const guards = async () => {
      const denied = job({ inputs: { command: "guard" } });
      const main = await denied.step();
      return { main, post: await denied.post() };
    };
    const [check, record, { main, post }] = await Promise.all([step("check"), step("record", usage), guards()]);
    const others = isFirst
      ? await Promise.all([
          step("status"),
          step("verify"),
          step("verify", { repair: "true" }),
          step("reset", { reason: "try" }, dispatch),
          step("recap"),
        ])
      : [];

    for (const failed of [check, record, main, ...others]) {
      expect(failed.exitCode).toBe(1);
      expect(failed.outputs).toMatchObject({ allowed: "false", decision: "deny", reason: "state-unreadable" });
      expect(failed.annotations.filter(({ level }) => level === "error")).toHaveLength(1);
      for (const shown of [failed.outputs["message"], failed.annotations.at(-1)?.message]) {
        expect(shown).toMatch(PLACE);
        expect(shown).toContain(repo.nameWithOwner);
        expect(shown).toMatch(said);
      }
      expect(failed.summary).toContain("Reason: <code>state-unreadable</code>");
    }
    expectLedgerLine(record);

    if (isFirst) {
      const [allowed, lenient] = await Promise.all([
        step("check", { "on-error": "allow" }),
        step("record", { ...usage, "on-error": "allow" }),
      ]);
      const answer = { allowed: "true", decision: "allow", reason: "state-unreadable" };
      expect(allowed).toMatchObject({ exitCode: 0, outputs: answer });
      expect(allowed.outputs["hold"]).toBeUndefined();
      expect(allowed.annotations).toMatchObject([{ level: "warning", message: expect.stringMatching(said) }]);
      expect(lenient.exitCode).toBe(0);
      expectLedgerLine(lenient);
    }

    expect(post).toMatchObject({ exitCode: 0, annotations: [] });
    expect(await repo.head("token-budget")).toBe(head);
    expect(await repo.branches()).toEqual(branches);
    expect(await repo.readObject("token-budget", "token_budget.json")).toMatchObject({ content: Buffer.from(content) });
  });

  it("are left alone by the terminal program as well", async () => {
    if (said.source === "too large") return;
    const folder = new Folder({ inProcess: !isFirst });
    folder.write("token_budget.json", content);
    const runs = [["record", "--cost", "1"], ["verify", "--repair"], ["status"], ["reset", "--reason", "x"]];
    for (const args of isFirst ? runs : runs.slice(0, 2)) {
      const { exitCode, stdout } = await folder.run(...args);
      expect(exitCode).toBe(1);
      const words = stdout.replace(/\s+/g, " ");
      expect(words).toContain("token_budget.json");
      expect(words).toMatch(said.source === "not text" ? /JSON|text/ : said);
      expect(words).toContain("Reason: state-unreadable");
    }
    expect(folder.files().filter((file) => !file.includes("lock"))).toEqual(["token_budget.json"]);
    expect(readFileSync(join(folder.path, "token_budget.json"))).toEqual(Buffer.from(content));
  });
});

it("books whose state is gone while their ledger is there are not begun anew", async () => {
  const repo = await github.createRepository("bad/gone");
  await seedBooks(repo, { at: new Date().toISOString(), spent: 5 });
  await repo.deleteFile("token-budget", "token_budget.json");
  const head = await repo.head("token-budget");
  for (const command of ["check", "status", "verify", "record"]) {
    const ended = await runAction({
      github,
      time,
      hosts,
      repository: "bad/gone",
      inputs: { command, "usage-file": command === "record" ? USAGE : "" },
    });
    expect(ended).toMatchObject({ exitCode: 1, outputs: { reason: "state-unreadable" } });
    expect(ended.outputs["message"]).toContain(
      "token_budget.json is missing in bad/gone@token-budget, but its ledger is there",
    );
  }
  expect(await repo.head("token-budget")).toBe(head);
});

it("a run that was let in by on-error: allow is booked at the end of its job, once the books can be read again", async () => {
  const repo = await repositoryWith("{");
  const job = createJob({
    github,
    time,
    hosts,
    repository: repo.nameWithOwner,
    inputs: { command: "guard", "on-error": "allow" },
  });
  expect(await job.step()).toMatchObject({ exitCode: 0, outputs: { allowed: "true", reason: "state-unreadable" } });
  const broken = await job.post({ inputs: { "usage-file": USAGE } });
  expect(broken.exitCode).toBe(0);
  expect(broken.annotations).toMatchObject([{ level: "warning", message: expect.stringContaining('"cost":0.04995') }]);

  await repo.deleteFile("token-budget", "token_budget.json");
  await seedBooks(repo, { at: new Date().toISOString() });
  const post = await job.post({ inputs: { "usage-file": USAGE } });
  expect(post.exitCode).toBe(0);
  expect(post.log).not.toContain("denied");
  expect((await booksOn(repo)).entries.at(-1)).toMatchObject({ kind: "charge", cost: 0.04995 });
});
