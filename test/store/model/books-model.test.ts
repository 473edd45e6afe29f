import fc from "fast-check";
import { expect, it } from "vitest";
import { countOf, patient } from "../../support/pace/pace.ts";
import { assertUntilMet } from "../../support/pace/until-met.ts";
import { BooksRace } from "./books-race.ts";
import { USD } from "./model-books.ts";
import { walks } from "./walks.ts";

const WALKS = countOf("modelWalks");
/** Within so many walks everything that may come about is met, the rarest of it included. */
const MAX_WALKS = 3_000;
/** The same walks every time; MODEL_SEED has others drawn. */
const SEED = Number(process.env["MODEL_SEED"] ?? 11);

const MAX_WALK_MS = 2_000;

const ALL_THERE_IS = [
  ...["check", "record", "release", "reset", "recap"],
  ...["allow ok", "deny exhausted", "deny insufficient", "deny priority", "deny tags-missing"],
  ...["deny budget-exceeded", "warn budget-exceeded", "approve approval-needed", "warn approved"],
  ...["approved once", "nobody yet", "by a grant", "still owed"],
  ...["top-up", "grant", "transfer", "correct", "money went back", "not-allowed", "bad-input"],
  ...["day turned", "week turned", "month turned"],
  ...["settled", "unheld", "further", "corrected", "unchecked", "released", "repeated", "booked-already"],
  ...["recap queued", "hold let go", "landed unheard", "nothing to write", "died", "gave up"],
];

it(
  "whatever several writers do at once, the books are those of a simple model in the order in which commits landed",
  async () => {
    const met = new Set<string>();
    const property = fc.asyncProperty(fc.scheduler(), walks, async (scheduler, walk) => {
      const race = new BooksRace(scheduler, { nowMs: Date.parse("2026-01-31T20:00:00Z"), budget: 12 * USD });
      await fc.asyncModelRun(() => ({ model: {}, real: race }), walk);
      await race.settle();
      race.expectLedgerToAgree();
      for (const one of race.met) met.add(one);
    });
    const isAllMet = () => ALL_THERE_IS.every((one) => met.has(one));
    await assertUntilMet(property, { seed: SEED, count: WALKS, most: MAX_WALKS, isAllMet });
    expect([...met].sort()).toEqual([...ALL_THERE_IS].sort());
  },
  patient(Math.max(WALKS, MAX_WALKS) * MAX_WALK_MS),
);
