import { expect, it } from "vitest";
import { Folder } from "./folder-world.ts";

const POLICY = `statements:
  entities:
    - { name: client-x, match: { client: client-x }, model: chargeback, rate: cost + 20%, due: 9 days }
  shared: [{ name: platform, amount: 12.50 USD, split: equal }]
`;
const FILE = "token_budget/statements/2026-01/client-x";

it("a month's statement is issued, stays as it is, is paid, and the books verify", async () => {
  const january = new Folder({ clock: "2026-01-10T10:00:00Z" });
  january.makeFolder(".github");
  january.write(".github/token-budget.yml", POLICY);
  await january.json("record", "--cost", "6.63", "--tags", "client=client-x");
  const folder = january.with({ clock: "2026-02-02T10:00:00Z" });
  const shown = await folder.run("statement", "--entity", "client-x", "--format", "csv");
  expect(shown.stdout).toMatch(/^number,month,entity,.*\r\n.*,model,unpriced,true,7\.956\r\n/);
  expect(shown.stdout).not.toContain("6.63");
  expect(await folder.json("statement", "--issue")).toMatchObject({ statement: "INV-2026-01-CLIENT-X", failed: false });
  const texts = () => ["json", "md", "csv"].map((ending) => folder.read(`${FILE}.${ending}`));
  const before = texts();
  expect(JSON.parse(before[0] ?? "")).toMatchObject({
    number: "INV-2026-01-CLIENT-X",
    due: "2026-02-11",
    amount: 22.956,
  });
  const later = january.with({ clock: "2026-02-20T10:00:00Z" });
  await later.run("statement", "--issue", "--entity", "client-x", "--output", "mine/copy.md");
  expect(later.read("mine/copy.md")).toBe(before[1]);
  expect(texts()).toEqual(before);
  const listed = await later.run("statement", "--list");
  expect(listed.stdout).toMatch(/INV-2026-01-CLIENT-X +overdue +\$22\.96/);
  await later.json("statement", "--paid", "INV-2026-01-CLIENT-X", "--reason", "bank transfer");
  expect(await later.json("verify")).toMatchObject({ failed: false, differences: [] });
  const refused = await later.run("statement", "--output", ".github", "--month", "2026-01");
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr + refused.stdout).toContain("Bad input: output is");
});
