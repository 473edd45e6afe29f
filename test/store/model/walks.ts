import fc from "fast-check";
import { ENVIRONMENT } from "./admission-model.ts";
import type { BooksRace } from "./books-race.ts";
import { dayAt, monthAt, type Operation, USD } from "./model-books.ts";
import type { CommitFate, Luck, ReadFate } from "./racing-writer.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** fast-check hands each command what the walk knows; here it is all in the race. */
type Command = fc.AsyncCommand<object, BooksRace>;

function command(name: string, run: (race: BooksRace) => void | Promise<void>): Command {
  return { check: () => true, run: async (_, race) => run(race), toString: () => `\n${name}` };
}

const readFate = fc.oneof(
  { weight: 4, arbitrary: fc.constant<ReadFate>("ok") },
  { weight: 1, arbitrary: fc.constant<ReadFate>("lost") },
  { weight: 1, arbitrary: fc.record({ stale: fc.integer({ min: 1, max: 3 }) }) },
);

const commitFate = fc.oneof(
  { weight: 2, arbitrary: fc.constant<CommitFate>("ok") },
  { weight: 1, arbitrary: fc.constant<CommitFate>("answer lost") },
  { weight: 1, arbitrary: fc.constantFrom<CommitFate>("dropped", "dies before", "dies after") },
);

const luck: fc.Arbitrary<Luck> = fc.record({
  reads: fc.array(readFate, { maxLength: 3 }),
  commits: fc.array(commitFate, { maxLength: 2 }),
  skewMs: fc.constantFrom(0, 0, 0, -4 * MINUTE_MS, 4 * MINUTE_MS),
  isHasty: fc.constantFrom(false, false, false, true),
});

/** Which hold is named: one that a check asked for, an open one, none but the run's, or one of other books. */
type Which = { readonly among: "asked" | "open" | "run" | "unknown"; readonly pick: number };

const which: fc.Arbitrary<Which> = fc.record({
  among: fc.constantFrom("asked", "asked", "open", "open", "open", "run", "unknown"),
  pick: fc.nat(5),
});

const cost = fc.oneof(fc.integer({ min: 1, max: 3 * USD }), fc.constantFrom(USD, 5 * USD));
const run = fc.integer({ min: 1, max: 4 });
const tags = fc.oneof(
  { weight: 12, arbitrary: fc.record({ agent: fc.constantFrom("dev-lead", "qa") }) },
  { weight: 1, arbitrary: fc.constant({}) },
);
const usage = fc.record({ cost, tokens: fc.integer({ min: 1, max: 9_000 }) });

/** Nobody was asked, somebody said yes, nobody yet, or a human was asked for something else. */
const approval = fc.constantFrom(
  null,
  null,
  { environment: ENVIRONMENT, approvers: ["octocat"] },
  { environment: ENVIRONMENT, approvers: ["octocat", "hubot"] },
  { environment: ENVIRONMENT, approvers: [] },
  { environment: "production", approvers: ["octocat"] },
);

const check = fc.record({
  kind: fc.constant("check" as const),
  run,
  tags,
  estimate: fc.option(cost),
  holdMs: fc.constantFrom(5 * MINUTE_MS, 6 * HOUR_MS, 40 * DAY_MS),
  priority: fc.constantFrom("high" as const, "normal" as const, "low" as const),
  approval,
});

const record = fc.record({
  kind: fc.constant("record" as const),
  run,
  tags,
  which,
  usage: fc.option(usage),
  letGo: fc.boolean(),
  isPost: fc.boolean(),
});

const release = fc.record({ kind: fc.constant("release" as const), run, tags, which });
const reset = fc.record({ kind: fc.constant("reset" as const), run, tags });
const recap = fc.record({ kind: fc.constant("recap" as const), run, tags, force: fc.boolean() });

/** Pairs between which money may move. */
const MATES = ["agents", "days", "sprint", "sprint"].map((name) => [`${name}/dev-lead`, `${name}/qa`] as const);
const PARTS = [...new Set(MATES.flat()), "weekly", "nobody"];

const parts = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...MATES, ...MATES.map(([a, b]) => [b, a] as const)) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...PARTS), fc.constantFrom(...PARTS)) },
);

const adjust = fc
  .record({
    kind: fc.constant("adjust" as const),
    run,
    tags,
    adjustment: fc.constantFrom("top-up", "grant", "transfer", "transfer", "transfer", "correct"),
    parts,
    isWrongUnit: fc.constantFrom(false, false, false, false, true),
    cents: fc.integer({ min: 1, max: 400 }),
    isMinus: fc.boolean(),
    days: fc.option(fc.integer({ min: 1, max: 4 })),
  })
  .map(({ parts: [from, to], isWrongUnit, cents, isMinus, ...drawn }) => {
    const { adjustment } = drawn;
    const isTokens = ["transfer", "correct"].includes(adjustment) && from.startsWith("days/") !== isWrongUnit;
    const amount = isTokens ? cents * 20 : (cents * USD) / 100;
    return {
      ...drawn,
      unit: isTokens ? ("tokens" as const) : ("USD" as const),
      amount: adjustment === "correct" && isMinus ? -amount : amount,
      from: adjustment === "transfer" ? from : undefined,
      to: adjustment === "transfer" || (adjustment === "grant" && isMinus) ? to : undefined,
    };
  });

