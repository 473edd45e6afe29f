import { chargeOfLine } from "../../pricing/charge.ts";
import type { PriceOverrides } from "../../pricing/unit-prices.ts";
import { boundedSum, type NanoUsd, ZERO } from "../../values/money.ts";
import { instantOf } from "../../values/month.ts";
import { gatherUsage, priceUsage } from "../operation/gather-usage.ts";
import type { Ports } from "../operation/ports.ts";

/**
 * What a run costs so far by what its tools have written since an instant, milliseconds since 1970: its usage files,
 * and sessions that are only in the tools' logs.
 */
export async function watchedCost(
  ports: Pick<Ports, "findUsage" | "readUsage" | "findSessions" | "now">,
  { usageFile, sinceMs }: { readonly usageFile: readonly string[] | undefined; readonly sinceMs: number },
  prices: PriceOverrides,
): Promise<NanoUsd> {
  const gathered = await gatherUsage(ports, { usageFile }, { sinceMs });
  const known = new Set(gathered.files.map(({ format }) => format));
  const sessions = (await ports.findSessions(sinceMs)).filter(({ format }) => !known.has(format));
  const lines = [...gathered.lines, ...sessions.flatMap((session) => session.lines)];
  const time = { startedAt: instantOf(sinceMs), now: instantOf(ports.now()) };
  const { usage } = await priceUsage({ ...gathered, lines }, time, prices);
  return boundedSum(usage.lines.map((line) => chargeOfLine(line)?.cost ?? ZERO));
}
