import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ActionResult, emptyFolder } from "../support/runner/action.ts";
import { commandsIn } from "../support/runner/file-commands.ts";
import { booksOn, embedsOf, useWorld } from "./action-world.ts";
import { Folder } from "./folder-world.ts";

const world = useWorld();

/** What somebody writes to get something into a page, a log, a channel or the books. */
const TEXTS: readonly string[] = [
  "@everyone @here <@1> <@&2> @octocat",
  "a\n::set-output name=allowed::pwned\n::add-mask::o\n::stop-commands::x",
  "##[error]pwned ##[add-mask]o ##[group]x",
  "a\r::error::pwned\r\n::warning::pwned\rb",
  "a\nghadelimiter_0\nallowed=true\nEOF\nallowed<<X\ntrue\nX",
  "[x](https://evil.example) ![y](http://evil.example/y.png) **b**\n# h",
  "</details></table><script>alert(1)</script><img src=x onerror=alert(1)>",
  "a|b|c\n```\n# pwned\n---\n",
  "\u001b[31mred\u001b[2J\u001b]8;;https://evil.example\u0007x\u009b1m",
  "\u202egpj.exe \u2066x\u2069 \u200f\u200e\u2028y",
  "fixes #1, closes o/r#2 [skip ci] GH-3",
  `${"x".repeat(5_000)} ${"|`@".repeat(1_700)}`,
];

