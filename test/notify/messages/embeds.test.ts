import { describe, expect, it } from "vitest";
import type { PartFacts } from "../../../src/books/limits/alerts.ts";
import type { MessageFacts } from "../../../src/books/messages/facts.ts";
import { ALL_KINDS, type LaterKind, type MessageKind } from "../../../src/books/notify-keys.ts";
import { renderComplete, renderStart } from "../../../src/notify/messages/chatter.ts";
import type { Embed } from "../../../src/notify/messages/embed.ts";
import { renderMessage } from "../../../src/notify/messages/embeds.ts";
import { FACTS, RECAP } from "../facts.ts";

const NAME = { name: "AI Orchestration" };
const AT = "2026-02-14T10:07:31Z";
const RUN = "https://github.com/octo/app/actions/runs/4711/attempts/2";

function render<K extends MessageKind | LaterKind>(kind: K, facts: MessageFacts[K]): Embed {
  return renderMessage({ kind, facts: JSON.parse(JSON.stringify(facts)), queued_at: AT }, NAME);
}

function rowsOf(embed: Embed): string[] {
  return (embed.fields ?? []).map(({ name, value }) => `${name}: ${value}`);
}

const PART: PartFacts = {
  name: "infra*structure",
  percents: [50, 75],
  unit: "USD",
  limit: 4,
  spent: 3.04,
  held: 0.1,
  resets_at: "2026-03-01T00:00:00Z",
};
const TOKENS: PartFacts = {
  ...PART,
  name: "agents/qa",
  percents: [90],
  unit: "tokens",
  limit: 50_000,
  spent: 46_000,
  held: 0,
  resets_at: null,
};

