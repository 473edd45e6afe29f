import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Folder } from "../../e2e/folder-world.ts";
import { isAlive, until } from "../../meter/support/running.ts";
import { expectJsonAnswer } from "../../support/json-answers.ts";
import { MODELS, type Providers, startProviders } from "../../support/providers/server.ts";
import { emptyFolder } from "../../support/runner/action.ts";
import { FROM_SOURCE, startFromSource } from "../../support/runner/from-source.ts";

let providers: Providers;

beforeAll(async () => {
  providers = await startProviders();
});
afterAll(() => providers.stop());
beforeEach(() => {
  providers.tokens = { input: 1000, output: 100 };
  providers.beforeEnd = async () => {};
});

const ASK = `const ask = (stream) => fetch(process.env.ANTHROPIC_BASE_URL + "/v1/messages", {
  method: "POST", body: JSON.stringify({ model: "${MODELS.anthropic}", messages: [], stream }) });`;

/** A folder with books whose policy lets the meter forward to the stand-in, and what runs the program there. */
function folderWith(policy = "", env: Readonly<Record<string, string>> = {}) {
  const home = emptyFolder("home");
  const variables = { ANTHROPIC_BASE_URL: providers.origin, HOME: home, ...env };
  const folder = new Folder();
  folder.makeFolder(".github");
  folder.write(".github/token-budget.yml", `meter-hosts: ["${providers.origin}"]\n${policy}`);
  const start = (args: readonly string[], onStderr?: (text: string) => void) =>
    startFromSource(args, { cwd: folder.path, env: variables, ...(onStderr && { onStderr }) });
  return { folder, home, start, run: (...args: readonly string[]) => start(args).ended };
}

const caches = (home: string) => readdirSync(join(home, ".cache", "token-budget"));

describe("a signal after the command ended", () => {
  it("doesn't keep what it used from being booked", async () => {
    const { folder, home, start } = folderWith();
    // A request that is still open keeps the meter from ending at once.
    const inBackground = `${ASK} ask(true).catch(() => {})`;
    const script = `${ASK} const { spawn } = require("node:child_process");
      const { existsSync, writeFileSync } = require("node:fs");
      writeFileSync("pid", String(process.pid));
      ask(false).then((answer) => answer.text()).then(() => {
        spawn(process.execPath, ["-e", ${JSON.stringify(inBackground)}], { detached: true, stdio: "ignore" }).unref();
        setInterval(() => { if (existsSync("go")) process.exit(3); }, 10);
      });`;
    let open = () => {};
    const isOpen = new Promise<void>((resolve) => {
      open = resolve;
    });
    let answers = 0;
    providers.beforeEnd = () => {
      answers += 1;
      if (answers === 1) return Promise.resolve();
      open();
      return new Promise(() => {});
    };
    let said = "";
    const started = start(["run", "--meter", "--", "node", "-e", script], (text) => {
      said += text;
    });
    await isOpen;
    folder.write("go", "");
    await until(() => !isAlive(Number(folder.read("pid"))));
    // What comes before the program has seen its command's end is the command's.
    await until(() => {
      if (!said.includes("booked")) started.kill("SIGINT");
      return said.includes("booked");
    });
    const ended = await started.ended;
    expect(ended).toMatchObject({ exitCode: 3, signal: null });
    expect(ended.stderr).toMatch(/this run is being booked/);
    expect(ended.stderr).toMatch(/Booked \$[\d.]+ \(at least; a part was counted by length\)/);
    expect(folder.ledger()).toMatchObject([{ source: "meter", result: "failure" }]);
    expect(folder.state()).toMatchObject({ holds: [] });
    expect(caches(home)).toEqual([]);
  });
});

describe("a run whose program was killed", () => {
  it("leaves the meter's record, which books it by hand", async () => {
    const { folder, home, start, run } = folderWith();
    const script = `${ASK} const { existsSync, writeFileSync } = require("node:fs");
      ask(false).then((answer) => answer.text()).then(() => {
        writeFileSync("asked", "");
        setInterval(() => { if (existsSync("go")) process.exit(); }, 10);
      });`;
    const started = start(["run", "--meter", "--", "node", "-e", script]);
    await until(() => folder.has("asked"));
    started.kill("SIGKILL");
    // Its command has its error output, and is still there.
    folder.write("go", "");
    await started.ended;
    const [{ id = "" } = {}] = folder.state().holds;
    const [own = ""] = caches(home);
    const record = join(home, ".cache", "token-budget", own, `meter-${id}.jsonl`);
    const { exitCode } = await run("record", "--hold", id, "--usage-file", record);
    expect(exitCode).toBe(0);
    expect(folder.ledger()).toMatchObject([{ cost: 0.0045, hold: id, quality: "priced" }]);
    expect(folder.state()).toMatchObject({ holds: [] });
  });
});

