import { addedUp, priceOf, sumOf } from "./added-up.ts";
import { plainName, type UsageLine } from "./usage.ts";

/**
 * The requests of a session in the order of time as counters, one a model: neighbors of one price are one piece of it.
 * Without a session's name they are added up. Throws a UsageError ("bad-usage") when a sum is too large.
 */
export function inPieces(requests: readonly UsageLine[], name: string): UsageLine[] {
  const session = plainName(name);
  if (session === "") return addedUp(requests);
  const models = new Map<string, UsageLine[]>();
  for (const line of requests) {
    const ofModel = models.get(line.model);
    if (ofModel) ofModel.push(line);
    else models.set(line.model, [line]);
  }
  return [...models.values()].flatMap((ofModel) => {
    // Without a sum, nothing can be compared with what was booked before.
    sumOf(ofModel);
    return stretchesOf(ofModel).map((stretch, index) => ({
      ...sumOf(stretch),
      ...{ counting: "cumulative" as const, session },
      ...(index > 0 && { piece: true }),
    }));
  });
}

function stretchesOf(lines: readonly UsageLine[]): UsageLine[][] {
  const stretches: UsageLine[][] = [];
  let price = "";
  for (const line of lines) {
    const own = line.aggregate ? "" : priceOf(line);
    const stretch = stretches.at(-1);
    if (stretch && own !== "" && own === price) stretch.push(line);
    else stretches.push([line]);
    price = own;
  }
  return stretches;
}
