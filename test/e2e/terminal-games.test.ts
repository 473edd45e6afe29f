import { describe, expect, it } from "vitest";
import { createDice, type Dice } from "../faults/dice.ts";
import { countOf, patient } from "../support/pace/pace.ts";
import { Folder, type Said, USAGE } from "./folder-world.ts";

/** GAME picks the game of a seed. */
const only = process.env["GAME"];
const seeds = only === undefined ? Array.from({ length: countOf("games") }, (_, index) => index + 1) : [Number(only)];

const OPERATIONS = 60;
const VERIFIED_EVERY = 10;
const HOUR_MS = 3_600_000;
const POLICY = ".github/token-budget.yml";

const POLICIES = [
  "monthly-budget: 20\n",
  "timezone: Europe/Berlin\nmilestone-interval: 2\nalerts: [10, 50]\n",
  `budgets:
  - { name: dev, match: { agent: dev }, limit: 4 USD, alerts: [50], overage: 20 }
  - { name: each, match: {}, for-each: [agent], limit: 50000 tokens, period: day, on-exceed: warn }
reserve: 10%
`,
  "budgets: [{ name: all, match: { agent: '*' }, limit: 3 USD, period: week }]\nadmit: { low: 50% }\nlarge-run: 1 USD\n",
  "timezone: Pacific/Kiritimati\nprices: { acme-1: { input: 3, output: 15 } }\n",
  "monthly-budget: [broken\n",
];

/** One person at one terminal, whose clock goes forward and sometimes back. */
class Game {
  readonly told: string[] = [];
  /** What each booking was told that its execution cost, by the id it was booked under. */
  readonly #costs = new Map<string, number>();
  readonly #folder = new Folder({ inProcess: true });
  readonly #dice: Dice;
  #holds: string[] = [];
  #now: number;

  constructor(seed: number) {
    this.#dice = createDice(seed);
    this.#now = Date.parse("2026-01-20T00:00:00Z") + this.#dice.number(0, 70 * 24) * HOUR_MS;
    this.#folder.makeFolder(".github");
  }

  async play(): Promise<void> {
    for (let count = 1; count <= OPERATIONS; count += 1) {
      this.#moveClock();
      await this.#operate(count);
      if (count % VERIFIED_EVERY === 0) await this.#verify();
    }
    this.#expectCostsBooked();
  }