describe("what the channel reads", () => {
  it.each<[string, Embed, Pick<Embed, "title" | "description">, string[]]>([
    [
      "the first milestone",
      render("milestone", FACTS.milestone),
      { title: "🚀 $5 Milestone Reached!", description: "91 PRs Generated - 1/3 Complete!" },
      [
        "💰 Total Spent: $5.02",
        "📊 PRs Generated: 91",
        "🔄 Executions: 91",
        "💵 Cost per PR: $0.0552",
        "📈 Progress: `[███████░░░░░░░░░░░░░] 33.5%`",
      ],
    ],
    [
      "an alert",
      render("alert", FACTS.alert),
      { title: "⚠️ 75% of the budget is spent", description: "By the forecast it is gone on 24 Feb" },
      ["💰 Total Spent: $11.27", "💵 Remaining: $3.67", "🔥 Burn Rate per day: $0.6000", "⏳ Held: $0.06"],
    ],
    [
      "an alert of a sub-budget",
      render("alert", { ...FACTS.alert, percents: [], parts: [PART] }),
      {
        title: "⚠️ 75% of infra\\*structure is spent",
        description: "50% and 75% were passed at once. It resets <t:1772323200:R>",
      },
      ["💰 Total Spent: $3.04 of $4.00", "💵 Remaining: $0.86", "⏳ Held: $0.10"],
    ],
    [
      "alerts of several budgets",
      render("alert", { ...FACTS.alert, percents: [], parts: [PART, TOKENS] }),
      { title: "⚠️ 2 budgets passed an alert" },
      [
        "⚠️ 75% of infra\\*structure: $3.04 of $4.00 spent, $0.10 held. It resets <t:1772323200:R>",
        "⚠️ 90% of agents/qa: 46,000 tokens of 50,000 tokens spent, 0 tokens held. It never resets",
      ],
    ],
    [
      "an alert of a sub-budget that reaches its next ones within its period",
      render("alert", {
        ...FACTS.alert,
        percents: [],
        parts: [{ ...TOKENS, thresholds: [{ percent: 100, hours: 3.19 }], projected: 52_000 }],
      }),
      {
        title: "⚠️ 90% of agents/qa is spent",
        description: "100% in 3.2 h; 52,000 tokens at its end. It never resets",
      },
      ["💰 Total Spent: 46,000 tokens of 50,000 tokens", "💵 Remaining: 4,000 tokens", "⏳ Held: 0 tokens"],
    ],
    [
      "money moved by a maintainer",
      render("adjust", FACTS.adjust),
      { title: "🔧 Budget Adjusted by octocat", description: "Release week" },
      [
        "What: transfer of $1.00 from qa to infrastructure until 2026-02-15",
        "💰 Total Spent: $8.80 / $15.00",
        "💵 Remaining: $6.20",
      ],
    ],
    [
      "the end of the money",
      render("exhausted", FACTS.exhausted),
      {
        title: "⛔ Monthly Budget Exhausted",
        description: "The $15.00 monthly budget has been exhausted. Execution paused until next month or a top-up.",
      },
      [
        "💰 Total Spent: $14.96",
        "📊 PRs Generated: 275",
        "⏳ Next Reset: 1 Mar (<t:1772323200:R>)",
        "🔧 Top Up or Reset: [For maintainers: run a workflow](https://github.com/octo/app/actions)",
      ],
    ],
    [
      "a recap",
      render("recap", RECAP),
      { title: "📊 Monthly Recap - AI Orchestration", description: "Summary for February 2026" },
      [
        "💰 Total Spent: $14.89 / $15.00",
        "📊 PRs Generated: 271",
        "🔄 Executions: 271",
        "💵 Avg Cost per PR: $0.0549",
        "📈 Progress: `[████████████████████] 99.3%`",
        "🎯 Milestones Reached: 2",
        "🤖 By Model: claude-sonnet-4-5: $12.00 (80.6%)\ngpt-4o-mini: $2.89 (19.4%)",
        "🧮 Estimated Share: 2.0%",
      ],
    ],
    [
      "a reset",
      render("reset", FACTS.reset),
      { title: "🔄 Budget Reset by octocat", description: "New quarter" },
      ["Archived: $12.40, 220 executions"],
    ],
    [
      "a warning",
      render("warning", FACTS.warning),
      {
        title: "⚠️ A model has no price",
        description: "The model my-finetune has no price; add it under prices in the policy file.",
      },
      [],
    ],
    [
      "the start of a run",
      renderStart({ health: "green", execution: 96, estimate: 0.055, remaining: 9.72 }, { ...NAME, at: AT }),
      { title: "🚀 AI Orchestration - Execution Started" },
      ["Execution #: 96", "Estimate: $0.0550", "Budget Remaining: $9.72"],
    ],
    [
      "the end of a run",
      renderComplete({ health: "green", execution: 96, cost: 0.0532, pr: "95", remaining: 9.72 }, { ...NAME, at: AT }),
      { title: "✅ AI Orchestration - Execution Complete" },
      ["Execution #: 96", "Cost: $0.0532", "PR Status: PR #95", "Budget Remaining: $9.72"],
    ],
  ])("%s", (_, embed, text, rows) => {
    expect({ title: embed.title, description: embed.description }).toEqual({ description: undefined, ...text });
    expect(rowsOf(embed)).toEqual(rows);
  });

  it("says where a message came from and when", () => {
    expect(render("milestone", FACTS.milestone)).toMatchObject({
      url: RUN,
      footer: { text: "octo/app · run 4711" },
      timestamp: "2026-02-14T10:07:31.000Z",
      color: 0x2da44e,
    });
  });

  it.each(["milestone", "alert", "exhausted"] as const)("says first that much of a %s is estimated", (kind) => {
    const estimated_share = { percent: 31.25, profile: "night*ly" };
    const { description } = render(kind, { ...FACTS[kind], estimated_share });
    const [first, ...rest] = (description ?? "").split("\n");
    expect(first).toBe(
      "⚠️ 31.3% of it is estimated, most of it under night\\*ly: name the files the tools write in usage-file.",
    );
    expect(rest.join("\n")).toBe(render(kind, FACTS[kind]).description);
  });

  it("says first that much of a month summed up was estimated", () => {
    const { description } = render("recap", { ...RECAP, estimated: 7.445, estimated_most: "nightly" });
    expect(description).toMatch(/^⚠️ 50\.0% of it is estimated, most of it under nightly.*\nSummary for February 2026$/);
    expect(render("recap", RECAP).description).toBe("Summary for February 2026");
  });

  it.each(ALL_KINDS)("links the books at the end of its text: %s", (kind) => {
    const page = "https://github.com/octo/app/blob/token-budget/README.md";
    const text = renderMessage({ kind, facts: FACTS[kind], queued_at: AT }, NAME).description;
    const linked = renderMessage({ kind, facts: { ...FACTS[kind], page }, queued_at: AT }, NAME).description;
    expect(linked).toBe(text === undefined ? `[Books](${page})` : `${text}\n[Books](${page})`);
  });

  it.each<[unknown, string]>([
    ["https://user:secret@github.com/octo/app", "a password"],
    ["javascript:alert(1)", "no web page"],
    ["https://github.com/".padEnd(1000, "x"), "too long to be kept whole"],
    [7, "no text"],
  ])("has no link to the books where it would be %j: %s", (page) => {
    const facts = { ...FACTS.milestone, page };
    const { description } = renderMessage({ kind: "milestone", facts, queued_at: AT }, NAME);
    expect(description).toBe("91 PRs Generated - 1/3 Complete!");
  });

  it("keeps a link whole whose address has brackets and line ends", () => {
    const page = "https://github.com/octo/app/blob/a)\n[b](c/README.md";
    const { description } = render("milestone", { ...FACTS.milestone, page });
    expect(description).toMatch(/\n\[Books\]\(https:\/\/github\.com\/octo\/app\/blob\/a%29[^()\s]*\/README\.md\)$/);
  });

  it("has another colour for each health", () => {
    const colours = (["green", "yellow", "red", "blocked"] as const).map(
      (health) => render("alert", { ...FACTS.alert, health }).color,
    );
    expect(new Set(colours).size).toBe(4);
  });
});