/** What must be nowhere: characters that a terminal or an editor obeys, line feeds aside. */
const OBEYED = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** What the runner would obey in a log, wherever a line begins for it. */
const IN_A_LOG = /(^|[\r\n])\s*::(set-output|stop-commands|add-mask::o$|error::pwned|warning::pwned)|##\[/m;
/** What GitHub would make something of in a page. */
const IN_A_PAGE =
  /@everyone|@octocat|<script|<img|<\/table><script|\]\(http|https?:\/\/evil|^# (h|pwned)|o\/r#2|x{1000}/m;
/** What Discord would make something of. */
const IN_A_CHANNEL = /@everyone|@here|<@[!&]?\d|https?:\/\/evil|x{1000}|\n# h/;
/** What a runner would take for an output of its own in a file of `name=value`. */
const IN_A_FILE = /^(allowed=true|allowed<<X)$/m;
const COMMANDS = ["add-mask", "notice", "warning", "error", "group", "endgroup"];
const MAX_LENGTH = 100_000;

/** Three of the texts; every text stands in every place once in four runs, and first in a line. */
const some = (run: number, place: number): string =>
  TEXTS.filter((_, index) => index % 4 === (run + place) % 4).join("\n");

const onOneLine = (text: string): string => text.replace(/[\r\n]+/g, " ").slice(0, 250);

/** A run whose workflow, job, profile, tags, models, file, name and actor carry the texts, and a reset with a reason. */
async function runOf(run: number): Promise<readonly ActionResult[]> {
  const temp = emptyFolder("temp");
  const usage = TEXTS.map((text) => ({ model: text, provider: text, session: text, input: 5, output: 5 }));
  writeFileSync(join(temp, "usage.json"), JSON.stringify({ token_budget_usage: 1, usage }));
  const tags = TEXTS.map((text, index) => `t${index}=${onOneLine(text)}`).join("\n");
  const common = { name: some(run, 0), notify: "all" };
  const of = { workflow: some(run, 1), job: some(run, 2), actor: some(run, 3) };
  const job = world.job({ temp, inputs: common, run: of });
  const profile = run % 2 === 0 ? { profile: some(run, 3) } : {};
  const check = await job.step({ inputs: { command: "check", tags, model: some(run, 0), ...profile } });
  const record = await job.step({ inputs: { command: "record", tags, "usage-file": join(temp, "usage.json") } });
  world.repo.setRole("octocat", "admin");
  const by = { event: { name: "workflow_dispatch" }, run: { ...of, actor: "octocat" } };
  return [check, record, await job.step({ ...by, inputs: { command: "reset", reason: some(run, 2) } })];
}

it("the texts are what the checks below look for", () => {
  const signs = [OBEYED, IN_A_LOG, IN_A_PAGE, IN_A_CHANNEL, IN_A_FILE, /\[skip ci\]|#\d|GH-\d/, /[|`]/];
  for (const text of TEXTS)
    expect(
      signs.some((sign) => sign.test(text)),
      text,
    ).toBe(true);
  for (const sign of signs)
    expect(
      TEXTS.some((text) => sign.test(text)),
      sign.source,
    ).toBe(true);
});

describe("hostile texts as workflow, job, profile, tags, models, provider, session, name, actor and reason", () => {
  it.each([0, 1, 2, 3])("come out harmless in log, outputs, summary, books, commits and messages (%i)", async (run) => {
    const results = await runOf(run);
    for (const result of results) {
      expect(result.exitCode, result.log).toBe(0);
      expectHarmlessLog(result);
      expectHarmlessPage(result.summary);
    }
    expect(results[0]?.outputs).toMatchObject({ allowed: "true", decision: "allow", reason: "ok" });
    await expectHarmlessBooks();
    expectHarmlessMessages();
  });

  it("come out harmless at a terminal and in the folder", async () => {
    const folder = new Folder();
    const tags = TEXTS.map((text, index) => `t${index}=${onOneLine(text)}`).join("\n");
    const texts = TEXTS.join("\n");
    const record = await folder.run("record", "--cost", "0.1", "--profile", texts, "--model", texts, "--tags", tags);
    const check = await folder.run("check", "--profile", TEXTS.toReversed().join("\n"), "--tags", tags);
    const status = await folder.run("status");
    for (const { exitCode, stdout, stderr } of [record, check, status]) {
      expect(exitCode, stderr).toBe(0);
      expectPlain(stdout + stderr);
      expect(stdout + stderr).not.toMatch(IN_A_LOG);
    }
    for (const text of Object.values(folder.contents())) expectPlain(text);
  });
});

function expectPlain(text: string): void {
  expect(text.replaceAll("\n", "")).not.toMatch(OBEYED);
  expect(text.length).toBeLessThan(MAX_LENGTH);
}

/** The log gives the runner no commands but ours, and its files hold only what we declare. */
function expectHarmlessLog({ stdout, log, outputs, state, env, path, masks }: ActionResult): void {
  // @actions/core ends a command with the system's line end.
  expectPlain(log);
  expect(log).not.toMatch(IN_A_LOG);
  for (const { name, message } of commandsIn(stdout)) {
    expect(COMMANDS).toContain(name);
    expectPlain(message);
  }
  const secrets = ["ghs_write", world.discord.webhookUrl()];
  expect(masks.filter((mask) => !secrets.some((secret) => secret.includes(mask) && mask.length > 8))).toEqual([]);
  expectPlain(Object.values(outputs).join("\n"));
  expect(Object.values(outputs).join("\n")).not.toMatch(IN_A_FILE);
  for (const name of [...Object.keys(outputs), ...Object.keys(state)]) expect(name).toMatch(/^[a-z-]+$/i);
  expect(Object.keys(env).filter((name) => !name.startsWith("TOKEN_BUDGET_"))).toEqual([]);
  expect(path).toEqual([]);
}

/** The links that are ours: to the project and to its pages. */
const OWN_LINK =
  /\]\(https:\/\/github\.com\/token-budget\/token-budget(\/blob\/main\/docs\/[a-z-]+\.md)?(#[a-z-]+)?\)/g;

function expectHarmlessPage(page: string): void {
  expectPlain(page);
  expect(page.replaceAll(OWN_LINK, "]")).not.toMatch(IN_A_PAGE);
}

/** Every commit has one plain line; the files hold no characters that a terminal or an editor obeys. */
async function expectHarmlessBooks(): Promise<void> {
  for (const { message } of await world.repo.log("token-budget"))
    expect(message.trimEnd()).toMatch(/^[^\p{Cc}\p{Cf}@#[\]]{1,72}$/u);
  for (const file of await world.repo.files("token-budget")) {
    const text = (await world.repo.readFile("token-budget", file)) ?? "";
    expectPlain(text);
    if (file.endsWith(".md")) expectHarmlessPage(text);
  }
  const { entries } = await booksOn(world.repo);
  expect(entries.map(({ kind }) => kind)).toEqual(["charge", "reset"]);
}

function expectHarmlessMessages(): void {
  expect(world.titles().length).toBeGreaterThan(0);
  for (const message of world.discord.messages) {
    expect(message.payload).toMatchObject({ allowed_mentions: { parse: [] } });
    for (const { title = "", description = "", footer, fields = [] } of embedsOf(message)) {
      const shown = [
        title,
        description,
        footer?.text ?? "",
        ...fields.flatMap(({ name = "", value = "" }) => [name, value]),
      ];
      for (const text of shown) {
        expectPlain(text);
        expect(text).not.toMatch(IN_A_CHANNEL);
      }
    }
  }
}
