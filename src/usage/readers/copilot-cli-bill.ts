import { type NanoUsd, nanoUsd } from "../../values/money.ts";
import type { UsageFacts, UsageLine } from "../usage.ts";
import { UsageError } from "../usage-error.ts";

// A nano-AI-unit is a thousand-millionth of an AI credit, which GitHub sells for a cent
// (https://docs.github.com/en/copilot/concepts/billing).
const NANO_AIU_PER_NANO_USD = 100;

/** What GitHub bills for a number of nano-AI-units; without any, nothing. Throws a UsageError for what is no amount. */
export function billOf(units: number): Pick<UsageFacts, "reported_cost" | "billed"> {
  return units === 0 ? {} : { reported_cost: dollarsOf(units), billed: true };
}

/**
 * Lines with what the session was billed beyond them, in nano-dollars, shared out: to the models without a bill, else
 * to all of them, by their tokens. Their sum is the bill, or what the models' own bills add up to, whichever is more.
 */
export function withBill(lines: readonly UsageLine[], bill: number): readonly UsageLine[] {
  const billed = lines.reduce((sum, line) => sum + (line.reported_cost ?? 0), 0);
  const rest = bill - billed;
  const unbilled = lines.filter((line) => line.reported_cost === undefined);
  const takers = unbilled.length > 0 ? unbilled : lines;
  if (rest <= 0 || takers.length === 0) return lines;
  const shares = sharesOf(
    rest,
    takers.map((line) => 1 + line.input + line.output),
  );
  return lines.map((line) => {
    const share = shares[takers.indexOf(line)];
    if (share === undefined || share === 0) return line;
    return { ...line, reported_cost: nanoUsd((line.reported_cost ?? 0) + share), billed: true };
  });
}

/** A whole number in whole parts by weight, to the last one. */
function sharesOf(whole: number, weights: readonly number[]): number[] {
  const total = weights.reduce((a, b) => a + b, 0);
  let given = 0;
  let passed = 0;
  return weights.map((weight) => {
    passed += weight;
    const share = Math.round((whole / total) * passed) - given;
    given += share;
    return share;
  });
}

function dollarsOf(units: number): NanoUsd {
  try {
    return nanoUsd(Math.round(units / NANO_AIU_PER_NANO_USD));
  } catch (cause) {
    throw new UsageError("bad-usage", `The usage makes no sense: ${units} nano-AI-units.`, { cause });
  }
}
