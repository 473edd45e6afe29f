import { Ajv } from "ajv";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeEntry } from "../../../src/books/entry.ts";
import { newState } from "../../../src/books/new-state.ts";
import { DEFAULT_SETTINGS } from "../../../src/books/settings.ts";
import { addToReport, reportBooks, reportOf, startReport } from "../../../src/insight/attribution/attribute.ts";
import type { Dashboard } from "../../../src/insight/dashboard/dashboard.ts";
import { spanOf } from "../../../src/values/date-span.ts";
import { nanoOf, usdOf } from "../../../src/values/money.ts";
import { showSpent } from "../../../src/values/shown-money.ts";
import { HOSTILE_NAMES, hostileBooks } from "./hostile-books.ts";
import { livelyBooks, type MadeBooks, NOW, policySettings, runOnce, startAt } from "./lively-books.ts";
import { dashboardFrom, digest, siteOf } from "./made-site.ts";

let lively: MadeBooks;
let hostile: MadeBooks;
let dashboard: Dashboard;
let site: Map<string, string>;
let hostileSite: Map<string, string>;

beforeAll(async () => {
  [lively, hostile] = await Promise.all([livelyBooks(), hostileBooks()]);
  dashboard = dashboardFrom(lively);
  [site, hostileSite] = [siteOf(dashboard), siteOf(dashboardFrom(hostile))];
});