describe("where the meter's files can't be made", () => {
  const nowhere = { HOME: "/dev/null", TMPDIR: "/dev/null/none" };
  const command = ["--", "node", "-e", "process.stdout.write('started')"];

  it("the run is denied, and its hold given back", async () => {
    const { folder, run } = folderWith("", nowhere);
    const ended = await run("run", "--meter", ...command);
    expect(ended).toMatchObject({ exitCode: 75, stdout: "" });
    expect(ended.stderr).toMatch(/The meter could not be started\. Its files can't be written/);
    expect(ended.stderr).toMatch(/what was set aside for the run is released/);
    expect(ended.stderr).not.toMatch(/a bug in|Allowed/);
    expect(folder.state()).toMatchObject({ holds: [], total_spent: 0 });
  });

  it("the run goes on without a meter with on-error: allow, which the policy may say", async () => {
    const { run } = folderWith("on-error: allow\n", nowhere);
    const ended = await run("run", "--meter", ...command);
    expect(ended).toMatchObject({ exitCode: 0, stdout: "started" });
    expect(ended.stderr).toMatch(/The run continues without its meter \(on-error: allow\)/);
  });
});

describe("a run that can't be metered as it was asked", () => {
  it("leaves no folder, and says that nothing was started", async () => {
    const { home, run } = folderWith();
    const ended = await run("run", "--meter", "--overrun", "stop", "--", "node", "-e", "0");
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toMatch(/overrun is stop/);
    expect(ended.stderr).toMatch(/Nothing was started, and what was set aside for the run is released/);
    expect(ended.stderr).not.toMatch(/Allowed/);
    expect(readdirSync(home)).toEqual([]);
  });
});

it("masks the meter's addresses in a workflow", async () => {
  const { run } = folderWith("", { GITHUB_ACTIONS: "true" });
  const ended = await run("run", "--meter", "--", "node", "-e", "console.log(process.env.ANTHROPIC_BASE_URL)");
  const [, secret = "none"] = /127\.0\.0\.1:\d+\/([\w-]+)/.exec(ended.stdout) ?? [];
  expect(ended.stderr).toContain(`::add-mask::${secret}\n`);
});

describe("a run that its meter stopped", () => {
  const asking = `${ASK} (async () => { for (let calls = 0; calls < 4; calls += 1) await (await ask(false)).text(); })()`;
  const args = ["run", "--meter", "--max-cost", "0.05"];
  const why = "The meter refused 2 requests. token-budget ends this run: it spent $0.0600 of the $0.0500 it may cost";

  beforeEach(() => {
    providers.tokens = { input: 5000, output: 1000 };
  });

  it("says so, and why, after it is booked", async () => {
    const { run } = folderWith();
    const { stderr } = await run(...args, "--", "node", "-e", asking);
    expect(stderr).toMatch(/^! Booked \$0\.0600/m);
    expect(stderr.replace(/\s+/g, " ")).toContain(`! ${why}`);
  });

  it("says so to machines as well, with what the meter saw", async () => {
    const { run } = folderWith();
    const { stderr } = await run(...args, "--json", "--", "node", "-e", asking);
    const [checked = "", booked = ""] = stderr.trim().split("\n");
    for (const line of [checked, booked]) expectJsonAnswer(line);
    expect(JSON.parse(checked)).not.toHaveProperty("meter");
    const answer = JSON.parse(booked);
    expect(answer.meter).toMatchObject({
      ...{ requests: 2, cost: 0.06, cap: 0.05, maxCost: 0.05, refused: 2, refusal: { code: "over-cap" } },
      models: [{ model: MODELS.anthropic, requests: 2, cost: 0.06 }],
    });
    expect(answer.notes).toContainEqual({ level: "warning", text: expect.stringContaining(why) });
  });
});

it("books nothing beside a metered run inside of it, and says so", async () => {
  const { folder, run } = folderWith();
  const asking = `${ASK} ask(false).then((answer) => answer.text())`;
  const ended = await run("run", "--meter", "--", ...FROM_SOURCE, "run", "--meter", "--", "node", "-e", asking);
  expect(ended.exitCode).toBe(0);
  expect(ended.stderr.replace(/\s+/g, " ")).toMatch(/All requests of this run went by another meter/);
  expect(ended.stderr).not.toMatch(/saw no request/);
  const costs = folder.ledger().map(({ kind, cost }) => [kind, cost]);
  expect(costs).toEqual([
    ["charge", 0.0045],
    ["release", 0],
  ]);
  expect(folder.state()).toMatchObject({ holds: [] });
});

describe("a run that would spend more than the budget has", () => {
  const asking = `${ASK} (async () => { const said = []; for (let calls = 0; calls < 5; calls += 1)
    said.push((await ask(false)).status); process.stdout.write(said.join()); })()`;

  beforeEach(() => {
    providers.tokens = { input: 10_000, output: 1_000 };
  });

  it("is stopped by the policy's extend, although an input says stop at much more", async () => {
    const { folder, run } = folderWith("monthly-budget: 0.10\nmeter: true\noverrun: extend\n");
    const ended = await run("run", "--overrun", "stop", "--max-cost", "5", "--", "node", "-e", asking);
    expect(ended.stdout).toBe("200,200,200,402,402");
    expect(ended.stderr.replace(/\s+/g, " ")).toMatch(/the budget grants no more\. The month's budget has no room/);
    // The answer that reaches the end goes beyond it.
    expect(folder.ledger()[0]).toMatchObject({ cost: 0.135 });
  });

  it("isn't stopped where a subscription pays for it", async () => {
    const { folder, run } = folderWith("monthly-budget: 0.10\n");
    const ended = await run("run", "--meter", "--billing", "subscription", "--", "node", "-e", asking);
    expect(ended.stdout).toBe("200,200,200,200,200");
    expect(folder.ledger()).toMatchObject([{ cost: 0, notional: 0.225 }]);
  });
});
