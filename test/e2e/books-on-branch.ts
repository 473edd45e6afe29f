import { expect } from "vitest";
import type { Repository } from "../support/github/repository.ts";

// biome-ignore lint/suspicious/noExplicitAny: the books' JSON is looked at by its paths
type Json = any;

export type Place = { readonly branch?: string; readonly path?: string };
export type BooksOnBranch = { readonly state: Json; readonly entries: readonly Json[] };

const folderOf = (path: string): string => `${path.replace(/\.json$/, "")}/ledger/`;

/** The state and all ledger entries on a branch, as git has them. */
export async function booksOn(
  repo: Repository,
  { branch = "token-budget", path = "token_budget.json" }: Place = {},
): Promise<BooksOnBranch> {
  const entries: Json[] = [];
  for (const file of await repo.files(branch)) {
    if (!file.startsWith(folderOf(path))) continue;
    const text = (await repo.readFile(branch, file)) ?? "";
    entries.push(
      ...text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    );
  }
  return { state: JSON.parse((await repo.readFile(branch, path)) ?? "null"), entries };
}

export type Seed = {
  /** When the books were written last; the month that runs is its month in UTC. */
  readonly at: string;
  readonly spent?: number;
  readonly executions?: number;
  readonly prs?: number;
  readonly milestones?: readonly number[];
  /** Amounts of open holds, made by other runs at `at` for six hours. */
  readonly holds?: readonly number[];
  /** Keys of the state to put in place of the plain ones. */
  readonly state?: Readonly<Record<string, unknown>>;
};

/** Puts books on their branch that hold this, with one imported entry in their ledger that says so. */
export async function seedBooks(repo: Repository, seed: Seed, place: Place = {}): Promise<void> {
  const { branch = "token-budget", path = "token_budget.json" } = place;
  const { at, spent = 0, executions = 0, prs = 0 } = seed;
  const month = at.slice(0, 7);
  const file = `${month}/${at.slice(8, 13)}.ndjson`;
  const imported = { executions, prs, tokens_used: {}, history: [] };
  const entry = { id: `import-${month}`, at, month, kind: "import", cost: spent, imported };
  const hold = (amount: number, index: number) => ({
    id: `seeded-hold-${index + 1}`,
    amount,
    at,
    expires_at: new Date(Date.parse(at) + 6 * 3_600_000).toISOString().replace(".000", ""),
    profile: "ai-pr",
    run: { repository: repo.nameWithOwner, run_id: 900 + index, attempt: 1, job: "agent", index: 0 },
    tags: {},
  });
  const state = {
    version: "2.0",
    requires: [],
    current_month: month,
    monthly_budget: 15,
    top_ups: 0,
    timezone: "UTC",
    total_spent: spent,
    executions,
    prs_generated: prs,
    tokens_used: {},
    models: spent === 0 ? {} : { unpriced: { cost: spent } },
    daily: {},
    milestones_reached: seed.milestones ?? [],
    alerts_sent: [75, 90].filter((percent) => spent >= 0.15 * percent),
    holds: (seed.holds ?? []).map(hold),
    closed_holds: [],
    profiles: {},
    sessions: {},
    outbox: [],
    exhausted_at: null,
    last_reset: `${month}-01T00:00:00Z`,
    last_entry: { file, id: entry.id, at },
    history: [],
    ...seed.state,
  };
  await repo.commit({
    branch,
    files: { [path]: JSON.stringify(state, null, 2), [folderOf(path) + file]: `${JSON.stringify(entry)}\n` },
    message: "Books of an earlier day",
  });
}

const nano = (dollars: number): number => Math.round(dollars * 1e9);

/**
 * Looks the books of a repository over: no entry stands twice, the month's and every closed month's total is the exact
 * sum of its entries, and no secret is on any branch.
 */
export async function expectSoundBooks(repo: Repository, secrets: readonly string[]): Promise<void> {
  for (const branch of await repo.branches()) {
    for (const file of await repo.files(branch)) {
      const text = (await repo.readFile(branch, file)) ?? "";
      for (const secret of secrets) expect(text, `${file} on ${branch}`).not.toContain(secret);
    }
    for (const { message } of await repo.log(branch)) {
      for (const secret of secrets) expect(message).not.toContain(secret);
    }
    const paths = (await repo.files(branch)).filter((file) => /(^|\/)token_budget\.json$/.test(file));
    for (const path of paths) {
      const text = (await repo.readFile(branch, path)) ?? "";
      if (isState(text)) expectSums(await booksOn(repo, { branch, path }));
    }
  }
}

/** Whether the text is a state that adds up; some tests damage theirs on purpose. */
function isState(text: string): boolean {
  try {
    return JSON.parse(text).version === "2.0";
  } catch {
    return false;
  }
}

function expectSums({ state, entries }: BooksOnBranch): void {
  const ids = entries.map((entry) => entry.id);
  expect(ids, "no entry stands twice").toEqual([...new Set(ids)]);
  const running = new Map<string, number>();
  const closed: { month: string; spent: number }[] = [];
  for (const { month, kind, cost } of entries) {
    if (kind === "reset" || kind === "rollover") {
      closed.push({ month, spent: running.get(month) ?? 0 });
      running.delete(month);
    } else running.set(month, (running.get(month) ?? 0) + nano(cost));
  }
  expect(nano(state.total_spent), "spent is the sum of the month's entries").toBe(
    running.get(state.current_month) ?? 0,
  );
  const history = state.history.filter((line: Json) => line.closed !== "import");
  expect(
    history.map((line: Json) => ({ month: line.month, spent: nano(line.total_spent) })),
    "history is the sum of what was closed",
  ).toEqual(closed);
}
