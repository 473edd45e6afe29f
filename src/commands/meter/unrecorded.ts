import type { Note } from "../../books/draft.ts";
import { chargeOfLine } from "../../pricing/charge.ts";
import type { PricedLine } from "../../pricing/unit-prices.ts";
import { type UsageLine, usageLine } from "../../usage/usage.ts";
import { boundedSum, type NanoUsd, nanoOf, nanoUsd, showUsd, ZERO } from "../../values/money.ts";
import type { MeterRead } from "./meter-read.ts";

/** What a meter counted until its end, what its record has of that, and which of those lines are booked now. */
export type Counted = {
  readonly figures: NonNullable<MeterRead["figures"]>;
  readonly recorded: readonly UsageLine[];
  readonly lines: readonly UsageLine[];
};

type Named = Pick<UsageLine, "provider" | "model" | "asked">;
type ModelFigures = Counted["figures"]["models"][number];

/** How much more a meter counted of a model than its record has. */
type Missing = Named & Pick<UsageLine, "requests" | "input" | "cache_read" | "output">;

/** A smaller difference, in nano-dollars, comes from rounding; so does one for each request. */
const LEAST = 1_000;
/** From this share of the meter's figure on, a difference is a warning. */
const MUCH = 0.01;

/** The models of which a meter counted more than its record has; none before its end, for the record is ahead then. */
export function unrecordedModels({ figures, isFinal, whole }: MeterRead): readonly Missing[] {
  if (isFinal !== true || figures === undefined) return [];
  return figures.models.map((model) => missingOf(model, whole)).filter(isSome);
}

/**
 * What to book so that it is no less than what the meter counted, whatever became of its record: models without a price
 * at the meter's figure, and what the record doesn't have as lines of their own. `price` looks up a line's unit prices.
 */
export async function withUnrecorded(
  lines: readonly UsageLine[],
  counted: Counted,
  price: (line: UsageLine) => Promise<PricedLine>,
): Promise<{ readonly lines: readonly UsageLine[]; readonly added: readonly UsageLine[]; readonly notes: Note[] }> {
  const { figures, recorded } = counted;
  const charged = await Promise.all(recorded.map((line) => chargedLine(line, price)));
  const claims = new Map<UsageLine, NanoUsd>();
  const added: UsageLine[] = [];
  let known: number = costOf(charged);
  for (const model of figures.models) {
    const own = charged.filter(({ line }) => isNamed(line, model));
    const missing = missingOf(model, recorded);
    const rest = nanoOf(model.cost) - costOf(own);
    const unpriced = own.filter(({ line, isWhole }) => !isWhole && counted.lines.includes(line));
    known += Math.max(0, rest);
    const isMore = rest >= LEAST + model.requests;
    if (isMore && unpriced.length > 0) claim(claims, unpriced, rest);
    else if (isMore) added.push(usageLine({ ...missing, reported_cost: nanoUsd(rest), billed: true }));
    // Without a price it is unknown, and charged as that.
    else if (isSome(missing)) added.push(usageLine(missing));
  }
  const nameless = nanoOf(figures.cost) - known;
  if (nameless >= LEAST + figures.requests) added.push(usageLine({ reported_cost: nanoUsd(nameless), billed: true }));
  const claimed = lines.map((line) => withClaim(line, claims.get(line)));
  return { lines: [...claimed, ...added], added, notes: added.length === 0 ? [] : notesOn(counted, costOf(charged)) };
}

type Charged = { readonly line: UsageLine; readonly cost: NanoUsd; readonly isWhole: boolean };

async function chargedLine(line: UsageLine, price: (line: UsageLine) => Promise<PricedLine>): Promise<Charged> {
  const charge = chargeOfLine(await price(line));
  return { line, cost: charge?.cost ?? ZERO, isWhole: charge !== undefined && charge.missing === undefined };
}

function costOf(charged: readonly Charged[]): NanoUsd {
  return boundedSum(charged.map(({ cost }) => cost));
}

/** Spreads what lines without a price cost over them. */
function claim(claims: Map<UsageLine, NanoUsd>, unpriced: readonly Charged[], rest: number): void {
  const share = Math.floor(rest / unpriced.length);
  for (const [index, { line, cost }] of unpriced.entries()) {
    const own = index === 0 ? rest - share * (unpriced.length - 1) : share;
    claims.set(line, nanoUsd(cost + own));
  }
}

function withClaim(line: UsageLine, cost: NanoUsd | undefined): UsageLine {
  return cost === undefined ? line : { ...line, reported_cost: cost };
}

function isNamed(line: Named, { provider, model }: Named): boolean {
  return line.provider === provider && line.model === model;
}

function missingOf(of: ModelFigures, recorded: readonly UsageLine[]): Missing {
  const own = recorded.filter((line) => isNamed(line, of));
  const rest = (key: "requests" | "input" | "cache_read" | "output") =>
    Math.max(0, of[key] - own.reduce((sum, line) => sum + line[key], 0));
  const { provider, model, asked } = of;
  const input = rest("input");
  const cached = Math.min(input, rest("cache_read"));
  return {
    provider,
    model,
    ...(asked !== undefined && { asked }),
    requests: rest("requests"),
    input,
    cache_read: cached,
    output: rest("output"),
  };
}

function isSome({ requests, input, output }: Missing): boolean {
  return requests > 0 || input > 0 || output > 0;
}

/** A warning with both figures, unless the difference is one of rounding and prices. */
function notesOn({ figures, recorded }: Counted, known: NanoUsd): Note[] {
  const all = nanoOf(figures.cost);
  const missing = figures.models.map((model) => missingOf(model, recorded)).filter(isSome);
  if (missing.length === 0 && all - known <= all * MUCH) return [];
  const requests = missing.reduce((sum, one) => sum + one.requests, 0);
  const lacks =
    requests === 0
      ? "The meter's record says less than the meter counted"
      : `The meter's record lacks ${requests} of the ${figures.requests} requests that the meter counted`;
  const why =
    figures.unwritten > 0
      ? "they could not be written, as on a full disk"
      : "the file was changed or removed while the run lasted";
  const text = `${lacks}${missing.length > 0 ? ` (${why})` : ""}. What it counted is booked: ${showUsd(all)} instead of ${showUsd(known)}.`;
  return [{ level: "warning", text }];
}
