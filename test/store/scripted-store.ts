import type { Change, CommitResult, LedgerFile, Place, Snapshot, Store } from "../../src/store/port.ts";
import { StoreFault } from "../../src/store/port.ts";
import type { Waiting } from "../../src/store/waiting.ts";
import { type Instant, type LedgerHour, ledgerHourOf } from "../../src/values/month.ts";

export const PLACE: Place = { path: "token_budget.json", description: "o/r@token-budget", ownBranch: true };

type Kept = { readonly state: string | null; readonly ledger: readonly LedgerFile[] };

/** What happens to one read: it works, it is so many versions old, or it fails. */
export type ReadStep = "ok" | { readonly stale: number } | StoreFault | Error;

/** What happens to one commit: it works, others write first, its answer is lost, or it fails before it is done. */
export type CommitStep = "ok" | "lost" | StoreFault | Error | ((store: ScriptedStore) => void);

/** Books in memory that do what a script says; past its end everything works. */
export class ScriptedStore implements Store {
  readonly place = PLACE;
  readonly staleMs: number;
  readonly reads: ReadStep[];
  readonly commits: CommitStep[];
  readonly messages: string[] = [];
  readCount = 0;
  commitCount = 0;
  now: Instant;
  policy: Snapshot["policy"] = null;
  legacy: Snapshot["legacy"] = null;
  readonly #versions: Kept[];

  constructor(from: {
    readonly now?: Instant;
    readonly state?: string | null;
    readonly ledger?: readonly LedgerFile[];
    readonly reads?: readonly ReadStep[];
    readonly commits?: readonly CommitStep[];
    readonly staleMs?: number;
  }) {
    this.staleMs = from.staleMs ?? 10_000;
    this.now = from.now ?? "2026-02-14T10:00:00Z";
    this.#versions = [{ state: from.state ?? null, ledger: from.ledger ?? [] }];
    this.reads = [...(from.reads ?? [])];
    this.commits = [...(from.commits ?? [])];
  }

  get state(): string | null {
    return this.#newest().state;
  }

  get ledger(): readonly LedgerFile[] {
    return this.#newest().ledger;
  }

  get lines(): string[] {
    return this.ledger.flatMap((file) => file.text.split("\n").filter((line) => line !== ""));
  }

  snapshot(hour: LedgerHour = ledgerHourOf(this.now), age = 0): Snapshot {
    const index = Math.max(0, this.#versions.length - 1 - age);
    const kept = this.#versions[index] ?? { state: null, ledger: [] };
    return {
      version: kept.state === null && kept.ledger.length === 0 ? null : `v${index}`,
      readAt: this.now,
      hour,
      state: kept.state,
      ledger: kept.ledger.filter((file) => file.path.includes(hour)),
      hasLedger: kept.ledger.length > 0,
      policy: this.policy,
      legacy: this.legacy,
    };
  }

  async read(hour?: LedgerHour): Promise<Snapshot> {
    this.readCount += 1;
    const step = this.reads.shift() ?? "ok";
    if (step instanceof Error) throw step;
    return this.snapshot(hour, step === "ok" ? 0 : step.stale);
  }

  async commit(snapshot: Snapshot, change: Change): Promise<CommitResult> {
    this.commitCount += 1;
    const step = this.commits.shift() ?? "ok";
    if (typeof step === "function") step(this);
    if (step instanceof Error) throw step;
    if (snapshot.version !== this.snapshot().version) return { kind: "conflict" };
    this.write(change);
    if (step === "lost") throw new StoreFault("the answer never came");
    return { kind: "committed", version: this.snapshot().version ?? "" };
  }

  /** Writes like another writer, past the script. */
  write(change: Pick<Change, "state" | "ledger"> & { readonly message?: string }): void {
    const others = this.ledger.filter((file) => file.path !== change.ledger?.path);
    this.messages.push(change.message ?? "");
    this.#versions.push({ state: change.state, ledger: change.ledger === null ? others : [...others, change.ledger] });
  }

  async readLedger(): Promise<readonly LedgerFile[]> {
    return this.ledger;
  }

  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  #newest(): Kept {
    const newest = this.#versions.at(-1);
    if (newest === undefined) throw new Error("no version");
    return newest;
  }
}

/** Time that passes only while somebody sleeps, and `perTry` milliseconds whenever the clock is looked at. */
export function patience(patienceMs: number, perLook = 0): Waiting & { readonly slept: number[] } {
  let nowMs = 0;
  const slept: number[] = [];
  return {
    slept,
    patienceMs,
    clock: () => {
      nowMs += perLook;
      return nowMs;
    },
    sleep: async (ms) => {
      slept.push(ms);
      nowMs += ms;
    },
    random: () => 0.5,
  };
}
