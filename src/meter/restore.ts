import { readFileSync } from "node:fs";
import { isObject } from "../usage/json-text.ts";
import { ownRecord } from "../usage/readers/own-record.ts";
import type { UsageLine } from "../usage/usage.ts";
import { type NanoUsd, plus, ZERO } from "../values/money.ts";
import type { Open } from "./opens.ts";
import { type Pricing, totalOf } from "./pricing.ts";
import { appendRecord } from "./record.ts";
import { type Tally, tallyAnswer } from "./tally.ts";

type Left = {
  readonly path: string;
  readonly opens: readonly Open[];
  readonly pricing: Pricing;
  readonly tally: Tally;
};

/**
 * Takes over what a process before this one left: writes the requests that were open when it died, as far as they are
 * known, and reads the record. Returns what all of it cost.
 */
export async function restore({ path, opens, pricing, tally }: Left): Promise<NanoUsd> {
  writeOpens(path, opens);
  let spent = ZERO;
  for (const lines of recordedIn(path)) {
    const costs = await pricing.costsOf(lines, undefined);
    const estimated = lines.some((line) => line.estimated === true);
    tallyAnswer(tally, costs, { estimated, agentPart: lines[0]?.by });
    spent = plus(spent, totalOf(costs));
  }
  return spent;
}

/** Writes what requests used at least of which nothing else will be known. */
export function writeOpens(path: string, opens: readonly Open[]): void {
  for (const open of opens) {
    const { least, agentPart } = open;
    appendRecord(path, { lines: [least], estimated: true, ids: [], agentPart });
  }
}

/** The lines of each answer in a record; a last line that was cut off isn't one. */
function* recordedIn(path: string): Generator<readonly UsageLine[]> {
  for (const text of textOf(path).split("\n")) {
    const value = valueOf(text);
    if (isObject(value)) yield ownRecord.read([value]).lines;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