describe("milestones", () => {
  it.each<[string, Partial<MessageFacts["milestone"]>, string]>([
    ["a later one", { crossed: [10], number: 2 }, "⚡ $10 Milestone Reached!"],
    ["the one that equals the budget", { crossed: [15], number: 3 }, "✅ $15 Milestone Reached!"],
    ["the only one, equal to the budget", { crossed: [5], budget: 5, of: 1 }, "✅ $5 Milestone Reached!"],
    ["the last one below the budget", { crossed: [10], number: 2, of: 2, budget: 12 }, "⚡ $10 Milestone Reached!"],
    ["two at once, the first among them", { crossed: [5, 10], number: 2 }, "🚀 $5 and $10 Milestones Reached!"],
    ["two later ones at once", { crossed: [10, 15], number: 3, budget: 20 }, "⚡ $10 and $15 Milestones Reached!"],
    ["three up to the budget", { crossed: [5, 10, 15], number: 3 }, "✅ $5, $10 and $15 Milestones Reached!"],
    ["one with cents", { crossed: [2.5] }, "🚀 $2.50 Milestone Reached!"],
    ["a big one", { crossed: [1000], number: 2, budget: 5000 }, "⚡ $1,000 Milestone Reached!"],
  ])("%s", (_, facts, title) => {
    expect(render("milestone", { ...FACTS.milestone, ...facts }).title).toBe(title);
  });

  it("names a hundred crossed at once without filling the title", () => {
    const crossed = Array.from({ length: 100 }, (_, index) => index + 1);
    const embed = render("milestone", { ...FACTS.milestone, crossed, number: 100, budget: 200 });
    expect(embed.title).toBe("🚀 $1 to $100 Milestones Reached!");
    expect(rowsOf(embed).at(-1)).toContain("$57, $58");
  });

  it("shows no cost per pull request where there was none", () => {
    expect(rowsOf(render("milestone", { ...FACTS.milestone, prs: 0 }))).toContain("💵 Cost per PR: –");
  });

  it("adds the recap's figures at the budget", () => {
    const embed = render("milestone", { ...FACTS.milestone, crossed: [15], number: 3, spent: 15.01, recap: RECAP });
    expect(rowsOf(embed).slice(4)).toEqual([
      "📈 Progress: `[████████████████████] 100.1%`",
      "🎯 Milestones Reached: 2",
      "🤖 By Model: claude-sonnet-4-5: $12.00 (80.6%)\ngpt-4o-mini: $2.89 (19.4%)",
      "🧮 Estimated Share: 2.0%",
    ]);
  });
});

