import type { UsageLine } from "../usage/usage.ts";

/** A request that is open: what it used at least, should nothing else ever be known of it. */
export type Open = { readonly number: number; readonly least: UsageLine; readonly agentPart: string | undefined };

/** What has changed about the open requests. */
export type OpenChange = { readonly opened: readonly Open[]; readonly closed: readonly number[] };

/**
 * The requests that are open; what changes is reported once for all that happens at the same time, and before anything
 * else does: whoever has an answer may end this process, and what is booked must not be written a second time.
 */
export type Opens = {
  open(least: UsageLine, agentPart: string | undefined): number;
  close(number: number): void;
  count(): number;
  /** Reports what has changed now. */
  report(): void;
};

export function createOpens(report: (change: OpenChange) => void): Opens {
  const all = new Set<number>();
  let last = 0;
  let opened: Open[] = [];
  let closed: number[] = [];
  const now = () => {
    const change = { opened, closed };
    if (opened.length + closed.length === 0) return;
    opened = [];
    closed = [];
    report(change);
  };
  const soon = () => {
    if (opened.length + closed.length === 1) queueMicrotask(now);
  };
  return {
    open(least, agentPart) {
      last += 1;
      all.add(last);
      opened.push({ number: last, least, agentPart });
      soon();
      return last;
    },
    close(number) {
      if (!all.delete(number)) return;
      closed.push(number);
      soon();
    },
    count: () => all.size,
    report: now,
  };
}
