import { describe, expect, it } from "vitest";
import { Folder } from "./folder-world.ts";

const POLICY = `budgets:
  - { name: qa, match: { agent: qa }, limit: 4 }
  - { name: infra, match: { agent: infra }, limit: $2 }
  - { name: words, match: { agent: infra }, limit: 5000 tokens }
`;

async function folderWith(policy: string): Promise<Folder> {
  const folder = new Folder({ inProcess: true });
  folder.makeFolder(".github");
  folder.write(".github/token-budget.yml", policy);
  await folder.json("record", "--cost", "1");
  return folder;
}

describe("an adjustment as one types it", () => {
  it.each([
    [["top-up", "5"], { budget: 20 }],
    [["top-up", "$5"], { budget: 20 }],
    [["top-up", "5 USD"], { budget: 20 }],
    [["top-up", "0.5", "USD"], { budget: 15.5 }],
    [["--adjustment", "top-up", "--amount", "5 USD"], { budget: 20 }],
    [["top-up", "--amount", "5"], { budget: 20 }],
    [["correct", "--amount", "-0.25"], { spent: 0.75 }],
    [["correct", "--amount=-$0.25"], { spent: 0.75 }],
    [["correct", "-0.25"], { spent: 0.75 }],
    [["transfer", "1", "--from", "qa", "--to", "infra"], { budget: 15, spent: 1 }],
  ])("%j moves money", async (args, figures) => {
    const folder = await folderWith(POLICY);
    expect(await folder.json("adjust", "--reason", "release week", ...args)).toMatchObject(figures);
    expect(folder.ledger().at(-1)).toMatchObject({ reason: "release week" });
  });

  it("moves a transfer between the sub-budgets it names", async () => {
    const folder = await folderWith(POLICY);
    await folder.json("adjust", "transfer", "1", "--from", "qa", "--to", "infra", "--reason", "outage");
    const { stdout } = await folder.run("status", "--json");
    const { budgets } = JSON.parse(stdout) as { budgets: { name: string; limit: number }[] };
    expect(Object.fromEntries(budgets.map(({ name, limit }) => [name, limit]))).toEqual({
      qa: 3,
      infra: 3,
      words: 5000,
    });
  });

  it.each([
    [["top-up", "5 EUR"], '--amount is "5 EUR"'],
    [["top-up", "5", "6"], '--amount is "5 6"'],
    [["topup", "5"], 'adjustment is "topup"'],
    [["top-up"], "--amount is missing"],
    [["top-up", "5", "--amount", "6"], "amount is given twice"],
    [["top-up", "--adjustment", "grant", "--amount", "6"], "adjustment is given twice"],
    [["transfer", "1", "--from", "qa"], "--to is missing"],
    [["transfer", "1", "--from", "words", "--to", "infra"], "words"],
  ])("%j is refused, and nothing is written", async (args, said) => {
    const folder = await folderWith(POLICY);
    const before = folder.contents();
    const { exitCode, stdout, stderr } = await folder.run("adjust", ...args, "--reason", "why");
    expect(exitCode).toBeGreaterThan(0);
    expect(stdout + stderr).toContain(said);
    expect(folder.contents()).toEqual(before);
  });
});
