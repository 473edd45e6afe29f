import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { useCommandWorld } from "../../commands/command-world.ts";
import { freePort } from "../../support/free-port.ts";
import { patient } from "../../support/pace/pace.ts";
import { emptyFolder } from "../../support/runner/action.ts";
import { useServers } from "./running.ts";

const world = useCommandWorld();
const serve = useServers();

const BIN = "/usr/bin";
const NO_PROMETHEUS = ["prometheus", "promtool"].every((name) => existsSync(join(BIN, name)))
  ? undefined
  : "there is no Prometheus here: apt-get install prometheus";

type Target = { readonly expr: string; readonly legendFormat: string };
const { panels, templating } = JSON.parse(readFileSync("docs/grafana/prometheus.json", "utf8")) as {
  readonly panels: readonly { readonly title: string; readonly targets: readonly Target[] }[];
  readonly templating: { readonly list: readonly { readonly query: unknown; readonly name: string }[] };
};
const TARGETS = panels.flatMap(({ title, targets }) => targets.map((target) => ({ title, ...target })));

const POLICY = `monthly-budget: 20
budgets:
  - { name: web, match: { team: web }, limit: 4 USD }
  - { name: infra, match: { team: infra }, limit: 5000 tokens }
`;

async function seed(): Promise<void> {
  world.policy(POLICY);
  world.at("2026-02-03T08:00:00Z");
  await world.run("record", { cost: "1.5", tags: "team=web" });
  await world.run("record", { model: "gpt-5", "input-tokens": "1000", "output-tokens": "200", tags: "team=infra" });
  world.at("2026-02-14T12:00:00Z");
  await world.run("check", { tags: "team=web", estimate: "0.5" });
}

/** The samples of a page of metrics: by name, the labels that each has. */
function labelsIn(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const line of text.split("\n").filter((one) => one !== "" && !one.startsWith("#"))) {
    const [, name = "", labels = ""] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
    const known = found.get(name) ?? new Set();
    for (const [, label = ""] of labels.matchAll(/(\w+)="/g)) known.add(label);
    found.set(name, known);
  }
  return found;
}

describe("the Grafana dashboard of Prometheus", () => {
  it("asks for labels that the metrics have, or that Prometheus gives them", async () => {
    await seed();
    const known = labelsIn(await (await (await serve(world.store)).get("/metrics")).text());
    const asked = TARGETS.flatMap(({ expr, legendFormat }) => {
      const selectors = [...expr.matchAll(/(token_budget_\w+)(?:\{([^}]*)\})?/g)];
      return selectors.map(([, name = "", labels = ""]) => ({
        name,
        labels: [
          ...[...labels.matchAll(/(\w+)\s*[=!]/g)].map(([, label = ""]) => label),
          ...[...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label),
        ],
      }));
    });
    expect(asked.length).toBeGreaterThan(12);
    const lacking = asked.flatMap(({ name, labels }) =>
      labels.filter((label) => label !== "job" && known.get(name)?.has(label) !== true).map((label) => [name, label]),
    );
    expect(lacking).toEqual([]);
    expect(asked.filter(({ name }) => !known.has(name))).toEqual([]);
  });

  describe("over a real Prometheus", () => {
    let running: ChildProcess | undefined;
    afterEach(async () => {
      const ended = running === undefined ? undefined : new Promise((resolve) => running?.once("close", resolve));
      running?.kill("SIGKILL");
      await ended;
      running = undefined;
    });

    it.skipIf(NO_PROMETHEUS !== undefined)("fills every panel from what the server says", async () => {
      await seed();
      const server = await serve(world.store);
      const text = await (await server.get("/metrics")).text();
      const checked = spawnSync(join(BIN, "promtool"), ["check", "metrics"], { input: text, encoding: "utf8" });
      expect(checked).toMatchObject({ status: 0, stderr: "", stdout: "" });
      const folder = emptyFolder("prometheus");
      const port = await freePort();
      const scrape = { job_name: "budget", static_configs: [{ targets: [new URL(server.url).host] }] };
      const global = { scrape_interval: "1s", scrape_timeout: "1s" };
      writeFileSync(join(folder, "prometheus.yml"), JSON.stringify({ global, scrape_configs: [scrape] }));
      running = spawn(
        join(BIN, "prometheus"),
        [
          `--config.file=${join(folder, "prometheus.yml")}`,
          `--storage.tsdb.path=${join(folder, "data")}`,
          ...[`--web.listen-address=127.0.0.1:${port}`, "--log.level=error"],
        ],
        { cwd: folder, stdio: "ignore" },
      );
      type Answer = { readonly status: string; readonly data: { readonly result: readonly Series[] } };
      type Series = { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] };
      const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)).json();
      const query = async (expr: string) =>
        ((await ask(`query?query=${encodeURIComponent(expr)}`)) as Answer).data.result;
      const budget = () => query("token_budget_budget_dollars").catch(() => []);
      await expect.poll(budget, { timeout: patient(30_000), interval: 200 }).not.toEqual([]);
      for (const { title, expr, legendFormat } of TARGETS) {
        const series = await query(expr.replaceAll("$job", ".*"));
        expect(series.length, `${title}: ${expr}`).toBeGreaterThan(0);
        for (const { metric, value } of series) {
          expect(Number.isFinite(Number(value[1])), `${title}: ${expr}`).toBe(true);
          for (const [, label = ""] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
            expect(metric, title).toHaveProperty(label);
        }
      }
      const used = TARGETS.find(({ title }) => title.startsWith("Sub-budgets in dollars"))?.expr ?? "";
      expect(
        (await query(used.replaceAll("$job", "budget"))).map(({ metric, value }) => [
          metric["budget"],
          Number(value[1]),
        ]),
      ).toEqual([["web", 0.375]]);
      const jobs = templating.list.find(({ name }) => name === "job")?.query;
      expect(jobs).toMatchObject({ query: "label_values(token_budget_budget_dollars, job)" });
      expect(await ask("label/job/values?match[]=token_budget_budget_dollars")).toMatchObject({ data: ["budget"] });
    });
  });
});
