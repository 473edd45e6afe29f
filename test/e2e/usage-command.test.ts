import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { useWorld } from "./action-world.ts";
import { Folder, USAGE } from "./folder-world.ts";

const FIXTURES = new URL("../fixtures/usage/", import.meta.url);
const fixture = (name: string) => readFileSync(new URL(name, FIXTURES), "utf8");
/** 2,500 × $0.15 + 4,000 × $0.60 a million. */
const CHAT = { name: "openai/chat-stream.sse", total: 0.002775 };
const EXECUTION = { name: "claude-code/execution-file.json", total: 0.04995 };

/** A folder with usage files, of which every test looks at what is in it before and after. */
async function using(files: Readonly<Record<string, string | Buffer>>, test: (folder: Folder) => Promise<void>) {
  const folder = new Folder({ inProcess: true });
  for (const [name, content] of Object.entries(files)) folder.write(name, content);
  const before = folder.contents();
  await test(folder);
  expect(folder.contents()).toEqual(before);
}

describe("token-budget usage", () => {
  it("shows a person every line with its tokens, unit prices, their source and the total", () =>
    using({ "run.json": fixture(EXECUTION.name) }, async (folder) => {
      const { exitCode, stdout, stderr } = await folder.run("usage", "run.json");
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      const text = stdout.replace(/\s+/g, " ");
      expect(text).toContain("claude-sonnet-4-5 $0.04995 16,420 input, 8,000 read from cache, 8,400 written to cache");
      expect(text).toContain("1,066 output");
      expect(text).toContain("USD per million: $3 input, $0.30 cache read, $3.75 cache write 5m, $15 output");
      expect(text).toMatch(/Prices from: genai-prices@\d/);
      expect(stdout).toContain("\nTotal: $0.04995.\n");
    }));

  it("tells a machine the same, the tool's own figure beside it", () =>
    using({ "run.json": fixture(EXECUTION.name) }, async (folder) => {
      expect(await folder.json("usage", "run.json")).toEqual({
        command: "usage",
        cost: 0.04995,
        costQuality: "priced",
        message: "Total: $0.04995.",
        total: 0.04995,
        lines: [
          {
            provider: "anthropic",
            model: "claude-sonnet-4-5",
            input: 16420,
            cacheRead: 8000,
            cacheWrite5m: 8400,
            output: 1066,
            requests: expect.any(Number),
            prices: { input: 3, cacheRead: 0.3, cacheWrite5m: 3.75, output: 15 },
            priceSource: expect.stringMatching(/^genai-prices@/),
            session: expect.stringMatching(/^claude-code:/),
            cost: 0.04995,
            quality: "priced",
            reportedCost: 0.04995,
          },
        ],
        unpriced: [],
        failed: false,
        notes: [],
      });
    }));

  it.each([
    ["named one by one", ["a.json", "b.sse"]],
    ["named twice", ["a.json", "b.sse", "./a.json"]],
    ["found by globs", ["*.json", "*.sse"]],
    ["named as an option", ["--usage-file", "a.json", "--usage-file", "b.sse"]],
    ["named both ways", ["a.json", "--usage-file", "b.sse"]],
  ])("adds up several files, %s", (_, args) =>
    using({ "a.json": fixture(EXECUTION.name), "b.sse": fixture(CHAT.name), "c.txt": "no usage" }, async (folder) => {
      // However old they are: nobody asks at a terminal what a run that is still to come will use.
      const later = folder.with({ clock: 86_400_000 });
      expect(await later.json("usage", ...args)).toMatchObject({ total: 0.052725, cost: 0.052725, notes: [] });
    }),
  );

  it.each<[string, string, string | Buffer, RegExp]>([
    ["an empty file", "empty.json", "", /is empty|nothing in it|empty/i],
    ["a binary file", "image.png", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 255, 254, 0, 0, 13]), /isn't text/],
    [
      "prose",
      "notes.md",
      "The agent did well today.\nIt used 4,000 tokens, or so it said.\n",
      /isn't usage.*Supported formats: /s,
    ],
    ["JSON of something else", "package.json", '{"name":"x","version":"1.0.0"}', /isn't usage.*Claude Code.*Codex/s],
    [
      "a file cut off in its first line",
      "cut.json",
      fixture(EXECUTION.name).slice(0, 90),
      /middle of a JSON value|cut off/,
    ],
  ])("says that %s tells no usage, and its cost is unknown", (_, name, content, said) =>
    using({ [name]: content }, async (folder) => {
      const told = await folder.json("usage", name);
      expect(told).toMatchObject({ costQuality: "estimated", total: 0, lines: [], failed: false });
      expect(told).not.toHaveProperty("cost");
      expect(told.notes).toMatchObject([{ level: "warning", text: expect.stringMatching(said) }]);
      expect(told.notes[0]?.text).toContain(name);
      const shown = await folder.run("usage", name);
      expect(shown.stdout).toContain("unknown");
      expect(shown.stderr).toMatch(said);
      for (const text of [shown.stdout, shown.stderr]) expect(text).not.toMatch(/Total:|\p{Cc}(?<!\n)/u);
    }),
  );

  it("takes what is whole of a file whose last line is cut off, and says that the rest is unknown", () => {
    const whole = fixture("claude-code/stream.ndjson");
    return using({ "cut.ndjson": whole.slice(0, -40) }, async (folder) => {
      const told = await folder.json("usage", "cut.ndjson");
      expect(told).toMatchObject({ costQuality: "estimated" });
      expect(told.notes.map(({ text }) => text).join()).toContain("cut off");
    });
  });

  it("says so in a sentence where costs add up to more than can be kept", () => {
    const lines = ["a", "b"].map((model) => ({ model, cost: 8_000_000, billed: true }));
    return using({ "dear.json": JSON.stringify({ token_budget_usage: 1, usage: lines }) }, async (folder) => {
      const { stdout, stderr } = await folder.run("usage", "dear.json");
      expect(`${stdout}${stderr}`).toMatch(/more than the largest amount that can be stored, \$8,388,607/);
      expect(`${stdout}${stderr}`).not.toContain("bug");
    });
  });

  it("reads the other files where one is none, and doesn't say that this is all", () =>
    using({ "a.json": fixture(EXECUTION.name) }, async (folder) => {
      const told = await folder.json("usage", "a.json", "missing.json");
      expect(told).toMatchObject({ costQuality: "estimated", total: 0.04995 });
      expect(told).not.toHaveProperty("cost");
      expect(told.notes).toMatchObject([{ level: "warning", text: expect.stringContaining("missing.json") }]);
    }));

  it.each([
    ["a file that isn't there", "missing.json", /no usage file "?missing\.json/],
    ["a folder", "sub", /is a directory: name a file, or a glob/],
    ["a glob that finds nothing", "*.nothing", /matches no file/],
  ])("is bad input with %s alone", async (_, name, said) => {
    const folder = new Folder({ inProcess: true });
    mkdirSync(join(folder.path, "sub"));
    const { exitCode, stdout } = await folder.run("usage", name);
    expect(exitCode).toBe(2);
    expect(stdout.replace(/\s+/g, " ")).toMatch(said);
    expect(folder.files()).toEqual([]);
  });

  it("says what a resumed session adds where the books in this folder know the rest", async () => {
    const folder = new Folder({ inProcess: true, clock: "2026-11-22T12:00:00Z" });
    for (const name of ["exec.jsonl", "exec-resume.jsonl"]) folder.write(name, fixture(`codex/${name}`));
    await folder.run("record", "--usage-file", "exec.jsonl", "--model", "gpt-5-codex");
    const before = folder.contents();
    // 2,100 × $1.25 + 400 × $0.125 + 12 × $10 a million.
    const told = await folder.json("usage", "exec-resume.jsonl", "--model", "gpt-5-codex");
    expect(told).toMatchObject({ cost: 0.002795, lines: [{ input: 2500, cacheRead: 400, output: 12 }] });
    expect(folder.contents()).toEqual(before);
  });
});

const ACME = JSON.stringify({
  id: "x",
  object: "chat.completion",
  model: "acme-large",
  choices: [],
  usage: { prompt_tokens: 1_000_000, completion_tokens: 1_000 },
});
/** 1,000,000 × $1.25 + 1,000 × $10 a million. */
const ACME_COST = 1.26;

/** The lines that the advice shows, with a person's figures in the place of its placeholders. */
const withFigures = (config: string) =>
  config.replace("input: <USD per million>", "input: 1.25").replace("output: <USD per million>", "output: 10");

describe("a model that no table knows", () => {
  it("is a warning with the lines for the policy file, and priced with them", async () => {
    const folder = new Folder({ inProcess: true });
    folder.write("acme.json", ACME);
    const without = await folder.json("usage", "acme.json");
    expect(without).toMatchObject({ costQuality: "estimated", total: 0, lines: [{ cost: null }] });
    const [unpriced] = without.unpriced ?? [];
    expect(unpriced).toMatchObject({ model: "acme-large", fix: expect.stringContaining("policy file") });
    expect(without.notes).toMatchObject([{ level: "warning", text: expect.stringContaining(unpriced?.config ?? "?") }]);
    // At a terminal the lines can be copied as they stand, a step further in.
    const { stdout } = await folder.run("usage", "acme.json");
    expect(stdout).toContain(`\n${unpriced?.config?.replace(/^/gm, "    ")}\n`);

    mkdirSync(join(folder.path, ".github"));
    folder.write(".github/token-budget.yml", `${unpriced?.config}\n`);
    const pasted = await folder.json("usage", "acme.json");
    expect(pasted).toMatchObject({ costQuality: "estimated", total: 0 });
    expect(pasted.notes[0]?.text).toMatch(/prices\.acme-large\.input is still the placeholder "<USD per million>"/);

    folder.write(".github/token-budget.yml", `${withFigures(unpriced?.config ?? "")}\n`);
    const before = folder.contents();
    const priced = await folder.json("usage", "acme.json");
    expect(priced).toMatchObject({ cost: ACME_COST, costQuality: "priced", unpriced: [], notes: [] });
    expect(priced.lines).toMatchObject([{ priceSource: "policy", prices: { input: 1.25, output: 10 } }]);
    expect(folder.contents()).toEqual(before);
  });

  it("is the user's to name where the tool names none", async () => {
    const folder = new Folder({ inProcess: true });
    folder.write("exec.jsonl", fixture("codex/exec.jsonl"));
    const told = await folder.json("usage", "exec.jsonl");
    expect(told.unpriced).toMatchObject([{ model: "", fix: expect.stringContaining("--model") }]);
    expect((await folder.run("usage", "exec.jsonl")).stdout.replace(/\s+/g, " ")).toContain(
      "name the model: model in a workflow",
    );
    expect(await folder.json("usage", "exec.jsonl", "--model", "gpt-5-codex")).toMatchObject({ unpriced: [] });
  });

  it("has its tokens priced where only its searches have no price, and these on top at the estimate", async () => {
    const folder = new Folder({ inProcess: true });
    const { usage, output } = JSON.parse(fixture("openai/responses.json"));
    folder.write(
      "searched.json",
      JSON.stringify({ id: "r", object: "response", status: "completed", model: "acme-large", output, usage }),
    );
    mkdirSync(join(folder.path, ".github"));
    const policy = (prices: string) =>
      folder.write(".github/token-budget.yml", `prices:\n  acme-large: { ${prices} }\n`);
    policy("input: 1, output: 2");
    // 9,000 × $1 + 700 × $2 a million.
    const told = await folder.json("usage", "searched.json");
    expect(told).toMatchObject({
      costQuality: "estimated",
      total: 0.0104,
      lines: [{ cost: 0.0104, webSearches: 1 }],
    });
    expect(told.unpriced).toMatchObject([
      {
        model: "acme-large",
        fix: expect.stringContaining("web search of acme-large"),
        config: "prices:\n  acme-large: { web_search: <USD per 1000> }",
      },
    ]);
    expect(await folder.json("record", "--usage-file", "searched.json")).toMatchObject({
      cost: 0.0654,
      costQuality: "estimated",
    });
    policy("input: 1, output: 2, web_search: 10");
    expect(await folder.json("usage", "searched.json")).toMatchObject({ cost: 0.0204, unpriced: [], notes: [] });
  });
});

describe("command: usage in a workflow", () => {
  const world = useWorld();

  it("sets the cost, shows its lines in the summary and commits nothing", async () => {
    const before = await world.repo.branches();
    const result = await world.step("usage", { "usage-file": USAGE });
    expect(result).toMatchObject({ exitCode: 0, annotations: [] });
    expect(result.outputs).toMatchObject({ cost: "0.04995", "cost-quality": "priced", message: "Total: $0.04995." });
    expect(result.summary).toContain("What was used");
    expect(result.summary).toMatch(/claude-sonnet-4-5.*16,420 input.*&#36;3 input.*genai-prices.*&#36;0\.04995 \|/);
    expect(world.requests()).toEqual(["TokenBudgetRead"]);
    expect(await world.repo.branches()).toEqual(before);
    expect(world.titles()).toEqual([]);
  });

  it("warns about a model without a price, with the line that prices it; with that line the warning is gone", async () => {
    const file = new Folder({ inProcess: true });
    file.write("acme.json", ACME);
    const inputs = { "usage-file": join(file.path, "acme.json") };
    const unknown = await world.step("usage", inputs);
    expect(unknown.exitCode).toBe(0);
    expect(unknown.outputs).toMatchObject({ "cost-quality": "estimated" });
    expect(unknown.outputs).not.toHaveProperty("cost");
    const [, line = ""] = /^( {2}acme-large: .*)$/m.exec(unknown.annotations[0]?.message ?? "") ?? [];
    expect(unknown.annotations).toMatchObject([{ level: "warning" }]);
    expect(unknown.summary).toContain("acme-large: { input: <USD per million>, output: <USD per million> }");

    await world.repo.writeFile("main", ".github/token-budget.yml", `prices:\n${withFigures(line)}\n`);
    const known = await world.step("usage", inputs);
    expect(known.annotations).toEqual([]);
    expect(known.outputs).toMatchObject({ cost: String(ACME_COST), "cost-quality": "priced" });
    expect(await world.repo.branches()).toEqual(["main"]);
  });

  it("books a run whose stream was interrupted as estimated, never as free", async () => {
    const file = new URL("claude-code/interrupted-zero-result.ndjson", FIXTURES).pathname;
    const shown = await world.step("usage", { "usage-file": file });
    expect(shown.outputs).toMatchObject({ "cost-quality": "estimated" });
    expect(shown.outputs).not.toHaveProperty("cost");
    const booked = await world.step("record", { "usage-file": file });
    // 100 × $5 + 30,000 × $0.50 + 2,000 × $6.25 + 50 × $25 a million, and as much again for the open request.
    expect(booked.outputs).toMatchObject({ "cost-quality": "estimated", cost: "0.0585", spent: "0.0585" });
  });
});
