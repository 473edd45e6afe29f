import { kindsIn } from "../usage/extras.ts";
import { plainRegion, plainTier } from "../usage/service.ts";
import type { UsageLine } from "../usage/usage.ts";
import { decimalProduct } from "./decimal.ts";
import { isDated, modelId } from "./model-id.ts";
import { isWhole, multiplied, piecesOf, pricesGiven } from "./overrides.ts";
import { PIECE_ROWS, type PieceRow, SERVICE_ROWS, type ServiceRow } from "./special-prices.ts";
import type { PriceOverride, ServiceChange, ServicePart, UnitPrices } from "./unit-prices.ts";

/** Prices for a line's tier and region, their factor, and what is unknown. */
export type Served = {
  readonly prices: UnitPrices;
  readonly factor: number;
  readonly unknown: readonly ServicePart[];
};

const PARTS = ["tier", "region"] as const;

/**
 * The prices of the standard service changed for the line's tier and region: as the policy says, otherwise as our table
 * does. A policy's `multiplier` without `tiers` and `regions` applies to both. `provider` is the price table's name.
 */
export function servedPrices(
  line: UsageLine,
  standard: UnitPrices,
  { provider, override }: { readonly provider: string; readonly override: PriceOverride | undefined },
): Served {
  const isMultiplied = override?.multiplier !== undefined && !override.tiers && !override.regions;
  let served: Served = { prices: standard, factor: 1, unknown: [] };
  for (const part of isMultiplied ? [] : PARTS) {
    const word = line[part];
    if (word === undefined) continue;
    const change = changeFor(word, { part, override, id: modelId(line.model).id, provider });
    if (change === undefined) served = { ...served, unknown: [...served.unknown, part] };
    else served = changed(served, change);
  }
  return served;
}

/** What pieces the line counts cost by our table, as of an ISO instant; `provider` is the price table's name. */
export function piecePrices(line: UsageLine, provider: string, at: string): UnitPrices {
  const kinds = [...(line.web_searches > 0 ? (["web_search"] as const) : []), ...kindsIn(line.extras)];
  const { id } = modelId(line.model);
  const isSold = ({ until }: PieceRow) => until === undefined || at < until;
  const priceOf = (kind: (typeof kinds)[number]) =>
    bestRow(
      PIECE_ROWS.filter((row) => row.kind === kind && isSold(row)),
      { id, provider },
    )?.price;
  const priced = kinds.map((kind) => [kind, priceOf(kind)] as const);
  return Object.fromEntries(priced.filter(([, price]) => price !== undefined));
}

type Where = { readonly id: string; readonly provider: string };
type Wanted = Where & { readonly part: ServicePart; readonly override: PriceOverride | undefined };

/** What a word for a tier or region changes; undefined if unknown. Of several words each has a factor. */
function changeFor(word: string, wanted: Wanted): ServiceChange | undefined {
  const own = policyChange(word, wanted) ?? tableFactor(word, wanted);
  if (own !== undefined || !word.includes("+")) return own;
  const factors = word.split("+").map((one) => changeFor(one, wanted));
  return factors.reduce((product, factor) =>
    typeof product === "number" && typeof factor === "number" ? decimalProduct(product, factor) : undefined,
  );
}

function policyChange(word: string, { part, override }: Wanted): ServiceChange | undefined {
  const given = part === "tier" ? override?.tiers : override?.regions;
  const plain = part === "tier" ? (key: string) => plainTier(key) : plainRegion;
  return Object.entries(given ?? {}).find(([key]) => plain(key) === word)?.[1];
}

function tableFactor(word: string, { part, id, provider }: Wanted): number | undefined {
  const rows = SERVICE_ROWS.filter((row) => row.part === part && row.names.includes(word));
  return bestRow(rows, { id, provider })?.factor;
}

/** The row that names the model most closely. Without a provider only rows that name models count. */
function bestRow<Row extends ServiceRow | PieceRow>(rows: readonly Row[], { id, provider }: Where): Row | undefined {
  const fitting = rows.flatMap((row) => {
    if (provider === "" ? row.models.includes("*") : row.provider !== provider) return [];
    const lengths = row.models.filter((name) => fits(id, name)).map((name) => name.replace("*", "").length);
    return lengths.length === 0 ? [] : [{ row, length: Math.max(...lengths) }];
  });
  return fitting.sort((a, b) => b.length - a.length)[0]?.row;
}

function fits(id: string, name: string): boolean {
  if (name.endsWith("*")) return id.startsWith(name.slice(0, -1));
  return id.startsWith(name) && isDated(id.slice(name.length));
}

function changed(served: Served, change: ServiceChange): Served {
  if (typeof change === "number") {
    return {
      ...served,
      prices: multiplied(served.prices, change),
      factor: decimalProduct(served.factor, change),
    };
  }
  const given = pricesGiven(change);
  // Prices for input and output are complete for tokens: what else the standard service costs says nothing.
  return {
    ...served,
    prices: isWhole(change) ? { ...piecesOf(served.prices), ...given } : { ...served.prices, ...given },
  };
}
