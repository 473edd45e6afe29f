import { createHash } from "node:crypto";
import type { Note } from "../../books/draft.ts";
import type { RecordRequest } from "../../books/request.ts";
import type { Given } from "../../inputs/options.ts";
import type { UsedTokens } from "../../inputs/used-tokens.ts";
import { differenceWarning } from "../../pricing/charge.ts";
import { joinedByPrice } from "../../pricing/parts.ts";
import type { PricedLine, PriceOverrides } from "../../pricing/unit-prices.ts";
import { configLineFor, unpricedIn } from "../../pricing/unpriced.ts";
import { statedLines } from "../../usage/from-inputs.ts";
import type { UsageLine, UsageReport } from "../../usage/usage.ts";
import { UsageError } from "../../usage/usage-error.ts";
import { epochOf, type Instant } from "../../values/month.ts";
import type { Compared } from "../meter/compare.ts";
import type { MeterRead } from "../meter/meter-read.ts";
import type { Counted } from "../meter/unrecorded.ts";
import type { Ports, UsageFile, UsageSince } from "./ports.ts";

/** No model's prices reach back further than this: an earlier time is an error of the tool. */
const EARLIEST_MS = Date.UTC(2020, 0, 1);
/** How far the clock that wrote a time may be ahead of ours. */
const CLOCKS_APART_MS = 3_600_000;

/** When a run was, for usage that states no time of its own. */
export type UsageTime = { readonly startedAt: Instant; readonly now: Instant };

/** What a run used, before it is priced. */
export type Gathered = {
  readonly lines: readonly UsageLine[];
  /** A named file is missing, or a found one reports nothing. */
  readonly incomplete: boolean;
  /** A file shows a run up to where it was interrupted. */
  readonly cutShort: boolean;
  readonly found: boolean;
  readonly source: string;
  readonly notes: readonly Note[];
  /** The inputs state the usage. */
  readonly isStated: boolean;
  /** What the files say was booked before, and nothing else was used. */
  readonly isBookedBefore?: boolean;
  /** A named file can't be read. */
  readonly isMissing: boolean;
  /** The sessions that appear only in the tools' logs; no line names them. */
  readonly logged: readonly string[];
  /** How much of a meter's record this is, and what the meter says. */
  readonly meter?: Pick<MeterRead, "bytes" | "figures">;
  /** What files report of models that a meter recorded, too. */
  readonly compared?: Compared;
  /** What a meter counted: no less is booked. */
  readonly counted?: Counted;
  /** Something may have been used of which nobody can say what it costs. */
  readonly isPartial?: boolean;
  /** It is known that nothing was used. */
  readonly isUnused?: boolean;
  /** The files that were read, each with what it is known to be. */
  readonly files: readonly FileFacts[];
};

/** The inputs that state what a run used, or where to find it. */
export type UsageInputs = Pick<Given, "cost" | "model" | "provider" | "usageFile"> & {
  /** Of a command that takes token counts. */
  readonly used?: readonly UsedTokens[];
};

/** What is known about a file that was read. */
export type FileFacts = {
  /** The name of its format; undefined if it isn't recognized. */
  readonly format: string | undefined;
  /** The sessions it reports, by format and id. */
  readonly sessions: readonly string[];
  /** It reports no usage at all. */
  readonly isSilent: boolean;
};

/**
 * What a run used: from the inputs if they state it, otherwise from usage files. Files that can't be understood cause a
 * warning, and their usage is unknown.
 */
export async function gatherUsage(
  ports: Pick<Ports, "findUsage" | "readUsage">,
  inputs: UsageInputs,
  since: UsageSince,
): Promise<Gathered> {
  const stated = statedLines({
    tokens: inputs.used ?? [],
    cost: inputs.cost,
    model: inputs.model?.[0],
    provider: inputs.provider?.[0],
  });
  const looksForFiles = stated.length === 0 || inputs.usageFile !== undefined;
  const found = looksForFiles ? await ports.findUsage(inputs.usageFile ?? [], since) : { files: [], notes: [] };
  const isMissing = inputs.usageFile !== undefined && found.notes.length > 0;
  const read = found.files.length === 0 ? [] : await readFiles(ports, found.files, inputs);
  const isStated = stated.length > 0;
  const sources = [...(isStated ? ["inputs"] : []), ...read.flatMap(({ format }) => format ?? [])];
  return {
    lines: [...stated, ...read.flatMap((one) => one.lines)],
    incomplete: isMissing || read.some((one) => one.incomplete),
    cutShort: read.some((one) => one.cutShort),
    found: sources.length > 0 || read.length > 0,
    source: [...new Set(sources)].join(", ") || "none",
    notes: [...found.notes, ...read.flatMap((one) => one.notes)],
    isStated,
    isMissing,
    logged: [],
    files: read.map(({ format, lines }) => ({ format, sessions: sessionsIn(lines), isSilent: lines.length === 0 })),
  };
}

/** The sessions that lines belong to, each once. */
function sessionsIn(lines: readonly UsageLine[]): string[] {
  return [...new Set(lines.flatMap(({ session }) => session ?? []))];
}

/** A digest of the lines of each session: the same until the file is written again. */
export function digestsIn(lines: readonly UsageLine[]): Map<string, string> {
  return new Map(
    sessionsIn(lines).map((session) => {
      const text = JSON.stringify(lines.filter((line) => line.session === session));
      return [session, createHash("sha256").update(text).digest("hex").slice(0, 12)];
    }),
  );
}

