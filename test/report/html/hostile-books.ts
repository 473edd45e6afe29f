import type { Instant } from "../../../src/values/month.ts";
import { type MadeBooks, policySettings, priceOf, runOnce, startAt } from "./lively-books.ts";

/** Names that try to run, to break a page, to leave the folder, or to take another one's place. */
export const HOSTILE_NAMES = [
  "<script>alert(1)</script>",
  "</script><img src=x onerror=alert(1)>",
  `"><svg onload="alert('x')">`,
  "' onmouseover='alert(1)",
  "../../outside",
  "..",
  "index",
  "Index",
  "con",
  "month",
  "שלום \u202eabc",
  "🦊 fox",
  "x".repeat(10_000),
  "<!-- --> & &amp; \u0000\u2028",
  "__proto__",
  "a=b=c",
] as const;

const NOW: Instant = "2026-02-14T10:30:00Z";

const POLICY = `name: "<b>Budget</b> & co"
monthly-budget: 20
required-tags: [team]
budgets:
  - name: team
    match: { team: "*" }
    for-each: [team]
    limit: 1 USD
`;

/** Two months in which every name is a team, a profile, a workflow, an agent, an actor and an outcome. */
export async function hostileBooks(): Promise<MadeBooks> {
  const settings = await policySettings(POLICY);
  const books = startAt("2026-01-20T08:00:00Z", settings);
  const price = await priceOf("gpt-5-codex");
  for (const [month, offset] of ["2026-01-22", "2026-02-03", "2026-02-14"].entries()) {
    const day = Date.parse(`${offset}T08:00:00Z`);
    for (const [index, name] of HOSTILE_NAMES.entries()) {
      runOnce(books, day + index * 60_000, {
        profile: name,
        tags: { team: name, agent: name, [name.slice(0, 60)]: "value" },
        run: {
          repository: "octo/shop",
          run_id: 100 * month + index,
          attempt: 1,
          job: name,
          workflow: name,
          actor: name,
        },
        usage: {
          lines: [price({ input: 9_000 + 1_000 * index, cache_read: 0, output: 500 })],
          incomplete: false,
          found: true,
          source: "inputs",
        },
        result: index % 5 === 4 ? "failure" : "success",
        prs: 1,
        pr: String(index + 1),
        outcomes: { [name.slice(0, 60)]: 1 },
      });
    }
  }
  return { state: books.state, entries: books.entries, now: NOW, settings };
}
