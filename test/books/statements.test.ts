import { describe, expect, it } from "vitest";
import type { StatementRequest } from "../../src/books/request.ts";
import type { IssuedStatement } from "../../src/books/statement-keys.ts";
import { MAX_STATEMENTS, statementsAfter } from "../../src/books/statement-list.ts";
import { nanoOf } from "../../src/values/money.ts";
import { differencesOf } from "../support/replayed.ts";
import { Bookkeeper, freshState } from "./sample-books.ts";

const JANUARY: IssuedStatement = {
  ...{ number: "INV-2026-01-CLIENT-X", month: "2026-01", entity: "client-x", model: "chargeback" },
  ...{ amount: nanoOf(7.956), issued: "2026-02-14", due: "2026-02-23" },
};

function asked(act: StatementRequest["act"], id = "s"): StatementRequest {
  return { kind: "statement", id, act, actor: "octocat", reason: "paid by bank", run: {} };
}

function keeper() {
  return new Bookkeeper(freshState());
}

describe("issued statements", () => {
  it("are entries that cost nothing, and stay in the state's list", () => {
    const books = keeper();
    const other = { ...JANUARY, number: "SB-2026-01-OPS", entity: "ops", model: "showback" as const };
    books.do(asked({ issue: [JANUARY, other] }));
    expect(books.state.statements).toEqual([JANUARY, other]);
    expect(books.entries.map(({ id, kind, cost, statement }) => [id, kind, cost, statement?.number])).toEqual([
      ["s", "statement", 0, JANUARY.number],
      ["s:2", "statement", 0, other.number],
    ]);
    expect(books.entries[0]?.statement).toEqual({ change: "issued", ...JANUARY });
  });

  it("are issued once: the same number again changes nothing", () => {
    const books = keeper();
    books.do(asked({ issue: [JANUARY] }));
    const again = books.do(asked({ issue: [{ ...JANUARY, amount: nanoOf(9) }] }, "t"));
    expect(again.entries).toEqual([]);
    expect(books.state.statements).toEqual([JANUARY]);
  });

  it("are of closed months alone", () => {
    expect(() => keeper().do(asked({ issue: [{ ...JANUARY, month: "2026-02" }] }))).toThrow(
      /2026-02 isn't closed yet.*Nothing was changed/,
    );
  });

  it("are paid or void, once, with the instant", () => {
    const books = keeper();
    books.do(asked({ issue: [JANUARY] }));
    books.do(asked({ paid: JANUARY.number }, "t"), { now: "2026-02-20T10:00:00Z" });
    expect(books.state.statements).toEqual([{ ...JANUARY, paid: "2026-02-20T10:00:00Z" }]);
    expect(books.do(asked({ paid: JANUARY.number }, "u")).entries).toEqual([]);
    books.do(asked({ void: JANUARY.number }, "v"), { now: "2026-02-21T10:00:00Z" });
    expect(books.state.statements?.[0]).toMatchObject({ paid: "2026-02-20T10:00:00Z", void: "2026-02-21T10:00:00Z" });
    expect(books.entries.at(-1)).toMatchObject({ reason: "paid by bank", actor: "octocat" });
  });

  it("can't be paid once they are void, nor paid or voided where they are unknown", () => {
    const books = keeper();
    expect(() => books.do(asked({ paid: "INV-1" }))).toThrow(/no statement INV-1; none was issued/);
    books.do(asked({ issue: [JANUARY] }));
    expect(() => books.do(asked({ void: "INV-1" }, "t"))).toThrow(/the newest are INV-2026-01-CLIENT-X/);
    books.do(asked({ void: JANUARY.number }, "u"));
    expect(() => books.do(asked({ paid: JANUARY.number }, "v"))).toThrow(/is void/);
  });

  it("are what the ledger says, and survive the month", () => {
    const books = keeper();
    books.do(asked({ issue: [JANUARY] }));
    books.do(asked({ paid: JANUARY.number }, "t"), { now: "2026-03-20T10:00:00Z" });
    expect(books.state).toMatchObject({ current_month: "2026-03", statements: [{ paid: expect.any(String) }] });
    expect(differencesOf(books.state, books.entries)).toEqual([]);
    const { statements: _, ...without } = books.state;
    expect(differencesOf(without as typeof books.state, books.entries)).toHaveLength(1);
  });

  it("are kept up to the newest 50", () => {
    let list: IssuedStatement[] = [];
    for (let index = 0; index <= MAX_STATEMENTS; index += 1) {
      const statement = { change: "issued" as const, ...JANUARY, number: `INV-${index}` };
      list = statementsAfter(list, { statement, at: "2026-02-14T10:00:00Z" });
    }
    expect(list).toHaveLength(MAX_STATEMENTS);
    expect(list[0]?.number).toBe("INV-1");
  });
});
