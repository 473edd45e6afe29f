import { readFileSync } from "node:fs";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { check, record } from "../../books/sample-books.ts";
import { NO_POSTGRES, newName } from "../../support/postgres/server.ts";
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

/** What a check sets aside by default. */
const HELD = 0.055;

/** What the page about PostgreSQL says that a reader's role needs. */
const READER = [...readFileSync("docs/postgresql.md", "utf8").matchAll(/`(GRANT (?:USAGE|SELECT) ON [^`]*)`/g)].map(
  ([, grant]) => grant,
);

describe("the Grafana dashboard of PostgreSQL's views", () => {
  beforeEach(({ skip }) => skip(NO_POSTGRES !== undefined, NO_POSTGRES));
  const world = usePostgresWorld();
  let books: string;
  let reader: string;
  /** As Grafana does, by the role of its data source. */
  const asked = (sql: string) =>
    world()
      .sql(`set role ${reader}; ${sent(sql, books)}`)
      .then((results) => results.at(-1) as unknown as readonly Record<string, unknown>[]);
  beforeAll(async () => {
    if (NO_POSTGRES !== undefined) return;
    reader = newName("grafana");
    await world().sql(`create role ${reader}`);
    expect(READER).toHaveLength(2);
    for (const grant of READER) await world().sql(`${grant} to ${reader}`);
    books = await world().newBooks();
    let day = 14;
    const timeOf = () => Date.parse(`2026-02-${day}T10:00:00Z`);
    const { store, connection } = world().open({ books, timeOf });
    const tags = { team: "web" };
    const run = { repository: "o/r", run_id: 7, attempt: 1, job: "agent", index: 0, workflow: "ai-pr", actor: "ada" };
    await ask(store, check({ id: "hold-1", tags }));
    await ask(store, record({ id: "record-1", hold: "hold-1", tags, run }));
    day = 15;
    await ask(store, record({ id: "record-2", tags, run }));
    await ask(store, check({ id: "hold-2" }));
    await connection.close();
    // A sub-budget, as a policy with one leaves it, and books whose month is the one of whoever looks.
    const month = new Date().toISOString().slice(0, 7);
    const line = { period: month, spent: 0.05, tokens: 1500, executions: 1, alerts_sent: [] };
    await world().sql(
      `update token_budget.books set state = (state::jsonb || '${JSON.stringify({ current_month: month, budgets: { web: line } })}')::text where name = '${books}'`,
    );
  });

  it.each(panels.map((panel) => [panel.title, panel] as const))("fills the panel %s", async (_, { targets }) => {
    expect(targets.length).toBeGreaterThan(0);
    for (const { format, rawSql } of targets) {
      const rows = await asked(rawSql);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(Object.values(row).some((value) => value !== null)).toBe(true);
      if (format !== "time_series") continue;
      // Grafana takes a text beside the time for the series' name, and wants the times in order.
      for (const row of rows) expect([row["time"], typeof row["metric"]]).toEqual([expect.any(Date), "string"]);
      const times = rows.map((row) => Number(row["time"]));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
  });

  it("shows the figures of the books", async () => {
    const shownIn = async (title: string, column: string) => {
      const [target] = panels.find((panel) => panel.title === title)?.targets ?? [];
      const rows = await asked(target?.rawSql ?? "");
      return rows.map((row) => (/usd|used/.test(column) ? Number(row[column]) : row[column]));
    };
    expect(await shownIn("Spent", "spent_usd")).toEqual([0.1]);
    expect(await shownIn("Held", "held_usd")).toEqual([HELD]);
    expect(await shownIn("Left", "remaining_usd")).toEqual([expect.closeTo(15 - 0.1 - HELD, 9)]);
    expect(await shownIn("Used", "used")).toEqual([expect.closeTo((0.1 + HELD) / 15, 9)]);
    expect(await shownIn("Executions", "executions")).toEqual(["2"]);
    expect(await shownIn("Running total", "usd")).toEqual([0.05, 0.1]);
    expect(await shownIn("Top 20 by actor", "actor")).toEqual(["ada"]);
    expect(await shownIn("Open holds", "open_holds")).toEqual([1]);
    expect(await shownIn("Top 20 by repository", "repository")).toEqual(["o/r"]);
    expect(await shownIn("By the value of a tag", "value")).toEqual(["web"]);
    expect(await shownIn("Sub-budgets", "budget")).toEqual(["web"]);
    for (const title of ["Top 20 by workflow", "Models"]) expect(await shownIn(title, "usd")).toEqual([0.1]);
    for (const title of ["Spending by day", "Latest runs"]) expect(await shownIn(title, "usd")).toEqual([0.05, 0.05]);
  });

  it("offers the books and the tags that are there", async () => {
    const variables = templating.list.filter(({ type }) => type === "query");
    expect(variables.map(({ name }) => name)).toEqual(["books", "tag"]);
    const [names, tags] = await Promise.all(variables.map(({ query }) => asked(query)));
    expect(names?.map((row) => row["books"])).toContain(books);
    expect(tags).toEqual([{ key: "team" }]);
  });
});
