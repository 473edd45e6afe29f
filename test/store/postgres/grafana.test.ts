import { readFileSync } from "node:fs";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { check, record } from "../../books/sample-books.ts";
import { NO_POSTGRES } from "../../support/postgres/server.ts";
import { usePostgresWorld } from "./postgres-world.ts";
import { ask } from "./writer.ts";

type Panel = {
  readonly title: string;
  readonly targets: readonly { readonly format: string; readonly rawSql: string }[];
};
type Variable = { readonly name: string; readonly type: string; readonly query: string };

const { panels, templating } = JSON.parse(readFileSync("docs/grafana/postgresql.json", "utf8")) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
};

const [FROM, TO] = ["2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"];

/** The query that Grafana sends: its variables and macros are replaced as its data source for PostgreSQL does. */
function sent(sql: string, books: string): string {
  const filled = sql
    .replaceAll(/\$\{books:sqlstring\}/g, `'${books}','another'`)
    .replaceAll(/\$\{tag:sqlstring\}/g, "'team'")
    .replaceAll(/\$__timeFilter\((\w+)\)/g, `$1 BETWEEN '${FROM}' AND '${TO}'`)
    .replaceAll("$__timeFrom()", `'${FROM}'`)
    .replaceAll("$__timeTo()", `'${TO}'`);
  expect(filled).not.toContain("$");
  return filled;
}

describe("the Grafana dashboard of PostgreSQL's views", () => {
  beforeEach(({ skip }) => skip(NO_POSTGRES !== undefined, NO_POSTGRES));
  const world = usePostgresWorld();
  let books: string;
  beforeAll(async () => {
    if (NO_POSTGRES !== undefined) return;
    books = await world().newBooks();
    const timeOf = () => Date.parse("2026-02-14T10:00:00Z");
    const { store, connection } = world().open({ books, timeOf });
    const tags = { team: "web" };
    const run = { repository: "o/r", run_id: 7, attempt: 1, job: "agent", index: 0, workflow: "ai-pr", actor: "ada" };
    await ask(store, check({ id: "hold-1", tags }));
    await ask(store, record({ id: "record-1", hold: "hold-1", tags, run }));
    await ask(store, check({ id: "hold-2" }));
    await connection.close();
    // A sub-budget, as a policy with one leaves it.
    const line = { period: "2026-02", spent: 0.05, tokens: 1500, executions: 1, alerts_sent: [] };
    await world().sql(
      `update token_budget.books set state = jsonb_set(state::jsonb, '{budgets}', '${JSON.stringify({ web: line })}')::text where name = '${books}'`,
    );
  });

  it.each(panels.map((panel) => [panel.title, panel] as const))("fills the panel %s", async (_, { targets }) => {
    expect(targets.length).toBeGreaterThan(0);
    for (const { format, rawSql } of targets) {
      const rows = await world().sql(sent(rawSql, books));
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(Object.values(row).some((value) => value !== null)).toBe(true);
      if (format === "time_series") for (const row of rows) expect(row["time"]).toBeInstanceOf(Date);
    }
  });

  it("shows the figures of the books", async () => {
    const shownIn = async (title: string, column: string) => {
      const [target] = panels.find((panel) => panel.title === title)?.targets ?? [];
      const rows = await world().sql(sent(target?.rawSql ?? "", books));
      return rows.map((row) => (column === "usd" ? Number(row[column]) : row[column]));
    };
    expect(await shownIn("Open holds", "open_holds")).toEqual([1]);
    expect(await shownIn("Top 20 by repository", "repository")).toEqual(["o/r"]);
    expect(await shownIn("By the value of a tag", "value")).toEqual(["web"]);
    expect(await shownIn("Sub-budgets", "budget")).toEqual(["web"]);
    for (const title of ["Spending by day", "Top 20 by workflow", "Models", "Latest runs"]) {
      expect(await shownIn(title, "usd")).toEqual([0.05]);
    }
  });

  it("offers the books and the tags that are there", async () => {
    const asked = templating.list.filter(({ type }) => type === "query");
    expect(asked.map(({ name }) => name)).toEqual(["books", "tag"]);
    const [names, tags] = await Promise.all(asked.map(({ query }) => world().sql(sent(query, books))));
    expect(names?.map((row) => row["books"])).toContain(books);
    expect(tags).toEqual([{ key: "team" }]);
  });
});
