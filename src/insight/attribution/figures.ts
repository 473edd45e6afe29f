import { bounded, type NanoUsd } from "../../values/money.ts";
import type { GroupFigures, TokensByKind } from "./report.ts";
import type { Lack, Sums } from "./sums.ts";

/** The figures of a group. What isn't known is left out. */
export function figuresOf(sums: Sums): GroupFigures {
  const { cost, estimated, retry, executions, prs, lines, requests, measured, judged, succeeded, lacks } = sums;
  const tokens = tokensOf(sums);
  const known = (count: number, lack: Lack) => (count === 0 && lacks.includes(lack) ? undefined : count);
  const per = (count: number, lack: Lack) => (count > 0 && !lacks.includes(lack) ? perOne(cost, count) : undefined);
  const outcomes = [...(sums.outcomes ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    cost,
    estimated,
    executions: known(executions, "executions"),
    tokens,
    requests: lines > 0 ? requests : undefined,
    cacheHitRate: tokens !== undefined && tokens.input > 0 ? tokens.cacheRead / tokens.input : undefined,
    prs: known(prs, "prs"),
    outcomes: Object.fromEntries(outcomes),
    successRate: judged > 0 ? succeeded / judged : undefined,
    retry,
    perExecution: per(executions, "executions"),
    perPr: per(prs, "prs"),
    perOutcome: Object.fromEntries(
      outcomes.flatMap(([name, count]) => {
        const one = per(count, "outcomes");
        return one === undefined ? [] : [[name, one]];
      }),
    ),
    tokensPerExecution:
      tokens !== undefined && measured > 0 ? Math.round((tokens.input + tokens.output) / measured) : undefined,
  };
}

/** Undefined where no usage was counted: a finished figure in dollars has no tokens. */
function tokensOf({ input, cacheRead, cacheWrite, output, reasoning }: Sums): TokensByKind | undefined {
  return input === 0 && output === 0 ? undefined : { input, cacheRead, cacheWrite, output, reasoning };
}

function perOne(cost: NanoUsd, count: number): NanoUsd {
  return bounded(Math.round(cost / count));
}
