import { readFile, stat } from "node:fs/promises";
import type { MeterRead } from "../../commands/meter/meter-read.ts";
import type { MeterFigures } from "../../meter/figures.ts";
import type { TextRef } from "../../usage/text.ts";
import type { UsageLine, UsageReport } from "../../usage/usage.ts";
import type { UsageError } from "../../usage/usage-error.ts";
import { MAX_NANO_USD, usdOf } from "../../values/money.ts";

const NEWLINE = 0x0a;
const MOST_COST = usdOf(MAX_NANO_USD);

type ReadUsage = (texts: readonly TextRef[]) => Promise<readonly (UsageReport | UsageError)[]>;

/** A meter's files, up to where its record was booked, and what is known of its end. */
export type MeterFiles = {
  /** Its record, and its live file. */
  readonly record: string;
  readonly live: string;
  /** How many bytes of the record were booked before. */
  readonly from: number;
  /** What the meter itself said last; undefined if it didn't answer. */
  readonly figures?: MeterFigures | undefined;
  /** It was asked to end, so an answer that didn't come means that it was killed. */
  readonly isOver: boolean;
};

/** What a meter recorded, and its figures: its own, otherwise those of its live file. */
export async function readMeter(files: MeterFiles, readUsage: ReadUsage): Promise<MeterRead> {
  const { record, live, from, isOver } = files;
  const own = files.figures !== undefined && areSound(files.figures) ? files.figures : undefined;
  const figures = own ?? (await liveFigures(live));
  const { size } = (await stat(record).catch(() => undefined)) ?? { size: 0 };
  const whole = size === 0 ? [] : await linesOf({ path: record, size }, readUsage);
  const rest = from === 0 ? whole : ((await linesSince(record, from, readUsage)) ?? whole);
  const isCutShort = isOver && own === undefined && figures?.ended !== true;
  const isFinal = isOver && !isCutShort;
  return { whole, lines: rest, bytes: size, isCutShort, isFinal, figures };
}

/** What follows what was booked; undefined if that isn't what the record begins with, as where it was written anew. */
async function linesSince(record: string, from: number, readUsage: ReadUsage) {
  const bytes = await readFile(record).catch(() => Buffer.alloc(0));
  if (bytes[from - 1] !== NEWLINE) return undefined;
  const text = bytes.subarray(from).toString("utf8");
  return text.trim() === "" ? [] : linesOf({ printed: text }, readUsage);
}

async function linesOf(text: TextRef, readUsage: ReadUsage): Promise<readonly UsageLine[]> {
  const [report] = await readUsage([text]);
  return report !== undefined && "lines" in report ? report.lines : [];
}

async function liveFigures(path: string): Promise<MeterFigures | undefined> {
  try {
    const figures = JSON.parse(await readFile(path, "utf8")) as MeterFigures;
    return figures.version === 1 && areSound(figures) ? figures : undefined;
  } catch {
    return undefined;
  }
}

/** Whether figures can be counted with: who wrote the file, or answers on the meter's port, may be another program. */
function areSound(figures: MeterFigures): boolean {
  const { models, cost, requests, unwritten, restarts, unknown, unread, refused, failed, refusal } = figures;
  if (![models, refused, failed].every((one) => typeof one === "object" && one !== null)) return false;
  const counts = [requests, unwritten, restarts, unknown, unread, ...Object.values(refused), ...Object.values(failed)];
  const areStatuses = Object.keys(failed).every((status) => /^\d{3}$/.test(status));
  const isSaid = refusal === null || typeof refusal?.text === "string";
  return (
    Array.isArray(models) && isCost(cost) && counts.every(isCount) && areStatuses && isSaid && models.every(isModel)
  );
}

function isModel(one: Partial<MeterFigures["models"][number]> | null): boolean {
  if (typeof one?.provider !== "string" || typeof one.model !== "string") return false;
  const isAsked = one.asked === undefined || typeof one.asked === "string";
  return isAsked && isCost(one.cost) && [one.requests, one.input, one.cache_read, one.output].every(isCount);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isCost(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= MOST_COST;
}
