import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { linksIn, sectionsIn } from "./pages.ts";

type Task = {
  readonly task: string;
  /** The page and the anchor of the heading that answers it. */
  readonly answer: string;
  /** What only an answer says. */
  readonly says: RegExp;
};

/** What people come with, and where they find it. */
const TASKS: readonly Task[] = [
  { task: "run agents in a matrix", answer: "docs/how-to.md#run-a-matrix-of-agents", says: /fail-fast: false/ },
  {
    task: "share a budget among ten repositories",
    answer: "docs/how-to.md#share-one-budget-among-many-repositories",
    says: /repository: octo-org\/ai-budget/,
  },
  {
    task: "run an agent for a fork's pull request",
    answer: "docs/how-to.md#run-an-agent-on-a-forks-pull-request-after-a-review",
    says: /ref: \$\{\{ inputs\.commit \}\}/,
  },
  {
    task: "stop all agents for a week",
    answer: "docs/how-to.md#stop-all-agents-for-a-while",
    says: /command: pause\n/,
  },
  { task: "top up $5", answer: "docs/how-to.md#top-up-the-month", says: /amount: 5\n/ },
  { task: "know what happens at the month's end", answer: "docs/concepts.md#month-end", says: /closes the old one/ },
  { task: "know why a run was denied", answer: "docs/troubleshooting.md#why-a-run-was-denied", says: /`exhausted`/ },
  {
    task: "price a model that has no price",
    answer: "docs/how-to.md#price-a-model-that-has-no-price",
    says: /my-finetune: \{ input: 1\.2, output: 4\.8 \}/,
  },
  {
    task: "write the books' file by hand",
    answer: "docs/books.md#files-you-write-by-hand",
    says: /`version`, `current_month` and `total_spent` are required/,
  },
  {
    task: "use a self-hosted runner",
    answer: "docs/how-to.md#run-offline-or-on-a-self-hosted-runner",
    says: /2\.327\.1/,
  },
  { task: "use an Enterprise Server", answer: "docs/how-to.md#use-an-enterprise-server", says: /actions-sync/ },
  {
    task: "post to Slack",
    answer: "docs/how-to.md#post-to-slack",
    says: /channels: \$\{\{ secrets\.BUDGET_CHANNELS \}\}/,
  },
  {
    task: "see what each team spent last quarter",
    answer: "docs/how-to.md#show-what-each-team-spent-in-a-quarter",
    says: /group_by\(\.tags\.team/,
  },
  {
    task: "open the books in a spreadsheet",
    answer: "docs/how-to.md#open-the-ledger-in-a-spreadsheet",
    says: /> budget\.csv/,
  },
  { task: "query the ledger with SQL", answer: "docs/duckdb.md#cost-by-month-and-model", says: /FROM ledger, unnest/ },
  {
    task: "delete everything",
    answer: "docs/how-to.md#delete-everything",
    says: /git push origin --delete token-budget/,
  },
];

/** Where a page's links lead in this repository, as paths from its root with their anchors. */
function leadsTo(page: string): readonly string[] {
  return linksIn(readFileSync(page, "utf8"))
    .filter((target) => !/^\w+:/.test(target))
    .map((target) => (target.startsWith("#") ? `${page}${target}` : posix.join(posix.dirname(page), target)));
}

const pageOf = (place: string): string => place.split("#")[0] ?? "";

/** Every place that takes a click or two from the README: its links, and those of the pages they lead to. */
function withinTwoClicks(): ReadonlySet<string> {
  const first = leadsTo("README.md");
  const pages = new Set(first.map(pageOf).filter((page) => page.endsWith(".md")));
  return new Set([...first, ...[...pages].flatMap(leadsTo)]);
}

describe("a task that people come with", () => {
  const near = withinTwoClicks();

  it.each(TASKS)("is answered: $task", ({ answer, says }) => {
    const [page = "", anchor] = answer.split("#");
    const section = sectionsIn(readFileSync(page, "utf8")).find((one) => one.anchor === anchor);
    expect(section?.text).toMatch(says);
  });

  it.each(TASKS)("is two clicks from the README or nearer: $task", ({ answer }) => {
    expect(near).toContain(answer);
  });

  it("is one of sixteen", () => {
    expect(new Set(TASKS.map(({ answer }) => answer)).size).toBe(16);
  });

  it("is answered by recipes that are all in the list at the top of their page", () => {
    const page = readFileSync("docs/how-to.md", "utf8");
    const [title, ...recipes] = sectionsIn(page);
    const top = page.slice(0, page.indexOf("\n## "));
    expect(title?.anchor).toBe("how-to-");
    const listed = linksIn(top).filter((target) => target.startsWith("#"));
    expect(listed.toSorted()).toEqual(recipes.map(({ anchor }) => `#${anchor}`).toSorted());
  });
});

it("the README's two commands for a fresh clone run the main job and all tests, as .ci/run does", () => {
  const readme = readFileSync("README.md", "utf8");
  expect(readme).toContain("```sh\nnode examples/first-run/run.mjs\n```");
  expect(readme).toContain("```sh\nnpm ci && npm test\n```");
  expect(readFileSync(".ci/run", "utf8")).toMatch(/^npm ci .*\n[\s\S]*^npm test /m);
});
