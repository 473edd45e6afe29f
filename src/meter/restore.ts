import { isObject } from "../usage/json-text.ts";
import { ownRecord } from "../usage/readers/own-record.ts";
import type { UsageLine } from "../usage/usage.ts";
import { type NanoUsd, plus, ZERO } from "../values/money.ts";
import { type Pricing, totalOf } from "./pricing.ts";
import { recordText } from "./record.ts";
import { type Tally, tallyAnswer } from "./tally.ts";

type Left = {
  readonly path: string;
  readonly pricing: Pricing;
  readonly tally: Tally;
};

/** Takes over the record of a process before this one, and returns what all of it cost. */
export async function restore({ path, pricing, tally }: Left): Promise<NanoUsd> {
  let spent = ZERO;
  for (const lines of recordedIn(path)) {
    const costs = await pricing.costsOf(lines, undefined);
    const estimated = lines.some((line) => line.estimated === true);
    tallyAnswer(tally, costs, { estimated, agentPart: lines[0]?.by });
    spent = plus(spent, totalOf(costs));
  }
  return spent;
}

/** The lines of each answer in a record; a last line that was cut off isn't one. */
function* recordedIn(path: string): Generator<readonly UsageLine[]> {
  for (const text of recordText(path).split("\n")) {
    const value = parsed(text);
    if (isObject(value)) yield ownRecord.read([value]).lines;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