/** A session by the tool and its id: two tools may give the same id. */
export function sessionKey(format: string, id: string): string {
  return `${format}:${id}`;
}

/**
 * The lines with their unit prices, and notes about them. A line is priced at its own time if the tool states a
 * plausible one, otherwise at the start of the run.
 */
export async function priceUsage(
  gathered: Gathered,
  time: UsageTime,
  overrides: PriceOverrides,
): Promise<{ readonly usage: RecordRequest["usage"]; readonly notes: readonly Note[] }> {
  const { incomplete, cutShort, found, source, counted, isBookedBefore = false } = gathered;
  const { isPartial = false, isUnused = false } = gathered;
  const known = { ...(isPartial && { isPartial }), ...(isUnused && { isUnused }) };
  const usage = { lines: [], incomplete, cutShort, found, source, isBookedBefore, ...known };
  if (gathered.lines.length === 0 && counted === undefined) return { usage, notes: [] };
  const { unitPricesOf } = await import("../../pricing/prices.ts");
  const price = (line: UsageLine) => unitPricesOf(line, timeOf(line, time), overrides);
  const { lines, added, notes: missing } = await wholeOf(gathered, price);
  const joined = joinedByPrice(await Promise.all(lines.map(price)));
  const more =
    gathered.compared === undefined ? [] : await comparedNotes(gathered.compared, { added, time, overrides });
  // Requests of one model are several lines if their prices differ: what is missing for all of them is reported once.
  const notes = new Map(joined.flatMap(priceNotes).map((note) => [note.text, note]));
  return { usage: { ...usage, lines: joined }, notes: [...missing, ...notes.values(), ...more] };
}

/** The lines to book; of a metered run with what its meter counted beyond its record. Only such a run needs the code. */
async function wholeOf({ lines, counted }: Gathered, price: (line: UsageLine) => Promise<PricedLine>) {
  if (counted === undefined) return { lines, added: [], notes: [] };
  return (await import("../meter/unrecorded.ts")).withUnrecorded(lines, counted, price);
}

type Comparing = {
  readonly added: readonly UsageLine[];
  readonly time: UsageTime;
  readonly overrides: PriceOverrides;
};

/** Only a metered run needs the code. */
async function comparedNotes({ files, meter }: Compared, { added, time, overrides }: Comparing): Promise<Note[]> {
  const { comparisonNotes } = await import("../meter/compare.ts");
  return comparisonNotes({ files, meter: [...meter, ...added] }, time.now, overrides);
}

/**
 * The time of a line's usage if the tool's time is plausible; otherwise the start of the run if the machine's time is.
 */
function timeOf({ at }: UsageLine, { startedAt, now }: UsageTime): Instant {
  const latest = epochOf(now) + CLOCKS_APART_MS;
  const isPossible = (time: Instant) => epochOf(time) >= EARLIEST_MS && epochOf(time) <= latest;
  return [at, startedAt].find((time) => time !== undefined && isPossible(time)) ?? now;
}

function priceNotes(line: PricedLine): Note[] {
  const difference = differenceWarning(line);
  if (difference !== undefined) return [{ level: "warning", text: difference }];
  if (line.pricedAs !== undefined) return [{ level: "notice", text: pricedAsText(line, line.pricedAs) }];
  const unpriced = unpricedIn(line);
  return unpriced === undefined ? [] : [{ level: "warning", text: unpriced.warning }];
}

function pricedAsText({ model }: PricedLine, asked: string): string {
  return `No price is known for ${model}: it is priced as ${asked}, which was asked for. If that is wrong, add its price to the policy file:\n${configLineFor(model)}`;
}

type ReadFile = Pick<Gathered, "lines" | "incomplete" | "cutShort" | "notes"> & Pick<FileFacts, "format">;

async function readFiles(
  ports: Pick<Ports, "readUsage">,
  files: readonly UsageFile[],
  inputs: Pick<Given, "model">,
): Promise<ReadFile[]> {
  const reports = await ports.readUsage(files.map(({ text }) => text));
  return reports.map((report, index) => {
    const path = files[index]?.path ?? "";
    return report instanceof UsageError ? unreadFile(path, report) : readFile(path, report, inputs);
  });
}

function readFile(path: string, report: UsageReport, inputs: Pick<Given, "model">): ReadFile {
  // Some tools don't name their model; then the input that names exactly one does.
  const model = inputs.model?.length === 1 ? inputs.model[0] : undefined;
  const lines = report.lines.map((line) => ({
    ...line,
    ...(line.model === "" && model !== undefined && { model, assumed: true }),
    ...(line.session !== undefined && { session: sessionKey(report.format, line.session) }),
  }));
  const notes: Note[] = report.notes.map((text) => ({ level: "notice", text: `${path}: ${text}` }));
  const isSilent = lines.length === 0;
  const broken = { incomplete: !report.complete && isSilent, cutShort: !report.complete && !isSilent };
  return { lines, ...broken, notes, format: report.format };
}

function unreadFile(path: string, { code, message }: UsageError): ReadFile {
  const advice = code === "too-much" ? " Name a smaller file of the same run, or state its tokens or its cost." : "";
  const text = `${path} says nothing about usage: ${message}${advice}`;
  return { lines: [], incomplete: true, cutShort: false, notes: [{ level: "warning", text }], format: undefined };
}
