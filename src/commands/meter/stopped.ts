import type { Note } from "../../books/draft.ts";
import type { MeterFigures } from "../../meter/figures.ts";
import { plainText } from "../../values/foreign-text.ts";
import { showMany } from "../../values/show.ts";

const MAX_TEXT = 600;

/** How many requests a meter refused. */
export function refusedIn({ refused }: Pick<MeterFigures, "refused">): number {
  return Object.values(refused).reduce((sum, count) => sum + count, 0);
}

/** That a run was stopped, and why: the last refusal, in the words the agent got. */
export function stoppedNotes(figures: MeterFigures | undefined): Note[] {
  if (figures === undefined || figures.refusal === null) return [];
  const count = showMany(refusedIn(figures), "request");
  return [{ level: "warning", text: `The meter refused ${count}. ${plainText(figures.refusal.text, MAX_TEXT)}` }];
}

/** What a meter saw of a run, for machines; money is in dollars. */
export function meterDetails(figures: MeterFigures): Readonly<Record<string, unknown>> {
  const { requests, cost, estimate, cap, granted, refusal, estimated, unpriced, unknown, unread, restarts } = figures;
  return {
    ...{ requests, cost, estimate, cap, maxCost: figures.max_cost, granted },
    refused: refusedIn(figures),
    refusal,
    ...{ estimated, unpriced, unknown, unread, restarts },
    models: figures.models.map((one) => ({ model: one.model, requests: one.requests, cost: one.cost })),
  };
}
