import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { patient } from "../support/pace/pace.ts";
import { MODELS, type Providers, startProviders } from "../support/providers/server.ts";
import { emptyFolder } from "../support/runner/action.ts";
import { NO_TERMINAL, quoted, startOnScreen } from "../support/screen.ts";
import { CLI, Folder } from "./folder-world.ts";

let providers: Providers;

beforeAll(async () => {
  providers = await startProviders();
});
afterAll(() => providers.stop());
beforeEach(() => {
  providers.asked.length = 0;
  providers.tokens = { input: 1000, output: 100 };
});

/** A script that sends so many requests and says how each ended; it exits with 3. */
const asking = (calls: number) => `(async () => {
  const statuses = [];
  for (let calls = 0; calls < ${calls}; calls += 1) {
    const body = JSON.stringify({ model: "${MODELS.anthropic}", messages: [] });
    const response = await fetch(process.env.ANTHROPIC_BASE_URL + "/v1/messages", { method: "POST", body });
    await response.text();
    statuses.push(response.status);
  }
  process.stdout.write(statuses.join());
  process.exitCode = 3;
})()`;

function folderWithPolicy(): { folder: Folder; home: string } {
  const home = emptyFolder("home");
  const folder = new Folder({ env: { ANTHROPIC_BASE_URL: providers.origin, HOME: home } });
  folder.makeFolder(".github");
  folder.write(".github/token-budget.yml", `meter-hosts: ["${providers.origin}"]\n`);
  return { folder, home };
}

describe("run with a meter", () => {
  it("books what the command's requests used, hides no exit code, and leaves no file of the meter", async () => {
    const { folder, home } = folderWithPolicy();
    const ended = await folder.run("run", "--meter", "--", "node", "-e", asking(2));
    expect(ended).toMatchObject({ exitCode: 3, stdout: "200,200" });
    expect(ended.stderr).toMatch(/token-budget: \$0\.0090, 16 % of the estimate, .*2 requests \(claude-sonnet-4-5\)/);
    expect(folder.ledger()).toMatchObject([{ cost: 0.009, quality: "priced", source: "meter", result: "failure" }]);
    expect(readdirSync(join(home, ".cache", "token-budget"))).toEqual([]);
  });

  it("books what the meter counted, whatever the command does to its record", async () => {
    const { folder } = folderWithPolicy();
    const removing = `.then(() => require("node:fs").rmSync(process.env.TOKEN_BUDGET_METER_FILE + "l"))`;
    const ended = await folder.run("run", "--meter", "--", "node", "-e", asking(2) + removing);
    expect(ended).toMatchObject({ exitCode: 3, stdout: "200,200" });
    expect(ended.stderr).toMatch(/lacks 2 of the 2 requests that the meter counted.*\$0\.0090 instead of \$0/);
    expect(folder.ledger()).toMatchObject([{ cost: 0.009, quality: "reported", source: "meter" }]);
  });

  it("ends at max-cost, with the client's refusal and the command's own exit code", async () => {
    const { folder } = folderWithPolicy();
    providers.tokens = { input: 5000, output: 1000 };
    const ended = await folder.run("run", "--meter", "--max-cost", "0.05", "--", "node", "-e", asking(4));
    expect(ended.exitCode).toBe(3);
    expect(ended.stdout).toMatch(/^200,200,4\d\d,4\d\d$/);
    expect(folder.ledger()).toMatchObject([{ cost: 0.06 }]);
  });

  it("meters also where the home has no room for caches", async () => {
    const { folder, home } = folderWithPolicy();
    writeFileSync(join(home, ".cache"), "a file where the caches would be");
    const ended = await folder.run("run", "--meter", "--", "node", "-e", asking(1));
    expect(ended).toMatchObject({ exitCode: 3, stdout: "200" });
    expect(folder.ledger()).toMatchObject([{ cost: 0.0045, source: "meter" }]);
  });

  it("that leads to a host that the policy doesn't have starts nothing", async () => {
    const { folder } = folderWithPolicy();
    const of = folder.with({ env: { ANTHROPIC_BASE_URL: "https://elsewhere.example" } });
    const ended = await of.run("run", "--meter", "--", "node", "-e", "process.stdout.write('started')");
    expect(ended).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ended.stderr).toMatch(/meter-hosts: \[elsewhere\.example\]/);
    expect(folder.state()).toMatchObject({ holds: [], total_spent: 0 });
  });
});

describe("run with a meter, at a terminal", () => {
  beforeEach(({ skip }) => skip(NO_TERMINAL !== undefined, NO_TERMINAL));

  it("shows on the last line what the run costs, and at the end only what was booked", async () => {
    const { folder, home } = folderWithPolicy();
    const waiting = `${asking(1)}.then(() => process.stdin.once("data", () => process.exit()))`;
    const words = [process.execPath, CLI, "run", "--meter", "--max-cost", "0.5", "--", process.execPath, "-e", waiting];
    const screen = startOnScreen({
      ...{ rows: 12, columns: 90, cwd: folder.path, command: words.map(quoted).join(" ") },
      env: { ANTHROPIC_BASE_URL: providers.origin, HOME: home },
    });
    await screen.until((rows) => /^token-budget: \$0\.0045, .*1 request/.test(rows.at(-1) ?? ""));
    screen.type("\n");
    expect(await screen.ended).toMatchObject({ exitCode: 3 });
    expect(screen.lines().join("\n")).toMatch(/^200.*Booked \$0\.0045/ms);
    expect(screen.lines().join("\n")).not.toContain("token-budget: $");
    expect(folder.ledger()).toMatchObject([{ cost: 0.0045, source: "meter" }]);
  });
});

describe("run without a meter", () => {
  const record = { token_budget_usage: 1, usage: [{ model: "claude-sonnet-4-5", input: 100_000, output: 1_000 }] };
  const writing = `require("node:fs").writeFileSync("usage.json", ${JSON.stringify(JSON.stringify(record))});`;

  it("ends a command at max-cost, once the files that it writes show that much", async () => {
    const folder = new Folder();
    const script = `${writing} setInterval(() => {}, 1000);`;
    const limits = ["--max-cost", "0.10", "--usage-file", "usage.json"];
    const ended = await folder.run("run", ...limits, "--", "node", "-e", script);
    expect(ended.exitCode).toBe(130);
    expect(ended.stderr).toMatch(/token-budget ends this run: its files show \$0\.3150, and it may cost \$0\.10/);
    expect(folder.ledger()).toMatchObject([{ cost: 0.315, result: "cancelled" }]);
  });

  it("announces once that a command costs more than expected, and lets it go on", async () => {
    const folder = new Folder();
    const script = `${writing} setInterval(() => { if (require("node:fs").existsSync("end")) process.exit(4); }, 50);`;
    const ending = folder.run("run", "--estimate", "0.10", "--usage-file", "usage.json", "--", "node", "-e", script);
    const outbox = () => folder.state()["outbox"];
    const queued = [{ id: expect.stringMatching(/^warning-overrun-/) }];
    await expect.poll(outbox, { timeout: patient(60_000) }).toMatchObject(queued);
    folder.write("end", "");
    expect(await ending).toMatchObject({ exitCode: 4 });
    expect(folder.ledger()).toMatchObject([{ cost: 0.315, result: "failure" }]);
  });
});
