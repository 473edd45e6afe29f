import { countIn, partIn } from "../count-in.ts";
import { type Said, soundLines } from "../sound-lines.ts";
import { COUNT_KEYS, isEmptyUsage, type UsageFacts, type UsageLine, usageLine } from "../usage.ts";
import { UsageError } from "../usage-error.ts";
import { billOf, withBill } from "./copilot-cli-bill.ts";
import type { Request, Session, Stretch, Used } from "./copilot-cli-session.ts";

/** What a session's shutdowns say, in the order of time: single requests where they are known and none is billed. */
export function saidByShutdowns(session: Session): Said[] {
  let before: Figures = { lines: [], units: 0 };
  const said: Said[] = [];
  for (const stretch of session.stretches) {
    const { lines, odd } = parsed(stretch);
    const grown = grownBy(stretch, lines, before);
    said.push(...linesOf(stretch, { ...grown, taken: billedFor(odd) }, session.model).map(asSaid), ...odd);
    before = { lines, units: stretch.units };
  }
  return said;
}

/** What was billed since the last shutdown, where nothing else says it. */
export function saidByCheckpoint(session: Session): Said[] {
  const { checkpoint = 0, requests } = session;
  const known = session.stretches.at(-1)?.units ?? 0;
  const units = checkpoint >= known ? checkpoint - known : checkpoint;
  if (units <= 0 || areBilled(requests)) return [];
  const model = session.model || (session.stretches.at(-1)?.models.at(-1)?.model ?? "");
  return [{ about: { model, at: session.at, requests: 1 }, counts: () => ({}), cost: () => billOf(units) }];
}

/** The single requests since the last shutdown, unless a checkpoint has the bill that they lack. */
export function saidByRequests(session: Session): Said[] {
  return saidByCheckpoint(session).length > 0 ? [] : session.requests.map(saidOf);
}

type Figures = { readonly lines: readonly UsageLine[]; readonly units: number };

function parsed({ models, at }: Stretch): { lines: UsageLine[]; odd: Said[] } {
  const said = models.map((used) => saidOf({ ...used, at }));
  const lines = said.map(lineIn);
  return {
    lines: lines.filter((line) => line !== undefined),
    odd: said.filter((_, index) => lines[index] === undefined),
  };
}

/** What the models with invalid counts were billed, in nano-dollars: it is used instead. */
function billedFor(odd: readonly Said[]): number {
  const bills = odd.map(({ about, cost }) => lineIn({ about, counts: () => cost?.() ?? {} })?.reported_cost ?? 0);
  return bills.reduce((sum: number, bill) => sum + bill, 0);
}

/** Newer versions keep counting when a session is resumed: then a shutdown's figures contain those before it. */
function grownBy({ units, isRunningTotal }: Stretch, lines: readonly UsageLine[], before: Figures): Figures {
  const rests = lines.map((line) => {
    const known = before.lines.find(({ model }) => model === line.model);
    return known ? restOf(line, known) : line;
  });
  const grown = rests.filter((line) => line !== undefined);
  const areAllThere = before.lines.every(({ model }) => lines.some((line) => line.model === model));
  const goesOn = isRunningTotal && areAllThere && grown.length === lines.length && units >= before.units;
  return goesOn ? { lines: grown, units: units - before.units } : { lines, units };
}

type Grown = Figures & { readonly taken: number };

function linesOf({ requests, at }: Stretch, { lines, units, taken }: Grown, model: string): UsageLine[] {
  const bill = (billOf(units).reported_cost ?? 0) - taken;
  const isBillAlone = lines.length === 0 && bill > 0;
  return withBill(isBillAlone ? [usageLine({ model, at, requests: 1 })] : lines, bill)
    .flatMap((line) => {
      const own = requests.filter((request) => request.model === line.model);
      // A bill needs no prices: neither by length nor otherwise.
      return line.reported_cost === undefined ? requestByRequest(line, own) : [line];
    })
    .filter((line) => !isEmptyUsage(line) || line.reported_cost !== undefined);
}

/** What the requests leave of a model's figures, and each of them; the figures alone where they don't contain them. */
function requestByRequest(line: UsageLine, requests: readonly Request[]): UsageLine[] {
  const single = requests.map((request) => lineIn(saidOf(request)));
  const sound = single.filter((one) => one !== undefined);
  if (single.length === 0 || sound.length < single.length) return [line];
  let rest: UsageLine | undefined = line;
  for (const one of sound) rest = rest && restOf(rest, one);
  if (rest === undefined) return [line];
  return isEmptyUsage(rest) ? sound : [{ ...rest, aggregate: true }, ...sound];
}

function saidOf({ model, facts, requests, at }: Used & Pick<Request, "at">): Said {
  return {
    about: { model, at },
    counts: () => ({ ...countsOf(facts), requests: Math.max(1, requests), aggregate: requests !== 1 }),
    cost: () => billOf(unitsIn(facts)),
  };
}

function countsOf(facts: Used["facts"]): UsageFacts {
  const output = countIn(facts, "outputTokens");
  return {
    input: countIn(facts, "inputTokens"),
    cache_read: countIn(facts, "cacheReadTokens"),
    cache_write_5m: countIn(facts, "cacheWriteTokens"),
    output,
    reasoning: Math.min(output, countIn(facts, "reasoningTokens")),
  };
}

function unitsIn(facts: Used["facts"]): number {
  return countIn(facts, "totalNanoAiu") || countIn(partIn(facts, "copilotUsage"), "totalNanoAiu");
}

function areBilled(requests: readonly Request[]): boolean {
  return (
    requests.length > 0 &&
    requests.every(({ facts }) => lineIn({ about: {}, counts: () => billOf(unitsIn(facts)) })?.billed)
  );
}

/** One part that makes sense; undefined if it doesn't. */
function lineIn(said: Said): UsageLine | undefined {
  try {
    const { lines, notes } = soundLines([said]);
    return notes.length === 0 ? lines[0] : undefined;
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

function restOf(line: UsageLine, known: UsageLine): UsageLine | undefined {
  const counts = COUNT_KEYS.map((key) => [key, Math.max(key === "requests" ? 1 : -1, line[key] - known[key])]);
  const claim = line.reported_cost === undefined ? undefined : line.reported_cost - (known.reported_cost ?? 0);
  return lineIn({
    about: line,
    counts: () => ({ ...Object.fromEntries(counts), reported_cost: claim as UsageLine["reported_cost"] }),
  });
}

function asSaid(line: UsageLine): Said {
  return { about: line, counts: () => line };
}
