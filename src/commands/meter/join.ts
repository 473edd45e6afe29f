import type { Note } from "../../books/draft.ts";
import { isSameModel } from "../../pricing/same-model.ts";
import type { UsageLine } from "../../usage/usage.ts";
import type { Gathered } from "../operation/gather-usage.ts";
import { causeOf } from "./causes.ts";
import type { MeterRead } from "./meter-read.ts";

/** The name of the meter among the sources of a booking. */
export const METER_SOURCE = "meter";

/**
 * What a metered run used: what its meter recorded, and what files report of models that the meter never saw. Of those
 * it saw, its record counts and the files are only compared with it. If it saw nothing while a file shows usage, the run
 * went round it: the file counts, with a warning.
 */
export function joined(files: Gathered, read: Omit<MeterRead, "whole">): Gathered {
  const { lines, isCutShort, bytes, figures } = read;
  if (lines.length === 0) return { ...withoutRecord(files, read), meter: { bytes, figures } };
  const isSeen = (line: UsageLine) => lines.some((seen) => isSameModel(line, seen));
  const others = files.lines.filter((line) => !isSeen(line));
  const compared = files.lines.filter(isSeen);
  return {
    ...files,
    lines: [...lines, ...others],
    found: true,
    // What a file can't say the meter knows.
    incomplete: false,
    isMissing: false,
    cutShort: isCutShort,
    isBookedBefore: false,
    source: [METER_SOURCE, ...(others.length > 0 ? [files.source] : [])].join(", "),
    notes: [...files.notes.map(asNotice), ...otherNotes(others, files), ...deadNotes(isCutShort)],
    meter: { bytes, figures },
    ...(compared.length > 0 && { compared: { files: compared, meter: lines } }),
  };
}

function withoutRecord(files: Gathered, { isCutShort, figures }: Omit<MeterRead, "whole">): Gathered {
  if (files.lines.length > 0) {
    const text = `This run used models without its meter seeing a request: it is booked from ${files.source}. ${causeOf(files)}`;
    return { ...files, notes: [...files.notes, { level: "warning", text }] };
  }
  if (isCutShort) return { ...files, notes: [...files.notes, ...deadNotes(true)] };
  const unread = figures?.unread ?? 0;
  const text =
    unread > 0
      ? `The meter saw ${unread} answers without usage that it can read, and there is no usage file.`
      : `The meter saw no request of this run, and there is no usage file. ${causeOf(files)}`;
  return { ...files, notes: [...files.notes, { level: "warning", text }] };
}

/** With a meter's record, a file that can't be read is no reason to charge an estimate. */
function asNotice(note: Note): Note {
  return { ...note, level: "notice" };
}

function otherNotes(others: readonly UsageLine[], files: Gathered): Note[] {
  if (others.length === 0) return [];
  const models = [...new Set(others.map(({ model }) => model || "an unnamed model"))].join(", ");
  const text = `The usage files show ${models}, which the meter never saw: they are booked from there. ${causeOf(files)}`;
  return [{ level: "warning", text }];
}

function deadNotes(isCutShort: boolean): Note[] {
  if (!isCutShort) return [];
  const text =
    "The meter ended before the run did: what it recorded until then is booked, and one more request of that size, at least the estimate.";
  return [{ level: "warning", text }];
}
