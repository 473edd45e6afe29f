import type { ChildProcess } from "node:child_process";

type Wait = { readonly id: number; readonly kind: "sleep" | "time-out"; readonly dueMs: number };

/** A process in this time: what it waits for, and whether an answer it asked for will never come. */
type Member = { waits: Wait[]; isLeftHanging: boolean };

/**
 * A time that several processes and a server live in, in place of real time: it stands still while anybody has
 * something to do, and goes on to the next moment somebody waits for once all wait. A minute costs nothing, and on a
 * slow machine no time-out comes too early.
 */
export class SharedTime {
  readonly #clock: { readonly now: () => Date; readonly advance: (ms: number) => void };
  readonly #members = new Map<ChildProcess, Member>();

  constructor(clock: { readonly now: () => Date; readonly advance: (ms: number) => void }) {
    this.#clock = clock;
  }

  nowMs(): number {
    return this.#clock.now().getTime();
  }

  /** Takes a process in that was started with `shared-time.mjs`, until it ends or the answered function is called. */
  join(child: ChildProcess): () => void {
    const member: Member = { waits: [], isLeftHanging: false };
    this.#members.set(child, member);
    const hear = (message: unknown) => {
      const { id, kind, ms } = message as Partial<Wait> & { ms?: number };
      if (id === undefined || kind === undefined || ms === undefined) return;
      member.waits.push({ id, kind, dueMs: this.nowMs() + ms });
      this.#goOn();
    };
    const leave = () => {
      child.off("message", hear).off("exit", leave).off("error", leave);
      if (this.#members.delete(child)) this.#goOn();
    };
    child.on("message", hear).on("exit", leave).on("error", leave);
    return leave;
  }

  /** A process has asked for what will never be answered: it waits for its time-out. */
  leaveHanging(pid: number): void {
    for (const [child, member] of this.#members) if (child.pid === pid) member.isLeftHanging = true;
    this.#goOn();
  }

  #goOn(): void {
    const next = [...this.#members].map(([child, member]) => ({ child, member, wait: waitOf(member) }));
    const waits = next.flatMap((one) => (one.wait === undefined ? [] : [{ ...one, wait: one.wait }]));
    const [first] = waits.toSorted((a, b) => a.wait.dueMs - b.wait.dueMs);
    if (first === undefined || waits.length < next.length) return;
    const { child, member, wait } = first;
    this.#clock.advance(Math.max(0, wait.dueMs - this.nowMs()));
    member.waits = member.waits.filter((one) => one !== wait);
    member.isLeftHanging = false;
    child.send({ id: wait.id, now: this.nowMs() }, () => {});
  }
}

/** What a process waits for; nothing while it has something to do. */
function waitOf({ waits, isLeftHanging }: Member): Wait | undefined {
  const sleep = waits.find(({ kind }) => kind === "sleep");
  return sleep ?? (isLeftHanging ? waits.findLast(({ kind }) => kind === "time-out") : undefined);
}
