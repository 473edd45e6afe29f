import type { Note } from "../budget/books.ts";
import { epochOf, type Instant } from "../budget/month.ts";
import type { RecordRequest } from "../budget/request.ts";
import type { Inputs } from "../config/parse-inputs.ts";
import { differenceWarning } from "../pricing/charge.ts";
import { joinedByPrice } from "../pricing/parts.ts";
import type { PricedLine, PriceOverrides } from "../pricing/unit-prices.ts";
import { unpricedIn } from "../pricing/unpriced.ts";
import { statedLines } from "../usage/from-inputs.ts";
import { readUsage } from "../usage/read-usage.ts";
import type { UsageLine } from "../usage/usage.ts";
import { UsageError } from "../usage/usage-error.ts";
import type { Ports, UsageFile } from "./ports.ts";

/** Prices of no model reach back further than this: such a time is a fault of the tool's. */
const EARLIEST_MS = Date.UTC(2020, 0, 1);
/** How far the clock of whoever wrote a time may be ahead of ours. */
const CLOCKS_APART_MS = 3_600_000;

/** When a run was, for usage that states no time of its own. */
export type UsageTime = { readonly startedAt: Instant; readonly now: Instant };

/** What a run used, before it is priced. */
export type Gathered = {
  readonly lines: readonly UsageLine[];
  readonly incomplete: boolean;
  readonly found: boolean;
  readonly source: string;
  readonly notes: readonly Note[];
};

/**
 * What a run used: from the inputs where they say it, else from usage files. Files that can't be understood are a
 * warning, and what they held is unknown.
 */
export async function gatherUsage(
  ports: Pick<Ports, "findUsage">,
  inputs: Pick<Inputs, "used" | "cost" | "model" | "provider" | "usageFile">,
  sinceMs: number,
): Promise<Gathered> {
  const stated = statedLines({
    tokens: inputs.used,
    cost: inputs.cost,
    model: inputs.model?.[0],
    provider: inputs.provider?.[0],
  });
  const looksForFiles = stated.length === 0 || inputs.usageFile !== undefined;
  const found = looksForFiles ? await ports.findUsage(inputs.usageFile ?? [], sinceMs) : { files: [], notes: [] };
  const read = found.files.map((file) => readFile(file, inputs));
  const sources = [...(stated.length > 0 ? ["inputs"] : []), ...read.flatMap((one) => one.source)];
  return {
    lines: [...stated, ...read.flatMap((one) => one.lines)],
    incomplete: read.some((one) => one.incomplete) || (inputs.usageFile !== undefined && found.notes.length > 0),
    found: sources.length > 0 || read.length > 0,
    source: [...new Set(sources)].join(", ") || "none",
    notes: [...found.notes, ...read.flatMap((one) => one.notes)],
  };
}

/**
 * The lines with their unit prices, and what people should know about them. A line is priced as of its own time where
 * the tool states one that can be, else as of the start of the run.
 */
export async function priceUsage(
  gathered: Gathered,
  time: UsageTime,
  overrides: PriceOverrides,
): Promise<{ readonly usage: RecordRequest["usage"]; readonly notes: readonly Note[] }> {
  const { lines, incomplete, found, source } = gathered;
  if (lines.length === 0) return { usage: { lines: [], incomplete, found, source }, notes: [] };
  const { unitPricesOf } = await import("../pricing/prices.ts");
  const priced = await Promise.all(lines.map((line) => unitPricesOf(line, timeOf(line, time), overrides)));
  const joined = joinedByPrice(priced);
  // Requests of one model are several lines where their prices differ: what is missing for all of them is said once.
  const notes = new Map(joined.flatMap(priceNotes).map((note) => [note.text, note]));
  return { usage: { lines: joined, incomplete, found, source }, notes: [...notes.values()] };
}

/** When a line's usage was, as far as its tool can be believed; else when the run began, as far as its machine can. */
function timeOf({ at }: UsageLine, { startedAt, now }: UsageTime): Instant {
  const latest = epochOf(now) + CLOCKS_APART_MS;
  const isPossible = (time: Instant) => epochOf(time) >= EARLIEST_MS && epochOf(time) <= latest;
  return [at, startedAt].find((time) => time !== undefined && isPossible(time)) ?? now;
}

function priceNotes(line: PricedLine): Note[] {
  const difference = differenceWarning(line);
  if (difference !== undefined) return [{ level: "warning", text: difference }];
  const unpriced = unpricedIn(line);
  return unpriced === undefined ? [] : [{ level: "warning", text: unpriced.warning }];
}

type ReadFile = Pick<Gathered, "lines" | "incomplete" | "notes"> & { readonly source: readonly string[] };

function readFile(file: UsageFile, inputs: Pick<Inputs, "model">): ReadFile {
  try {
    const report = readUsage(file.text);
    // Some tools don't say which model they used; then the one input that names it does.
    const model = inputs.model?.length === 1 ? inputs.model[0] : undefined;
    const lines = report.lines.map((line) => ({
      ...line,
      ...(line.model === "" && model !== undefined && { model, assumed: true }),
      // Sessions are remembered by tool: two tools may give the same id.
      ...(line.session !== undefined && { session: `${report.format}:${line.session}` }),
    }));
    const notes: Note[] = report.notes.map((text) => ({ level: "notice", text: `${file.path}: ${text}` }));
    return { lines, incomplete: !report.complete, notes, source: [report.format] };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const text = `${file.path} says nothing about usage: ${error.message}`;
    return { lines: [], incomplete: true, notes: [{ level: "warning", text }], source: [] };
  }
}
