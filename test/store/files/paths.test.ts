import { describe, expect, it } from "vitest";
import {
  badgePathOf,
  compareLedgerNames,
  ledgerFileFor,
  ledgerFolderOf,
  ledgerPartOf,
} from "../../../src/store/files/paths.ts";

describe("the ledger's folder", () => {
  it.each([
    ["token_budget.json", "token_budget/ledger"],
    ["ai/team.json", "ai/team/ledger"],
    ["ai/team.v2.json", "ai/team.v2/ledger"],
    [".budget.json", ".budget/ledger"],
    ["a.b/books", "a.b/books_ledger"],
    ["a/.books", "a/.books_ledger"],
  ])("of %s is %s", (path, folder) => {
    expect(ledgerFolderOf(path)).toBe(folder);
  });
});

describe("the badge's path", () => {
  it.each([
    ["token_budget.json", "token_budget/badge.svg"],
    ["ai/team.json", "ai/team/badge.svg"],
    ["a.b/books", "a.b/books_badge.svg"],
  ])("beside the ledger of %s is %s", (path, badge) => {
    expect(badgePathOf(path)).toBe(badge);
  });
});

describe("the names of ledger files", () => {
  it("are in order by hour, then by part", () => {
    const names = ["2026-02/14T11.ndjson", "2026-02/14T10-10.ndjson", "2026-02/14T10-2.ndjson", "2026-02/14T10.ndjson"];
    expect(names.toSorted(compareLedgerNames)).toEqual(names.toReversed());
  });

  it.each(["2026-02/14T10-1.ndjson", "2026-02/14T10-0.ndjson", "2026-02/14T10-02.ndjson", "2026-02/14T10.json", "x"])(
    "are not like %s",
    (name) => {
      expect(ledgerPartOf(name)).toBeUndefined();
    },
  );
});

describe("the file an operation's lines go to", () => {
  const hour = "2026-02/14T10";
  const first = "f/2026-02/14T10.ndjson";
  const second = "f/2026-02/14T10-2.ndjson";
  it.each([
    ["the hour's first", [], 10, { path: first, text: "" }],
    ["the hour's last", [{ path: first, text: "{}\n" }], 10, { path: first, text: "{}\n" }],
    ["one whose last line lost its end", [{ path: first, text: "{}" }], 10, { path: first, text: "{}\n" }],
    [
      "a new one when the last would grow to 400 kB",
      [{ path: first, text: "é\n".repeat(130_000) }],
      10_000,
      { path: second, text: "" },
    ],
    [
      "the second part",
      [
        { path: first, text: "a\n" },
        { path: second, text: "b\n" },
      ],
      10,
      { path: second, text: "b\n" },
    ],
  ])("is %s", (_name, files, addedBytes, expected) => {
    expect(ledgerFileFor(files, "f", { hour, addedBytes })).toEqual(expected);
  });
});