  #moveClock(): void {
    const dice = this.#dice;
    this.#now += dice.weighted([
      [6, dice.number(1, 600) * 1000],
      [3, dice.number(1, 20) * HOUR_MS],
      [2, dice.number(1, 40) * 24 * HOUR_MS],
      [1, -dice.number(1, 900) * 1000],
      [1, -dice.number(1, 50) * HOUR_MS],
    ]);
  }

  async #operate(count: number): Promise<void> {
    const dice = this.#dice;
    const act = dice.weighted([
      [6, "check"],
      [8, "record"],
      [2, "release"],
      [2, "adjust"],
      [1, "reset"],
      [1, "recap"],
      [2, "status"],
      [2, "policy"],
    ]);
    switch (act) {
      case "check": {
        const { hold } = await this.#do("check", ...this.#termsOf(), ...this.#tags());
        if (hold !== undefined) this.#holds.push(hold);
        return;
      }
      case "record":
        return this.#record(count);
      case "release":
        await this.#do("release", ...this.#holdOption());
        return;
      case "adjust":
        await this.#do("adjust", "--reason", "why not", ...this.#adjustment());
        return;
      case "reset":
        await this.#do("reset", "--reason", "start again");
        return;
      case "policy":
        this.told.push("policy");
        return this.#folder.write(POLICY, dice.oneOf(POLICIES));
      default:
        await this.#do(act);
    }
  }

  #termsOf(): string[] {
    const dice = this.#dice;
    return [
      ...(dice.chance(0.7) ? ["--estimate", String(dice.number(1, 3_000) / 1000)] : []),
      ...(dice.chance(0.1) ? ["--monthly-budget", String(dice.number(5, 30))] : []),
      ...(dice.chance(0.3) ? ["--hold-minutes", String(dice.number(1, 900))] : []),
      ...(dice.chance(0.3) ? ["--priority", dice.oneOf(["high", "low"])] : []),
      ...["--on-deny", "continue"],
    ];
  }

  #tags(): string[] {
    return this.#dice.chance(0.7) ? ["--tags", `agent=${this.#dice.oneOf(["dev", "qa", "n".repeat(200)])}`] : [];
  }

  #holdOption(): string[] {
    const dice = this.#dice;
    if (dice.chance(0.25)) return [];
    return ["--hold", dice.chance(0.1) || this.#holds.length === 0 ? "of-other-books" : dice.oneOf(this.#holds)];
  }

  async #record(count: number): Promise<void> {
    const dice = this.#dice;
    const isAgain = this.#costs.size > 0 && dice.chance(0.1);
    const id = isAgain ? dice.oneOf([...this.#costs.keys()]) : `op-${count}`;
    const dollars = (isAgain ? this.#costs.get(id) : undefined) ?? dice.number(1, 2_500_000) / 1e6;
    const absurd = { model: "x", input: Number.MAX_SAFE_INTEGER, output: 0 };
    this.#folder.write("absurd.json", JSON.stringify({ token_budget_usage: 1, usage: [absurd] }));
    const { used, isTold } = isAgain
      ? { used: ["--cost", String(dollars)], isTold: true }
      : dice.weighted([
          [6, { used: ["--cost", String(dollars)], isTold: true }],
          [2, { used: ["--usage-file", USAGE], isTold: false }],
          [2, { used: ["--model", "acme-1", "--input-tokens", "90000", "--output-tokens", "900"], isTold: false }],
          [1, { used: ["--usage-file", "absurd.json"], isTold: false }],
          [1, { used: ["--unsettled", dice.oneOf(["charge", "release"])], isTold: false }],
        ]);
    const isFlat = !isAgain && dice.chance(0.1);
    const terms = [...(isFlat ? ["--billing", "subscription"] : []), ...this.#tags()];
    const hold = isAgain ? [] : this.#holdOption();
    const { cost } = await this.#do("record", "--id", id, ...used, ...hold, ...terms);
    if (cost !== undefined && isTold && !isFlat) this.#costs.set(id, dollars);
  }

  #adjustment(): string[] {
    const dice = this.#dice;
    const amount = `${dice.number(-200, 400) / 100} USD`;
    return dice.oneOf([
      ["--adjustment", "top-up", "--amount", amount],
      ["--adjustment", "correct", "--amount", amount],
      ["--adjustment", "grant", "--amount", amount, "--to", "dev"],
      ["--adjustment", "transfer", "--amount", amount, "--from", "dev", "--to", "each/qa"],
      ["--adjustment", "transfer", "--amount", "900 tokens", "--from", "each/dev", "--to", "each/qa"],
    ]);
  }

  /** Runs a command; it may refuse, for a reason that it names. */
  async #do(...args: readonly string[]): Promise<Partial<Said>> {
    const clock = new Date(this.#now).toISOString();
    this.told.push(`${clock} ${args.join(" ")}`);
    const { stdout, stderr, exitCode } = await this.#folder.with({ clock }).run(...args, "--json");
    this.told.push(`  ${exitCode}: ${stdout.trim().slice(0, 400)}${stderr}`);
    expect(`${stdout}${stderr}`).not.toMatch(/issues\/new|this is a bug/i);
    expect([0, 1, 2]).toContain(exitCode);
    return JSON.parse(stdout || "{}") as Partial<Said>;
  }

  async #verify(): Promise<void> {
    const clock = new Date(this.#now).toISOString();
    const { stdout, exitCode } = await this.#folder.with({ clock }).run("verify");
    if (exitCode !== 0)
      throw new Error(
        `${clock} ${stdout} ${JSON.stringify(this.#folder.ledger().map(({ id, at, kind }) => [id, at, kind]))}`,
      );
  }

  #expectCostsBooked(): void {
    const entries = new Map(this.#folder.ledger().map((entry) => [entry["id"], entry]));
    for (const [id, dollars] of this.#costs) {
      const { cost, replaces = 0 } = entries.get(id) as { readonly cost: number; readonly replaces?: number };
      expect(cost + replaces, id).toBeCloseTo(dollars, 9);
    }
  }
}

describe(`in ${seeds.length} games of ${OPERATIONS} operations`, () => {
  it.each(seeds)(
    "the books of game %i are right, and no cost is missing",
    async (seed) => {
      const game = new Game(seed);
      try {
        await game.play();
      } catch (error) {
        throw new Error(`GAME=${seed} npx vitest run test/e2e/terminal-games.test.ts\n${game.told.join("\n")}`, {
          cause: error,
        });
      }
    },
    patient(120_000),
  );
});