describe("what only some months have", () => {
  it("several alerts passed by one booking are one message", () => {
    expect(render("alert", { ...FACTS.alert, percents: [75, 90] })).toMatchObject({
      title: "⚠️ 90% of the budget is spent",
      description: "75% and 90% were passed at once. By the forecast it is gone on 24 Feb",
    });
  });

  it("an alert says so when the money lasts", () => {
    expect(render("alert", { ...FACTS.alert, gone_on: null }).description).toBe(
      "By the forecast it lasts until the end of the month",
    );
  });

  it("the next reset is a day in the budget's time zone", () => {
    const facts = { ...FACTS.exhausted, resets_at: "2026-02-28T23:00:00Z", timezone: "Europe/Berlin" };
    expect(rowsOf(render("exhausted", facts))).toContain("⏳ Next Reset: 1 Mar (<t:1772319600:R>)");
  });

  it.each([
    [
      "a run on an Enterprise server",
      "https://ghe.example/octo/app/actions/runs/1",
      "https://ghe.example/octo/app/actions",
    ],
    ["only the repository", undefined, "https://github.com/octo/app/actions"],
  ])("the page to top up is found from %s", (_, url, page) => {
    expect(render("exhausted", { ...FACTS.exhausted, url }).url).toBe(page);
  });

  it.each([
    ["https://github.com/octo/ai-budget/blob/token-budget/README.md", "https://github.com/octo/ai-budget/actions"],
    ["https://ghe.example/octo/ai-budget/blob/main/token_budget.json", "https://ghe.example/octo/ai-budget/actions"],
    ["https://books.example/octo", "https://github.com/octo/app/actions"],
  ])("alerts are acknowledged, and a top-up is made, in the repository of the books at %s", (page, actions) => {
    const url = "https://github.com/octo/app/actions/runs/7";
    const exhausted = render("exhausted", { ...FACTS.exhausted, url, page, alert: "A-0214-1" });
    expect(exhausted.url).toBe(actions);
    const values = exhausted.fields?.map(({ value }) => value) ?? [];
    expect(values).toContain(`[For maintainers: run a workflow](${actions})`);
    expect(values.join()).toContain(`[acknowledge it with the workflow alerts](${actions}/workflows/alerts.yml)`);
  });

  it.each([
    [100, "🔮 More than 99% likely to use up the "],
    [80.4, "🔮 80% likely to use up the "],
  ])("a chance of %d%% in a title, never as certain", (chance, title) => {
    expect(render("forecast", { ...FACTS.forecast, chance }).title.startsWith(title)).toBe(true);
  });

  it("a month's most expensive runs, linked where the address is a run's whole one", () => {
    const url = "https://github.com/octo/app/actions/runs/7";
    const top_runs = [
      { profile: "ai-pr", run: 7, url, cost: 2.5 },
      { profile: "[x](https://evil.test)", run: 8, url: "https://u:p@evil.test/", cost: 1.5 },
      { run: 9, url: `${url}?${"x".repeat(200)}`, cost: 1 },
      { profile: "the fourth", cost: 0.9 },
    ];
    expect(rowsOf(render("recap", { ...RECAP, top_runs }))).toContain(
      [
        "🏆 Most Expensive Runs: ai-pr, [run 7](https://github.com/octo/app/actions/runs/7): $2.50",
        "\\[x\\](https:\\//evil.test), run 8: $1.50",
        "run 9: $1.00",
      ].join("\n"),
    );
    const terminal = [{ profile: "terminal", cost: 2 }, { cost: 1 }];
    expect(rowsOf(render("recap", { ...RECAP, top_runs: terminal }))).toContain(
      "🏆 Most Expensive Runs: terminal: $2.00\nAt a terminal: $1.00",
    );
  });

  it("corrections, resets, top-ups, denied runs and the month before", () => {
    const facts = {
      ...RECAP,
      top_ups: 5,
      corrections: { count: 3, amount: -0.12 },
      resets: 1,
      forecasts: { count: 5, right: 4, ran_out: false, error: -0.042 },
      exhausted_at: "2026-02-27T14:05:00Z",
      previous: { month: "2026-01", spent: 14.82 },
      running: true,
    };
    const embed = render("recap", facts);
    expect(embed.description).toBe("Summary for February 2026 so far");
    expect(rowsOf(embed)).toEqual(
      expect.arrayContaining([
        "💰 Total Spent: $14.89 / $20.00",
        "🧾 Corrections: 3 (-$0.1200)",
        "🔮 Forecasts: 4% too low on the 15th, the 80% range held in 4 of 5 forecasts",
        "♻️ Resets: 1",
        "➕ Top-ups: $5.00",
        "⛔ Runs Denied: since <t:1772201100:f>",
        "📅 Against January 2026: $14.82 (+$0.0700, +0.5%)",
      ]),
    );
  });

  it.each([
    [0, "March 2026 starts with $15.00."],
    [0.055, "March 2026 starts with $15.00, of which open holds take $0.0550."],
  ])("says what the new month starts with, $%s held", (held, text) => {
    const embed = render("recap", { ...RECAP, next: { month: "2026-03", budget: 15, held } });
    expect(rowsOf(embed).at(-1)).toBe(`🌅 Next Month: ${text}`);
  });

  it.each([
    ["95", "PR #95"],
    ["#95", "PR #95"],
    ["https://github.com/octo/app/pull/95", "PR #95"],
    [null, "No PR"],
    ["", "No PR"],
    ["**draft**", "\\*\\*draft\\*\\*"],
  ])("a pull request given as %j", (pr, shown) => {
    const embed = renderComplete({ health: "green", execution: 1, cost: 0, pr, remaining: 0 }, { ...NAME, at: AT });
    expect(rowsOf(embed)).toContain(`PR Status: ${shown}`);
  });
});