/** An operation before it is known which holds there are. */
type Wish =
  | typeof check
  | typeof record
  | typeof release
  | typeof reset
  | typeof recap
  | typeof adjust extends infer Drawn
  ? Drawn extends fc.Arbitrary<infer One>
    ? One
    : never
  : never;

function operationOf(wish: Wish, race: BooksRace): Operation {
  const id = `${wish.kind}-${race.begun.length}`;
  if (wish.kind === "release") return { ...wish, id, hold: holdNamed(wish.which, race) };
  if (wish.kind === "adjust") {
    const { days, ...rest } = wish;
    return { ...rest, id, until: days === null ? undefined : dayAt(race.nowMs + days * DAY_MS) };
  }
  if (wish.kind !== "record") return { ...wish, id };
  const hold = holdNamed(wish.which, race);
  const settle = `${hold}:settle`;
  // A gate has one post step.
  const isPost = wish.isPost && hold !== undefined && race.begun.every(({ operation }) => operation.id !== settle);
  return { ...wish, hold, ...(isPost ? { id: settle, origin: "post" } : { id, origin: "record" }) };
}

function holdNamed({ among, pick }: Which, race: BooksRace): string | undefined {
  if (among === "run") return undefined;
  if (among === "unknown") return "of-other-books";
  const asked = race.begun.filter(({ operation }) => operation.kind === "check").map(({ operation }) => operation.id);
  const ids = among === "open" ? (race.newest?.holds.map(({ id }) => id) ?? []) : asked;
  return ids.at(-1 - (pick % Math.max(1, ids.length)));
}

function sent(wish: fc.Arbitrary<Wish>): fc.Arbitrary<Command> {
  return fc
    .tuple(wish, luck)
    .map(([drawn, met]) => command(fc.stringify([drawn, met]), (race) => race.send(operationOf(drawn, race), met)));
}

/** The same operation once more, by another writer. */
const again = fc.tuple(fc.nat(5), luck).map(([pick, met]) =>
  command(`again ${pick} ${fc.stringify(met)}`, (race) => {
    const index = race.begun.length - 1 - pick;
    const before = race.begun[index];
    if (before !== undefined && race.isRepeatable(index)) race.send(before.operation, met);
  }),
);

const later = fc.oneof(
  fc.integer({ min: 1, max: 10 * HOUR_MS }).map((ms) => command(`${ms} ms later`, (race) => race.wait(ms))),
  fc.constantFrom(2, 8, 31, 95).map((days) => command(`${days} days later`, (race) => race.wait(days * DAY_MS))),
  fc
    .integer({ min: -5, max: 2 })
    .map((minutes) =>
      command(`month end ${minutes} min`, (race) => race.waitUntil(monthEnd(race.nowMs) + minutes * MINUTE_MS)),
    ),
  fc
    .constantFrom(0, MINUTE_MS)
    .map((ms) =>
      command(`${ms} ms before a hold expires`, (race) => race.waitUntil((race.newest?.holds[0]?.expiresAt ?? 0) - ms)),
    ),
);

function monthEnd(nowMs: number): number {
  const [year = 0, month = 0] = monthAt(nowMs).split("-").map(Number);
  return Date.UTC(year, month, 1);
}

const minutes = fc
  .integer({ min: 1, max: 6 * MINUTE_MS })
  .map((ms) => command(`${ms} ms pass`, (race) => race.pass(ms)));

const policy = fc
  .constantFrom(0, 6 * USD, 12 * USD, 12 * USD, 30 * USD)
  .map((budget) => command(`budget ${budget}`, (race) => race.changeBudget(budget)));

const goOn = fc
  .integer({ min: 1, max: 12 })
  .map((requests) => command(`${requests} requests`, (race) => race.goOn(requests)));

/** What several writers may do and what may happen to them; what stands here several times is drawn more often. */
export const walks = fc.commands<object, BooksRace, boolean>(
  [
    ...[sent(check), sent(check), sent(check), sent(check)],
    ...[sent(record), sent(record), sent(record), sent(record)],
    ...[sent(release), sent(reset), sent(recap)],
    ...[sent(adjust), sent(adjust)],
    ...[again, again],
    ...[goOn, goOn, goOn],
    ...[later, later, minutes, policy],
  ],
  { maxCommands: 40, size: "max" },
);
