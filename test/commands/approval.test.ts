import { beforeEach, describe, expect, it } from "vitest";
import { embedsOf, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const POLICY = `monthly-budget: 10
reserve: 50%
approval-environment: ai-budget
budgets:
  - { name: infrastructure, match: { division: infrastructure }, limit: 0.001 USD, on-exceed: approve }
`;

/** The repository that keeps the books of others, among them this run's. */
const OWNERS = "owners/books";

beforeEach(() => world.policy(POLICY));

/** Approvals of this run by users with these roles in the repository of the books. */
function approvedBy(roles: Readonly<Record<string, string>>): void {
  const approvers = Object.entries(roles).map(([login, role]) => ({ login, inBooks: { repository: OWNERS, role } }));
  world.approvers.set("ai-budget", approvers);
}

const check = (inputs: Readonly<Record<string, string>>) =>
  world.run("check", { approval: "ai-budget", "on-deny": "continue", estimate: "0.01", ...inputs });

const OVER_A_LIMIT = { tags: "division=infrastructure" };
const INTO_THE_RESERVE = { estimate: "6" };

describe.each([
  ["overage", OVER_A_LIMIT],
  ["reserve", INTO_THE_RESERVE],
])("an approval of a run whose books another repository keeps, for the %s", (_, inputs) => {
  it.each([
    ["a stranger to it", "none"],
    ["an administrator of the run's repository alone", "write"],
  ] as const)("opens nothing by %s, and the answer says why and what to do", async (_who, role) => {
    world.roles.set("Ann", "admin");
    approvedBy({ Ann: role });
    const { failure, outputs, summary } = await check(inputs);
    expect(failure).toBeNull();
    expect(outputs).toMatchObject({ allowed: "false", decision: "approve", reason: "approval-needed" });
    expect(outputs["message"]).toContain(`Ann approved, but has the role ${role} in ${OWNERS}`);
    expect(summary).toContain(`the role maintain or admin in ${OWNERS}`);
    expect(world.books().state.holds, "nothing is set aside").toEqual([]);
  });

  it.each(["maintain", "admin"] as const)("lets a run in by who has the role %s there", async (role) => {
    approvedBy({ Ann: role });
    const { outputs } = await check(inputs);
    expect(outputs).toMatchObject({ allowed: "true", reason: "approved", "approved-by": "Ann" });
    expect(world.books().state.holds).toMatchObject([{ approved_by: "Ann" }]);
  });
});

describe("an approval of a run whose books another repository keeps", () => {
  it("books only those of its approvers who may", async () => {
    approvedBy({ Ann: "none", boss: "maintain" });
    const { outputs } = await check(OVER_A_LIMIT);
    expect(outputs).toMatchObject({ allowed: "true", "approved-by": "boss" });
    expect(outputs["message"]).not.toContain("Ann");
  });
});

describe("a run that waits for an approval", () => {
  it("is announced once, with who started it and a link to it", async () => {
    approvedBy({});
    for (const inputs of [OVER_A_LIMIT, INTO_THE_RESERVE]) {
      expect((await check(inputs)).outputs).toMatchObject({ reason: "approval-needed" });
    }
    const embeds = world.messages().flatMap(embedsOf);
    expect(embeds).toMatchObject([
      { title: "⚠️ An approval is waiting", url: expect.stringContaining("/actions/runs/") },
    ]);
    const { approvals_announced, warned } = world.books().state;
    expect([Object.keys(approvals_announced), warned]).toEqual([[expect.stringMatching(/^o\/r\/\d+$/)], undefined]);
    expect(embeds[0]?.description).toMatch(/^A run of \$0\.0100, started by \S+, waits for an approval for the env/);
  });

  it("is announced only if the policy wants it", async () => {
    world.policy(`${POLICY}notify: { discord: [warning] }\n`);
    approvedBy({});
    expect((await check(OVER_A_LIMIT)).outputs).toMatchObject({ reason: "approval-needed" });
    expect(world.store.state).toBeNull();
  });
});