describe("facts that someone has edited", () => {
  it.each(ALL_KINDS.filter((kind) => kind !== "warning"))("a %s without its figures is told plainly", (kind) => {
    const facts = { ...FACTS[kind], spent: "a lot", point: "a lot", alert: 7, actor: 7 };
    const embed = renderMessage({ kind, facts, queued_at: AT }, NAME);
    expect(embed.title).not.toBe("");
    expect(embed.description).toContain("can't be read");
    expect(embed.footer).toEqual({ text: "octo/app · run 4711" });
  });

  it.each([
    ["a time zone that isn't one", "exhausted", { ...FACTS.exhausted, timezone: "Mars/Base" }],
    ["an amount beyond the books", "milestone", { ...FACTS.milestone, spent: 1e300 }],
    ["no milestones at all", "milestone", { ...FACTS.milestone, crossed: [] }],
    ["a day that isn't one", "alert", { ...FACTS.alert, gone_on: "soon" }],
    ["nothing", "warning", {}],
  ] as const)("%s is told plainly", (_, kind, facts) => {
    const embed = renderMessage({ kind, facts, queued_at: AT }, NAME);
    expect(embed.description).toContain("can't be read");
  });

  it("a warning of a newer release keeps its sentence", () => {
    const facts = { ...FACTS.warning, about: "constructor" };
    expect(renderMessage({ kind: "warning", facts, queued_at: AT }, NAME)).toMatchObject({
      title: "⚠️ Needs a person",
      description: FACTS.warning.text,
    });
  });

  it.each([
    "javascript:alert(1)",
    "not a url",
    "https://user:pw@example.com/",
    `https://example.com/${"a".repeat(3000)}`,
  ])("the link %.40s is left out", (url) => {
    expect(render("milestone", { ...FACTS.milestone, url })).not.toHaveProperty("url");
  });
});
