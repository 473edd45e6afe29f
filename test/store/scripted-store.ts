import type { Change, CommitResult, Snapshot } from "../../src/store/port.ts";
import { StoreFault } from "../../src/store/port.ts";
import type { Waiting } from "../../src/store/waiting.ts";
import { type Given, MemoryStore } from "./memory-store.ts";

/** What happens to one read: it works, it is so many versions old, or it fails. */
export type ReadStep = "ok" | { readonly stale: number } | StoreFault | Error;

/** What happens to one commit: it works, others write first, its answer is lost, or it fails before it is done. */
export type CommitStep = "ok" | "lost" | StoreFault | Error | ((store: ScriptedStore) => void);

/** Books in memory that do what a script says; past its end everything works. */
export class ScriptedStore extends MemoryStore {
  readonly reads: ReadStep[];
  readonly commits: CommitStep[];
  readCount = 0;
  commitCount = 0;

  constructor(given: Given & { readonly reads?: readonly ReadStep[]; readonly commits?: readonly CommitStep[] }) {
    super({ staleMs: 10_000, ...given });
    this.reads = [...(given.reads ?? [])];
    this.commits = [...(given.commits ?? [])];
  }

  override async read(first?: Snapshot): Promise<Snapshot> {
    this.readCount += 1;
    const step = this.reads.shift() ?? "ok";
    if (step instanceof Error) throw step;
    return this.snapshot(first, step === "ok" ? 0 : step.stale);
  }

  override async commit(snapshot: Snapshot, change: Change): Promise<CommitResult> {
    this.commitCount += 1;
    const step = this.commits.shift() ?? "ok";
    if (typeof step === "function") step(this);
    if (step instanceof Error) throw step;
    const result = await super.commit(snapshot, change);
    if (step === "lost" && result.kind === "committed") throw new StoreFault("the answer never came");
    return result;
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
