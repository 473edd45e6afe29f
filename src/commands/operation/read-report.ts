import type { Entry } from "../../books/entry.ts";
import { dayOfEntry } from "../../books/evolve.ts";
import {
  type Accumulator,
  addToReport,
  type ReportBooks,
  reportOf,
  startReport,
} from "../../insight/attribution/attribute.ts";
import { type ReportQuery, spanNeeded } from "../../insight/attribution/query.ts";
import type { Report } from "../../insight/attribution/report.ts";
import type { Snapshot } from "../../store/port.ts";
import { foldDays } from "./fold-days.ts";
import type { Draft, Ports } from "./ports.ts";

/** A file that gets what each entry of the period adds to it, and knows of those before. */
export type EntryFile = {
  readonly head: () => string;
  readonly note: (entry: Entry) => void;
  readonly add: (entry: Entry) => string;
  readonly end: () => string;
};

/** Where the texts of a file go, and a file that nothing was added to. */
export type Streamed = { readonly draft: Draft; readonly start: () => EntryFile };

/** A report as it was asked for, and the same with at most so many rows. */
export type ReadReport = { readonly report: Report; readonly withMost: (rows: number) => Report };

type Asked = { readonly snapshot: Snapshot; readonly query: ReportQuery; readonly books: ReportBooks };

type Reading = {
  readonly report: Accumulator;
  readonly file: EntryFile | undefined;
  readonly waiting: string[];
  isFresh: boolean;
};

/**
 * Reads a report from the ledger, and writes a file on the way that grows by entries, in constant memory. Throws a
 * BudgetError for a ledger that isn't whole.
 */
export async function readReport(ports: Ports, asked: Asked, streamed?: Streamed): Promise<ReadReport> {
  const { query, snapshot, books } = asked;
  const read = await foldDays<Reading>(ports, snapshot, {
    days: spanNeeded(query),
    start: () => startReading(startReport(query, books), streamed?.start()),
    add: (reading, entry) => {
      addToReport(reading.report, entry);
      addToFile(reading, entry, query);
      return reading;
    },
    pause: async (reading) => {
      if (streamed !== undefined) await write(reading, streamed.draft);
    },
  });
  if (streamed !== undefined) {
    read.waiting.push(read.file?.end() ?? "");
    await write(read, streamed.draft);
  }
  return {
    report: reportOf(read.report),
    withMost: (rows) => reportOf({ ...read.report, query: { ...query, top: query.top ?? rows } }),
  };
}

function startReading(report: Accumulator, file: EntryFile | undefined): Reading {
  return { report, file, waiting: file === undefined ? [] : [file.head()], isFresh: true };
}

/** A ledger that is read once more begins the file again. */
async function write(reading: Reading, draft: Draft): Promise<void> {
  if (reading.isFresh) await draft.restart();
  reading.isFresh = false;
  await draft.write(reading.waiting.splice(0).join(""));
}

function addToFile({ file, waiting }: Reading, entry: Entry, { period, timezone }: ReportQuery): void {
  if (file === undefined) return;
  const day = dayOfEntry({ current_month: entry.month, timezone }, entry);
  if (period.from <= day && day <= period.to) waiting.push(file.add(entry));
  else file.note(entry);
}