const page = (path: string, from = site) => from.get(path) ?? "";
const textOf = (markup: string) =>
  markup
    .replace(/<(style|script)\b.*?<\/\1>/gs, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
const json = (path: string, from = site) => JSON.parse(page(`api/${path}`, from));

function reportFrom({ state, entries }: MadeBooks, period: string, by: "model" | "tag:team" | "budget") {
  const today = NOW.slice(0, 10);
  const span = spanOf(period, today);
  if (span === undefined) throw new Error(period);
  const report = startReport({ period: span, today, by: [by], timezone: "UTC", sort: "cost" }, reportBooks(state));
  for (const entry of entries) addToReport(report, entry);
  return reportOf(report);
}

describe("the pages' figures", () => {
  it("are those of the report of the same span", () => {
    for (const [period, path] of [
      ["2026-Q1", "executive.html"],
      ["2026", "executive.html"],
      ["2026-02", "executive.html"],
    ] as const) {
      const { total } = reportFrom(lively, period, "model");
      expect(textOf(page(path))).toContain(`${showSpent(total.cost)} ${total.executions} runs`);
    }
    const { rows } = reportFrom(lively, "2026-Q1", "tag:team");
    for (const { key, figures } of rows)
      expect(textOf(page("executive.html"))).toMatch(new RegExp(`${key[0]} .{0,60}${figures.executions}`));
  });

  it("are the books' own: spent, sub-budgets, runs", () => {
    const text = textOf(page("index.html"));
    expect(text).toContain(`${dashboard.state.executions} ${dashboard.state.prs_generated} pull requests`);
    for (const { name } of dashboard.outlook.budgets) expect(text).toContain(name);
    expect(usdOf(dashboard.state.total_spent)).toBeCloseTo(json("cost/organization/2026-02.json").total.cost, 9);
  });

  it("show what a month spent by the same text wherever it is, in words, tables and charts", () => {
    const { state } = dashboard;
    const months = [state.total_spent, ...state.history.map(({ total_spent: spent }) => spent)].slice(0, 13);
    for (const path of ["index.html", "executive.html", "manager.html"]) {
      const shown = new Set(textOf(page(path)).match(/\$[\d,]+\.\d\d(?!\d)/g));
      for (const spent of months) {
        const near = [...shown].filter((text) => Math.abs(Number(text.replace(/[$,]/g, "")) - usdOf(spent)) < 0.011);
        expect([path, near.filter((text) => text !== showSpent(spent))]).toEqual([path, []]);
      }
    }
  });

  it("split what each model cost by kind of token, which add up to the month", () => {
    const markup = page("manager.html");
    const at = markup.indexOf("<h2>What the models cost</h2>");
    expect(at).toBeGreaterThan(0);
    const text = textOf(markup.slice(at));
    expect(text).toContain(`of ${showSpent(dashboard.state.total_spent)} for 5 models`);
    expect(text).toContain("Model input cache reads cache writes output not split Cost Cache hits");
  });

  it("add up in every table with a total", () => {
    const tables = [...page("executive.html").matchAll(/<table>.*?<\/table>/gs)]
      .map(([markup]) => markup)
      .filter((markup) => markup.includes("<tfoot>"));
    expect(tables.length).toBeGreaterThan(1);
    for (const markup of tables) {
      const costs = [...markup.matchAll(/<tr><th scope="row">.*?<\/th><td class="num">\$?([\d.,]+)<\/td>/gs)].map(
        ([, cost]) => Number(cost?.replace(",", "")),
      );
      const total = costs.pop() ?? 0;
      expect(costs.reduce((sum, cost) => sum + cost, 0)).toBeCloseTo(total, 6);
    }
  });

  it("have changes whose rows add up to the whole change, the same in the table and the chart", () => {
    const markup = page("index.html");
    const table = /<caption>By team, against.*?<\/table>/s.exec(markup)?.[0] ?? "";
    const changes = [...table.matchAll(/class="(?:up|down)">([^<]*)</g)].map(([, text = ""]) => text);
    const cents = changes.map((text) => Math.round(100 * Number(text.replace(/[+$,]/g, ""))));
    const whole = cents.pop();
    expect(cents.length).toBeGreaterThan(1);
    expect(cents.reduce((sum, one) => sum + one, 0)).toBe(whole);
    const chart = /The rows that changed the most: (.*?)\.<\/desc>/.exec(markup)?.[1] ?? "";
    for (const text of changes.slice(0, -1)) expect(chart).toContain(text);
  });

  it("stay within the size of a page that loads at once", async () => {
    const names = Array.from(
      { length: 50 },
      (_, index) => `  - { name: team-${index}, match: { team: team-${index} }, limit: 1 USD }`,
    );
    const books = startAt("2026-02-01T00:00:00Z", await policySettings(`budgets:\n${names.join("\n")}\n`));
    for (let index = 0; index < 50; index += 1) {
      runOnce(books, Date.parse("2026-02-02T00:00:00Z") + index * 60_000, plainRun(index));
    }
    const made = siteOf(dashboardFrom({ ...books, now: NOW }));
    expect(dashboardFrom({ ...books, now: NOW }).outlook.budgets).toHaveLength(50);
    expect(Buffer.byteLength(page("index.html", made))).toBeLessThan(150_000);
  });
});

function plainRun(index: number): Parameters<typeof runOnce>[2] {
  return {
    ...{ profile: "ai", tags: { team: `team-${index}` }, run: { repository: "o/r", run_id: index, attempt: 1 } },
    ...{ usage: { lines: [], incomplete: false, found: false, source: "inputs" }, prs: 0, outcomes: {} },
  };
}

describe("what isn't known", () => {
  it("is said on empty books, without an empty box", () => {
    const state = newState("2026-02", NOW, DEFAULT_SETTINGS);
    const made = siteOf(dashboardFrom({ state, entries: [], now: NOW, settings: DEFAULT_SETTINGS }, undefined, true));
    expect(textOf(page("index.html", made))).toContain("There are no books in octo/shop@token-budget yet");
    for (const [path, text] of made) if (path.endsWith(".html")) expectWhole(text);
  });

  it("is never 0 in an imported month, nor before the books began", () => {
    const state = {
      ...newState("2026-02", "2026-02-10T00:00:00Z", DEFAULT_SETTINGS),
      history: [{ month: "2026-01", total_spent: nanoOf(7), closed: "import" as const }],
      total_spent: nanoOf(3),
    };
    const entry = {
      ...{ id: "import", at: "2026-02-10T00:00:00Z", month: "2026-02", kind: "import" as const, cost: nanoOf(3) },
      imported: { executions: 0, prs: 0, tokens_used: {}, history: [{ month: "2026-01", total_spent: nanoOf(7) }] },
    };
    encodeEntry(entry);
    const made = siteOf(dashboardFrom({ state, entries: [entry], now: NOW, settings: DEFAULT_SETTINGS }));
    const text = textOf(page("executive.html", made));
    expect(text).toContain("$3.00 runs not known, a part of it imported");
    expect(textOf(page("index.html", made))).toContain("was imported as a sum: its days, models and runs aren't known");
    expect(textOf(page("index.html", made))).not.toMatch(/Runs 0\b/);
    const january = json("cost/organization/2026-01.json", made);
    expect(january.rows).toMatchObject([{ kind: "imported", cost: 7, executions: null, tokens: null }]);
    expect(made.has("api/cost/organization/2025-12.json")).toBe(false);
    for (const [path, one] of made) if (path.endsWith(".html")) expectWhole(one);
  });

  it("is said of a month that was reset: what counts since then, and what counts all of it", () => {
    const { state, entries, settings } = lively;
    const closed = { ...state.history.at(-1), month: "2026-02", closed: "reset" as const } as (typeof state.history)[0];
    const reset = { ...state, history: [...state.history, closed] };
    const made = siteOf(dashboardFrom({ state: reset, entries, now: NOW, settings }));
    expect(textOf(page("index.html", made))).toContain("The month was reset: what is spent and left counts since then");
    expect(textOf(page("executive.html", made))).toContain("February 2026, until a reset");
    expect(textOf(page("index.html"))).not.toContain("The month was reset");
  });

  it("leaves no trace of a program in any page", () => {
    for (const from of [site, hostileSite])
      for (const [path, text] of from) if (path.endsWith(".html")) expectWhole(text);
  });
});

/** Nothing undefined, no section or table without content. */
function expectWhole(markup: string): void {
  const text = textOf(markup.replace(/<script type="application\/json".*?<\/script>/gs, ""));
  expect(text).not.toMatch(/\b(undefined|NaN|Infinity|null|\[object)/);
  expect(markup).not.toMatch(/<h2>[^<]*<\/h2>\s*<\/section>|<tbody>\s*<\/tbody>|<dd[^>]*>\s*<\/dd>/);
}

describe("names from outside", () => {
  it("are never markup", () => {
    for (const [path, text] of hostileSite) {
      if (!path.endsWith(".html")) continue;
      const scripts = [...text.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
      const own = path.startsWith("runs")
        ? ['<script type="application/json" id="runs-data">', "<script>", "<script>"]
        : ["<script>"];
      expect([path, scripts]).toEqual([path, own]);
      const markup = text.replace(/<script type="application\/json".*?<\/script>/gs, "");
      expect(markup.match(/<img|<svg onload|onmouseover='|<b>Budget/)).toBe(null);
    }
  });

  it("have a page each, whose place is in the folder and met by no other, whatever the disk", () => {
    const paths = [...hostileSite.keys()];
    expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(paths.length);
    expect(paths.filter((path) => path.startsWith("budgets/"))).toHaveLength(
      new Set(HOSTILE_NAMES.map((name) => name.slice(0, 100))).size,
    );
    for (const path of paths) {
      expect(path).toMatch(/^[a-z0-9%~_-][a-z0-9%~_.-]*(\/[a-z0-9%~_-][a-z0-9%~_.-]*)*$/);
      expect(path.length).toBeLessThan(220);
    }
  });

  it("are linked by addresses that lead to their pages", () => {
    const links = [...page("index.html", hostileSite).matchAll(/href="(budgets\/[^"]+)"/g)].map(
      ([, href]) => href ?? "",
    );
    expect(links.length).toBeGreaterThan(10);
    for (const href of links) expect(hostileSite.has(decodeURIComponent(href))).toBe(true);
  });
});

describe("people: none", () => {
  it("names nobody anywhere", () => {
    const people = { areShown: false, hash: (name: string) => digest(`salt ${name}`).slice(0, 12) };
    const made = siteOf(dashboardFrom(lively, people));
    for (const [path, text] of made) expect([path, /\b(mona|hubot)\b/.test(text)]).toEqual([path, false]);
    expect([...site.values()].some((text) => text.includes("hubot"))).toBe(true);
  });
});

describe("the JSON", () => {
  it("has what its list says, each by its schema", () => {
    const ajv = new Ajv({ strict: false, allowUnionTypes: true });
    for (const from of [site, hostileSite]) {
      const { addresses, schemas } = json("index.json", from);
      const seen = new Set(["api/index.json"]);
      for (const { template, schema, periods } of addresses) {
        const validate = ajv.compile(schemas[schema]);
        for (const period of periods) {
          const path = template.replace("{period}", period);
          const content = json(path, from);
          expect([path, validate(content) ? null : validate.errors]).toEqual([path, null]);
          expect(content.period?.name ?? period).toBe(period);
          seen.add(`api/${path}`);
        }
      }
      expect([...from.keys()].filter((path) => path.startsWith("api/") && !seen.has(path))).toEqual([]);
    }
  });

  it("has every address, with the report's figures", () => {
    const { addresses } = json("index.json");
    const templates = addresses.map(({ template }: { template: string }) => template.replace("/{period}.json", ""));
    expect(templates).toEqual(
      expect.arrayContaining([
        ...["cost/organization", "cost/trends", "org/cost-summary", "cost/tokens/coder", "cost/tag/team/growth"],
        ...["cost/breakdown/workflow", "cost/breakdown/tag%3ateam", "budget/status/budget/platform"],
        ...[
          "budget/status/budget/month",
          "budget/status/team/platform",
          "budget/forecast/month",
          "budget/forecast/agents%2fcoder",
        ],
        ...["alerts/active", "alerts/history", "alerts/strategic"],
      ]),
    );
    const { rows } = reportFrom(lively, "2026-01", "tag:team");
    for (const { key, figures } of rows) {
      expect(json(`cost/tag/team/${key[0]}/2026-01.json`).row.cost).toBe(usdOf(figures.cost));
    }
  });
});
