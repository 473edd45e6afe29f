import { describe, expect, it } from "vitest";
import type { Request } from "../../src/books/request.ts";
import type { State } from "../../src/books/state.ts";
import { ZERO } from "../../src/values/money.ts";
import { rule, TAGS } from "./part-samples.ts";
import { Bookkeeper, check, freshState, hold, record, release } from "./sample-books.ts";

/** What a later release may have written, and this one doesn't know. */
const NEWER = { weather: ["sun", 3] };
const settings = { parts: [rule({ period: "day" })] };

function booksOfNewer(): State {
  const line = { period: "2026-02-14", spent: ZERO, tokens: 0, alerts_sent: [], ...NEWER };
  const kept = hold({ id: "kept", expires_at: "2026-05-01T00:00:00Z", ...NEWER });
  return { ...freshState(), ...NEWER, requires: ["budgets"], budgets: { infrastructure: line }, holds: [kept] };
}

describe("keys of a later release that this one may ignore", () => {
  const reset: Request = { kind: "reset", id: "reset-1", actor: "octocat", reason: "again", run: {} };

  it.each<[string, Request, string]>([
    ["a check", check({ tags: TAGS }), "2026-02-14T10:00:00Z"],
    ["a booking", record({ hold: undefined, tags: TAGS, run: {} }), "2026-02-14T10:00:00Z"],
    ["a release", release({ hold: "unknown" }), "2026-02-14T10:00:00Z"],
    ["a reset", reset, "2026-02-14T10:00:00Z"],
    ["a day's turn", record({ hold: undefined, tags: TAGS, run: {} }), "2026-02-16T10:00:00Z"],
    ["a month's turn", record({ hold: undefined, tags: TAGS, run: {} }), "2026-03-02T10:00:00Z"],
  ])("survive %s", (_what, request, now) => {
    const keeper = new Bookkeeper(booksOfNewer());
    keeper.do(request, { settings, now });
    expect(keeper.state).toMatchObject({ ...NEWER, budgets: { infrastructure: NEWER } });
    expect(keeper.state.holds.find(({ id }) => id === "kept")).toMatchObject(NEWER);
  });
});
