import type { Ratio } from "./ratio.ts";
import { HUNDRED_PERCENT, thousandthsOf } from "./ratio.ts";
import type { Tier } from "./statement-rules.ts";

/** Tokens in hundred-thousandths of a token: percentages have three decimals. */
export type EffectiveTokens = bigint;

/** What the first tokens of a month count as, marginally: each tier's percentage is that of its own tokens. */
export function effectiveTokens(tiers: readonly Tier[], tokens: number): EffectiveTokens {
  let from = 0;
  let effective = 0n;
  for (const { upTo = Number.MAX_SAFE_INTEGER, percent } of tiers) {
    const within = Math.max(0, Math.min(tokens, upTo) - from);
    effective += BigInt(within) * thousandthsOf(percent);
    from = upTo;
  }
  return effective;
}

/** The share of their cost at which tokens are charged that come after others; none at cost. */
export function tierRatio(tiers: readonly Tier[], { before, tokens }: { before: number; tokens: number }): Ratio {
  if (tokens === 0) return { part: 1n, of: 1n };
  const part = effectiveTokens(tiers, before + tokens) - effectiveTokens(tiers, before);
  return { part, of: BigInt(tokens) * HUNDRED_PERCENT };
}

/** Effective tokens as a number of tokens. */
export function tokensOf(effective: EffectiveTokens): number {
  return Number(effective) / Number(HUNDRED_PERCENT);
}
