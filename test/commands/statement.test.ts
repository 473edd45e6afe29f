import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { BY_HAND, READ_AND_COMMIT, type Result, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();

const POLICY = `
monthly-budget: 100
budgets:
  - { name: containers, match: { division: containers }, limit: 55 USD }
statements:
  entities:
    - { name: containers, match: { division: containers }, model: showback }
    - { name: Client X, match: { client: client-x }, model: chargeback, rate: cost + 20%, bill-to: Client X Ltd, due: 9 days }
  shared:
    - { name: coordination, match: { agent: coordinator }, split: proportional, by: cost }
    - { name: licenses, amount: 30 USD, split: { containers: 60%, Client X: 40% } }
`;
const NUMBER = "INV-2026-01-CLIENT-X";
const SHOWBACK = "SB-2026-01-CONTAINERS";
const FOLDER = "token_budget/statements/2026-01";
const MARKERS = { cost: "6.63", margin: "3.726", other: "48.97", whole: "10.11" };

/** Books with a January in which everyone has spent something, closed by a run in February. */
async function januaryBooks(policy = POLICY): Promise<void> {
  world.policy(policy);
  world.roles.set("maintainer", "admin");
  world.at("2026-01-10T10:00:00Z");
  const sonnet = { model: "claude-sonnet-4-5", "input-tokens": "510000", "output-tokens": "340000" };
  await world.run("record", { ...sonnet, tags: "client=client-x\nactivity=review" });
  await world.run("record", { cost: MARKERS.other, tags: "division=containers" });
  await world.run("record", { cost: MARKERS.whole, tags: "agent=coordinator" });
  await world.run("record", { cost: "0.5", tags: "client=nobody" });
  world.at("2026-02-02T10:00:00Z");
  await world.run("check", {}, {});
  await world.run("release");
  world.calls();
}

const statementsIn = ({ json }: Result) => JSON.parse(json).statements as Record<string, unknown>[];
const issuedIn = ({ json }: Result) => JSON.parse(json).issued as Record<string, unknown>[];
/** All that a page says. The answer's own figures are those of the whole budget. */
const everything = (result: Result) => `${JSON.stringify(statementsIn(result))}\n${result.screen}\n${result.summary}`;
const files = () => world.store.kept.files ?? {};

describe("a statement that is only shown", () => {
  it("shows every entity's page and what belongs to nobody, and writes nothing", async () => {
    await januaryBooks();
    const before = world.books();
    const shown = await world.run("statement");
    expect(shown.failure).toBeNull();
    expect(world.calls()).toEqual(["read"]);
    expect(world.books()).toEqual(before);
    expect(shown.outputs["message"]).toBe("January 2026: 3 statements.");
    expect(statementsIn(shown).map(({ entity, amount, cost }) => [entity, amount, cost])).toEqual([
      // 48.97, with 48.97 of 55.60 of the coordination's 10.11, and 60 % of the licenses.
      ["containers", 75.87443705, 75.87443705],
      // 6.63 with the rest of both, and 20 % more.
      ["Client X", 23.80267554, undefined],
      ["unallocated", 0.5, 0.5],
    ]);
    expect(shown.summary).toContain("## 🧾 Statements of January 2026");
    expect(shown.screen).toContain("containers · January 2026");
    expect(shown.screen).toContain("The month before isn't known.");
  });

  it("compares a page for inside the house with its budget and the others", async () => {
    await januaryBooks(POLICY.replace(/ {2}shared:[\s\S]*/, ""));
    const shown = await world.run("statement", { entity: "containers" });
    expect(statementsIn(shown)[0]).toMatchObject({
      ...{ cost: 48.97, margin: 0, rate: { kind: "cost" } },
      budget: { name: "containers", limit: 55, variance: -6.03, variancePercent: -11 },
      efficiency: { perExecution: 48.97, average: 27.8, rank: 2, of: 2 },
    });
    expect(shown.screen).toContain("$55.00 (containers): -$6.03, -11.0%");
    expect(shown.screen).toContain("$48.97: rank 2 of 2; $27.80 on average");
  });

  it("names on a client's page no cost before rates, no margin and nobody else's figures", async () => {
    await januaryBooks();
    const client = await world.run("statement", { entity: "Client X" });
    for (const text of [everything(client), (await printed("csv")).text, (await printed("markdown")).text]) {
      for (const marker of [...Object.values(MARKERS), "20%", "containers", "argin", "rank"]) {
        expect(text).not.toContain(marker);
      }
    }
    expect(client.screen).toContain("Client X Ltd");
    const inside = await world.run("statement", { entity: "Client X", internal: "true" });
    expect(statementsIn(inside)[0]).toMatchObject({ rate: { kind: "markup", percent: 20 }, models: [{ cost: 6.63 }] });
    expect(inside.screen).toMatch(/Rate +cost \+ 20%/);
  });

  it("says how a shared cost was split, and that a fixed amount isn't in the books", async () => {
    await januaryBooks();
    const shown = await world.run("statement", { entity: "containers" });
    expect(statementsIn(shown)[0]?.["shared"]).toEqual([
      {
        ...{ name: "coordination", split: "proportional", by: "cost", share: 0.880755396, inBooks: true },
        ...{ amount: 8.90443705, cost: 8.90443705, whole: 10.11 },
      },
      {
        ...{ name: "licenses", split: "fixed", by: null, share: 0.6, inBooks: false },
        ...{ amount: 18, cost: 18, whole: 30 },
      },
    ]);
    expect(shown.summary).toContain("by fixed shares: 60.0% of &#36;30.00; a fixed amount, not in the books");
  });

  it("compares with the month before, and shows a running month so far", async () => {
    await januaryBooks();
    await world.run("record", { cost: "3", tags: "division=containers" });
    const shown = await world.run("statement", { month: "2026-02", entity: "containers" });
    expect(shown.outputs["message"]).toBe("February 2026 so far: 1 statement.");
    expect(statementsIn(shown)[0]).toMatchObject({
      ...{ running: true, cost: 21, executions: 1 },
      previous: { month: "2026-01", amount: 75.87443705, cost: 75.87443705 },
    });
    expect(shown.screen).toContain("in January 2026 (-$54.87)");
  });

  it("says that a month which is over isn't closed yet", async () => {
    await januaryBooks();
    world.at("2026-03-01T10:00:00Z");
    const shown = await world.run("statement", { entity: "containers" });
    expect(shown.outputs["message"]).toBe("February 2026 so far: 1 statement.");
    expect(shown.screen).toContain("The month isn't closed yet: more will come.");
  });

  it.each([
    ["without statements in the policy", "monthly-budget: 5", "2026-01", "The policy has no statements"],
    ["with statements that can't be read", `${POLICY}  tires: []\n`, "2026-01", "can't be read"],
    ["of a month that the books don't have", POLICY, "2025-07", "The books have no month 2025-07."],
  ])("%s says so", async (_, policy, month, sentence) => {
    await januaryBooks();
    world.policy(policy);
    const shown = await world.run("statement", { month });
    expect(shown.failure).toBeNull();
    expect(shown.outputs["message"]).toContain(sentence);
    expect(statementsIn(shown)).toEqual([]);
  });

  it("of no books, or before a month is over, says so", async () => {
    world.policy(POLICY);
    expect((await world.run("statement")).outputs["message"]).toBe("There are no books yet: there is nothing to show.");
    await world.run("record", { cost: "1" });
    expect((await world.run("statement")).outputs["message"]).toMatch(/^No month has been closed yet/);
  });

  it("says what an import doesn't know", async () => {
    world.policy(POLICY);
    world.seed({ at: "2026-01-20T10:00:00Z", spent: 4, executions: 3 });
    world.at("2026-01-21T10:00:00Z");
    await world.run("record", { cost: "1", tags: "division=containers" });
    const shown = await world.run("statement", { month: "2026-01" });
    expect(statementsIn(shown).at(-1)).toMatchObject({
      ...{ entity: "unallocated", amount: 4, executions: null, tokens: null, imported: true },
      models: [{ name: "imported", amount: 4 }],
    });
    expect(shown.screen).toContain("whose it is isn't known");
    expect(shown.screen).toMatch(/Executions +not known/);
  });

  it("says that a rate makes an amount too large", async () => {
    await januaryBooks(POLICY.replace("20%", "1000%"));
    world.at("2026-02-02T11:00:00Z");
    await world.run("record", { cost: "900000", tags: "client=client-x" });
    expect((await world.run("statement", { month: "2026-02" })).failure).toMatch(/\$8,388,607. Check the rates/);
  });

  it("refuses an unknown entity, with the one that was meant", async () => {
    await januaryBooks();
    const { failure } = await world.run("statement", { entity: "container" });
    expect(failure).toMatch(/entity is "container".*did you mean containers\?/);
  });

  async function printed(format: string) {
    const job = world.job();
    const output = `statements.${format}`;
    const result = await job.run("statement", { entity: "Client X", format, output });
    return { result, text: readFileSync(join(job.workspace, output), "utf8") };
  }

  it("writes a file in the format that its name or the format says", async () => {
    await januaryBooks();
    const job = world.job();
    await job.run("statement", { output: "all.csv" });
    const rows = parse(readFileSync(join(job.workspace, "all.csv"), "utf8"), { columns: true }) as Record<
      string,
      string
    >[];
    expect(
      rows.filter(({ section }) => section === "total").map(({ entity, amount, cost }) => [entity, amount, cost]),
    ).toEqual([
      ["containers", "75.87443705", "75.87443705"],
      ["Client X", "23.80267554", ""],
      ["unallocated", "0.5", "0.5"],
    ]);
    await job.run("statement", { output: "all.txt", format: "json" });
    expect(JSON.parse(readFileSync(join(job.workspace, "all.txt"), "utf8"))).toHaveLength(3);
    await job.run("statement", { output: "one.md", entity: "containers" });
    expect(readFileSync(join(job.workspace, "one.md"), "utf8")).toMatch(/^# containers, January 2026\n/);
  });
});

describe("issuing", () => {
  const issue = (inputs = {}, options = BY_HAND) => world.run("statement", { issue: "true", ...inputs }, options);

  it("gives numbers, and writes the files in the commit of their entries", async () => {
    await januaryBooks();
    const issued = await issue();
    expect(issued.failure).toBeNull();
    expect(issued.outputs["statement"]).toBe(`${SHOWBACK},${NUMBER}`);
    expect(world.calls().filter((call) => call === "commit")).toHaveLength(1);
    expect(world.commits().at(-1)).toMatch(/^budget: issued 2 statements by maintainer/);
    expect(Object.keys(files())).toEqual([
      ...["json", "md", "csv"].map((ending) => `${FOLDER}/containers.${ending}`),
      ...["json", "md", "csv"].map((ending) => `${FOLDER}/client-x.${ending}`),
    ]);
    expect(JSON.parse(files()[`${FOLDER}/client-x.json`] ?? "")).toMatchObject({
      ...{ number: NUMBER, issued: "2026-02-02", due: "2026-02-11", amount: 23.80267554, billTo: "Client X Ltd" },
    });
    expect(files()[`${FOLDER}/client-x.md`]).toMatch(/^# INV-2026-01-CLIENT-X: Client X, January 2026\n/);
    const texts = Object.entries(files()).filter(([path]) => path.includes("client-x"));
    for (const [, text] of texts) for (const marker of Object.values(MARKERS)) expect(text).not.toContain(marker);
    expect(world.books().state.statements).toMatchObject([
      { number: SHOWBACK },
      { number: NUMBER, amount: 23.80267554 },
    ]);
  });

  it("again changes nothing: the same numbers and the same bytes, whatever the policy says by then", async () => {
    await januaryBooks();
    await issue();
    const before = { files: files(), books: world.books() };
    world.policy(POLICY.replace("20%", "90%"));
    world.at("2026-02-20T10:00:00Z");
    const job = world.job({ ...BY_HAND });
    const again = await job.run("statement", { issue: "true", entity: "Client X", output: "x.json" });
    expect(again.outputs).toMatchObject({ statement: NUMBER, commit: "" });
    expect(again.outputs["message"]).toContain(`Issued before, unchanged: ${NUMBER}.`);
    expect({ files: files(), books: world.books() }).toEqual(before);
    expect(readFileSync(join(job.workspace, "x.json"), "utf8")).toBe(before.files[`${FOLDER}/client-x.json`]);
  });

  it("closes a month that is over first, with what its last holds cost", async () => {
    await januaryBooks();
    world.at("2026-02-27T20:00:00Z");
    await world.run("check", { tags: "client=client-x", estimate: "2" });
    world.at("2026-03-03T10:00:00Z");
    const issued = await issue({ entity: "Client X" });
    // The hold's $2 and the licenses' $12, and 20 % more.
    expect(statementsIn(issued)[0]).toMatchObject({ number: "INV-2026-02-CLIENT-X", amount: 16.8 });
    expect(world.books().state.current_month).toBe("2026-03");
  });

  it("puts a correction that comes later on the next statement, with the old number", async () => {
    await januaryBooks();
    world.at("2026-02-28T10:00:00Z");
    const job = world.job();
    await job.run("check", { tags: "client=client-x", estimate: "2" });
    world.at("2026-03-01T10:00:00Z");
    await issue({ entity: "Client X" });
    await job.run("record", { cost: "0.5" });
    const march = await world.run("statement", { month: "2026-03", entity: "Client X" });
    expect(statementsIn(march)[0]).toMatchObject({
      corrections: [{ month: "2026-02", number: "INV-2026-02-CLIENT-X", amount: -1.8 }],
    });
    expect(march.screen).toContain("INV-2026-02-CLIENT-X (February 2026)");
  });

  it("leaves out who has nothing to be charged, unless it is named", async () => {
    await januaryBooks(POLICY.replace(/ {2}shared:[\s\S]*/, "").replace("client: client-x", "client: client-y"));
    const issued = await issue();
    expect(issued.outputs).toMatchObject({ statement: SHOWBACK });
    expect(issued.outputs["message"]).toContain("Nothing to charge: Client X.");
    expect((await issue({ entity: "Client X" })).outputs["statement"]).toBe(NUMBER);
  });

  it.each([
    ["a running month", POLICY, { month: "2026-02" }, /2026-02 isn't closed yet/],
    ["a month that the books don't have", POLICY, { month: "2025-07" }, /no month 2025-07/],
    ["by statements that can't be read", `${POLICY}  tires: []\n`, {}, /can't be read, so nothing was issued.*tires/s],
    ["by a policy that is no YAML", "{", {}, /can't be read/],
    ["without statements", "monthly-budget: 5", {}, /has no statements/],
    ["into a file without an entity", POLICY, { output: "x.md" }, /name its entity/],
    ["and listing", POLICY, { list: "true" }, /issue and list are different requests/],
  ])("is refused for %s", async (_, policy, inputs, why) => {
    await januaryBooks();
    world.policy(policy);
    const before = world.books();
    expect((await issue(inputs)).failure).toMatch(why);
    expect(world.books()).toEqual(before);
    expect(files()).toEqual({});
  });

  it("is for maintainers, by hand on the default branch", async () => {
    await januaryBooks();
    world.roles.set("writer", "write");
    const writer = { ...BY_HAND, run: { actor: "writer" } };
    expect((await issue({}, writer as never)).failure).toMatch(/Issuing statements is for maintainers: writer/);
    expect((await world.run("statement", { issue: "true" })).failure).toMatch(/start it manually/);
    await issue();
    for (const inputs of [{ paid: NUMBER }, { void: NUMBER }]) {
      const refused = await world.run("statement", { ...inputs, reason: "r" }, writer);
      expect(refused.failure).toMatch(/is for maintainers: writer has the role write/);
    }
    expect(world.books().state.statements[1]).not.toHaveProperty("paid");
  });

  it("never writes over a file that the books don't know", async () => {
    await januaryBooks();
    world.store.put({ files: { [`${FOLDER}/client-x.md`]: "made by hand" } });
    expect((await issue()).failure).toMatch(/client-x\.md is there already.*Move it away/);
    expect(files()).toEqual({ [`${FOLDER}/client-x.md`]: "made by hand" });
  });
});

describe("what becomes of an issued statement", () => {
  const by = (inputs: Record<string, string>) => world.run("statement", inputs, BY_HAND);

  it("is open, due on its day, overdue after it, and paid", async () => {
    await januaryBooks();
    await by({ issue: "true" });
    const list = () => world.run("statement", { list: "true" });
    const statuses: unknown[] = [];
    for (const day of ["02-10", "02-11", "02-12"]) {
      world.at(`2026-${day}T12:00:00Z`);
      statuses.push(issuedIn(await list()).map(({ status }) => status));
    }
    expect(statuses).toEqual([
      ["open", "issued"],
      ["due", "issued"],
      ["overdue", "issued"],
    ]);
    world.calls();
    const paid = await by({ paid: NUMBER, reason: "bank transfer" });
    expect(paid.outputs).toMatchObject({
      statement: NUMBER,
      message: `${NUMBER} is paid, by maintainer: bank transfer`,
    });
    expect(world.calls()).toEqual(READ_AND_COMMIT);
    expect(world.commits().at(-1)).toMatch(/^budget: paid INV-2026-01-CLIENT-X by maintainer/);
    const listed = await list();
    expect(listed.outputs["message"]).toBe("2 statements issued: 1 paid.");
    expect(listed.screen).toMatch(/INV-2026-01-CLIENT-X +paid +\$23\.80/);
    expect(listed.summary).toMatch(/INV-2026-01-CLIENT-X \| paid/);
    expect((await by({ paid: NUMBER, reason: "twice" })).outputs["message"]).toMatch(/was already paid, nothing/);
  });

  it("is void, its files stay, and the next number names it", async () => {
    await januaryBooks();
    await by({ issue: "true" });
    const before = files();
    await by({ void: NUMBER, reason: "wrong rate" });
    world.policy(POLICY.replace("20%", "10%"));
    world.at("2026-02-12T12:00:00Z");
    const again = await by({ issue: "true", month: "2026-01" });
    expect(again.outputs["statement"]).toBe(`${SHOWBACK},${NUMBER}-2`);
    expect(statementsIn(again)[0]).toMatchObject({ number: `${NUMBER}-2`, replaces: NUMBER, issued: "2026-02-12" });
    expect(files()).toMatchObject(before);
    expect(Object.keys(files())).toHaveLength(Object.keys(before).length + 3);
    expect(files()[`${FOLDER}/client-x-2.md`]).toMatch(/\*\*Replaces:\*\* INV-2026-01-CLIENT-X\n/);
    const listed = issuedIn(await world.run("statement", { list: "true" }));
    expect(listed.map(({ number, status }) => [number, status])).toEqual([
      [`${NUMBER}-2`, "open"],
      [NUMBER, "void"],
      [SHOWBACK, "issued"],
    ]);
  });

  it.each([
    [{ paid: "INV-1" }, /reason is missing/],
    [{ paid: "INV-1", void: "INV-1", reason: "r" }, /paid and void are different requests/],
    [{ paid: "INV-1", reason: "r" }, /no statement INV-1; none was issued/],
  ])("isn't noted for %j", async (inputs, why) => {
    await januaryBooks();
    expect((await by(inputs as Record<string, string>)).failure).toMatch(why);
  });

  it("is listed, paid and not issued again when newer ones have taken its place in the state", async () => {
    await januaryBooks();
    await by({ issue: "true" });
    const { state } = world.books();
    const newer = Array.from({ length: 50 }, (_, index) => ({
      ...{ number: `SB-2026-01-E${index}`, month: "2026-01", entity: `e${index}`, model: "showback" },
      ...{ amount: 1, issued: "2026-02-03" },
    }));
    const at = (index: number) => `2026-02-03T10:00:${String(index).padStart(2, "0")}Z`;
    const lines = newer.map((one, index) =>
      JSON.stringify({
        ...{ id: `n${index}`, at: at(index), month: "2026-02", kind: "statement", cost: 0 },
        statement: { change: "issued", ...one },
      }),
    );
    const last_entry = { ...state.last_entry, id: "n49", at: at(49) };
    world.store.put({
      state: JSON.stringify({ ...state, statements: newer, last_entry }),
      lines: [...world.store.lines, ...lines],
    });
    world.at("2026-02-20T10:00:00Z");
    expect((await by({ issue: "true", month: "2026-01" })).outputs["statement"]).toBe(`${SHOWBACK},${NUMBER}`);
    const paid = await by({ paid: NUMBER, reason: "cash" });
    expect(paid.outputs["message"]).toBe(`${NUMBER} is paid, by maintainer: cash`);
    expect(issuedIn(paid)).toMatchObject([{ number: NUMBER, status: "paid" }]);
    expect((await by({ paid: NUMBER, reason: "cash" })).outputs["message"]).toMatch(/was already paid/);
    const listed = issuedIn(await world.run("statement", { list: "true" }));
    expect(listed).toHaveLength(52);
    expect(listed.find(({ number }) => number === NUMBER)).toMatchObject({ status: "paid" });
    expect((await by({ paid: `${NUMBER}-9`, reason: "cash" })).failure).toMatch(/no statement INV-2026-01-CLIENT-X-9/);
  });

  it("is nothing yet where none was issued", async () => {
    await januaryBooks();
    const listed = await world.run("statement", { list: "true" });
    expect(listed.outputs["message"]).toBe("No statement was issued yet.");
    expect(issuedIn(listed)).toEqual([]);
  });
});
