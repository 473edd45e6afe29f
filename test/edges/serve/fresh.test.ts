import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { freshly, TooSlow } from "../../../src/edges/serve/fresh.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A read whose answers come when the test wants them. */
function asked() {
  const reads: { isLost: boolean; resolve: (text: string) => void; reject: (error: Error) => void }[] = [];
  const read = (isLost: boolean) =>
    new Promise<string>((resolve, reject) => {
      reads.push({ isLost, resolve, reject });
    });
  const fresh = freshly(read, { freshMs: 1_000, waitMs: 9_000, lostMs: 60_000, clock: () => Date.now() });
  return { reads, fresh };
}

describe("what was read lately", () => {
  it("answers two hundred who ask at once, and all who ask within a second, with one read", async () => {
    const { reads, fresh } = asked();
    const all = Promise.all(Array.from({ length: 200 }, () => fresh.get()));
    reads[0]?.resolve("a");
    expect(new Set(await all)).toEqual(new Set(["a"]));
    vi.advanceTimersByTime(999);
    expect(await fresh.get()).toBe("a");
    expect(reads).toHaveLength(1);
    vi.advanceTimersByTime(1);
    const next = fresh.get();
    reads[1]?.resolve("b");
    expect([await next, reads.length]).toEqual(["b", 2]);
  });

  it("keeps an error as long, so that a broken store isn't asked by everyone", async () => {
    const { reads, fresh } = asked();
    const first = fresh.get();
    reads[0]?.reject(new Error("broken"));
    await expect(first).rejects.toThrow("broken");
    await expect(fresh.get()).rejects.toThrow("broken");
    expect(reads).toHaveLength(1);
  });

  it("lets nobody wait for more than nine seconds of a read, and begins no other beside it", async () => {
    const { reads, fresh } = asked();
    const early = expect(fresh.get()).rejects.toThrow(TooSlow);
    vi.advanceTimersByTime(8_000);
    const late = expect(fresh.get()).rejects.toThrow(TooSlow);
    vi.advanceTimersByTime(1_000);
    await Promise.all([early, late]);
    // Whoever comes now doesn't wait at all.
    await expect(fresh.get()).rejects.toThrow(TooSlow);
    expect(vi.getTimerCount()).toBe(0);
    expect(reads).toHaveLength(1);
    reads[0]?.resolve("at last");
    await vi.advanceTimersByTimeAsync(0);
    const after = fresh.get();
    reads[1]?.resolve("again");
    expect(await after).toBe("again");
  });

  it("gives up a read that shows no sign of life for a minute, and says so to the next", async () => {
    const { reads, fresh } = asked();
    fresh.get().catch(() => {});
    await vi.advanceTimersByTimeAsync(50_000);
    fresh.touch();
    await vi.advanceTimersByTimeAsync(50_000);
    fresh.get().catch(() => {});
    expect(reads).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(11_000);
    const next = fresh.get();
    expect(reads.map(({ isLost }) => isLost)).toEqual([false, true]);
    reads[1]?.resolve("b");
    expect(await next).toBe("b");
    reads[0]?.resolve("a");
    await vi.advanceTimersByTimeAsync(0);
    expect(await fresh.get()).toBe("b");
  });

  it("is read again after it was said to have changed", async () => {
    const { reads, fresh } = asked();
    const first = fresh.get();
    reads[0]?.resolve("a");
    await first;
    fresh.expire();
    const next = fresh.get();
    reads[1]?.resolve("b");
    expect([await next, await fresh.get(), reads.length]).toEqual(["b", "b", 2]);
  });
});
