import type { Note } from "../../books/draft.ts";
import { isSameModel } from "../../pricing/same-model.ts";
import type { UsageLine } from "../../usage/usage.ts";
import { showMany } from "../../values/show.ts";
import type { Gathered } from "../operation/gather-usage.ts";
import { causeOf } from "./causes.ts";
import type { MeterRead } from "./meter-read.ts";
import { unrecordedModels } from "./unrecorded.ts";

/** The name of the meter among the sources of a booking. */
export const METER_SOURCE = "meter";

/**
 * What a metered run used: what its meter recorded, and what files report beyond that: answers whose ids the meter
 * doesn't have and, where a file has no ids, models that it never saw. The rest of the files is only compared with its
 * record. If it saw nothing while a file shows usage, the run went round it: the file counts, with a warning.
 */
export function joined(gathered: Gathered, read: MeterRead): Gathered {
  const { lines, bytes, figures } = read;
  const files = { ...gathered, lines: gathered.lines.map(({ metered: _, ...line }) => line) };
  const unrecorded = unrecordedModels(read);
  if (lines.length === 0 && unrecorded.length === 0)
    return { ...withoutRecord(files, read), meter: { bytes, figures } };
  const isLost = isLostIn(read, unrecorded);
  const parts = gathered.lines.map((line) => partOf(line, read, unrecorded));
  const partsOf = (wanted: Part) => files.lines.filter((_, index) => parts[index] === wanted);
  const [round, unseen, compared] = [partsOf("round"), partsOf("unseen"), partsOf("metered")];
  const others = [...round, ...unseen];
  return {
    ...files,
    lines: [...lines, ...others],
    found: true,
    // What a file can't say the meter knows.
    incomplete: false,
    isMissing: false,
    cutShort: read.isCutShort || isLost,
    isBookedBefore: false,
    source: [METER_SOURCE, ...(others.length > 0 ? [files.source] : [])].join(", "),
    notes: [
      ...files.notes.map(asNotice),
      ...roundNotes(round, files),
      ...otherNotes(unseen, files),
      ...manyNotes(read, files),
      ...deadNotes(read.isCutShort),
      ...lostNotes(isLost),
      ...blindNotes(figures),
    ],
    isPartial: isBlind(figures),
    meter: { bytes, figures },
    ...(read.isFinal === true && figures !== undefined && { counted: { figures, recorded: read.whole, lines } }),
    ...(compared.length > 0 && { compared: { files: compared, meter: lines } }),
  };
}

type Named = Pick<UsageLine, "provider" | "model">;

/** What a line of a file is beside a meter's record: the same, answers of its models that it has not, or models. */
type Part = "metered" | "round" | "unseen";

/** `unrecorded` are models of which the meter saw more than its record has. */
function partOf(line: UsageLine, { lines, answers }: MeterRead, unrecorded: readonly Named[]): Part {
  if (line.metered === true) return "metered";
  if (![...lines, ...unrecorded].some((seen) => isSameModel(line, seen))) return "unseen";
  // One of the meter's answers without an id may be any of the file's.
  const isNamed = answers !== undefined && ![...answers.nameless, ...unrecorded].some((one) => isSameModel(line, one));
  return isNamed && line.metered === false ? "round" : "metered";
}

function withoutRecord(files: Gathered, { isCutShort, isFinal, figures, hasInner }: MeterRead): Gathered {
  const said = figures === undefined ? [] : unusedIn(figures);
  if (files.lines.length > 0) {
    const beside = said.length === 0 ? "" : ` What it saw used nothing: ${said.join("; ")}.`;
    const text = `This run used models without its meter seeing a request: it is booked from ${files.source}.${beside} ${causeOf(files)}`;
    return { ...files, notes: [...files.notes, { level: "warning", text }] };
  }
  if (isCutShort) return { ...files, notes: [...files.notes, ...deadNotes(true)] };
  const isUnused = isFinal === true && said.length > 0 && !isBlind(figures);
  if (isUnused) {
    const text = `Nothing is charged, for no request of this run used anything: ${said.join("; ")}.`;
    return { ...files, isUnused, notes: [...files.notes, { level: "warning", text }] };
  }
  const text = isBlind(figures)
    ? `The meter saw ${blindIn(figures)}, nothing else that it can count, and there is no usage file.`
    : `The meter saw no request of this run, and there is no usage file. ${hasInner === true ? INNER : causeOf(files)}`;
  return { ...files, notes: [...files.notes, { level: "warning", text }] };
}

const INNER = "Another meter was started inside of this run: requests since then went by that one.";

/** Requests that used nothing, by what became of them. */
function unusedIn({ refused, refusal, failed }: NonNullable<MeterRead["figures"]>): string[] {
  const no = Object.values(refused).reduce((sum, count) => sum + count, 0);
  const errors = Object.entries(failed).map(
    ([status, count]) => `${showMany(count, "answer")} with the status ${status}`,
  );
  return [
    ...(errors.length > 0 ? [`the provider gave ${errors.join(", ")}`] : []),
    ...(no > 0 ? [`the meter refused ${showMany(no, "request")} (${refusal?.text.replace(/\.$/, "") ?? ""})`] : []),
  ];
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

function roundNotes(round: readonly UsageLine[], files: Gathered): Note[] {
  if (round.length === 0) return [];
  const requests = round.reduce((sum, line) => sum + line.requests, 0);
  const models = [...new Set(round.map(({ model }) => model || "an unnamed model"))].join(", ");
  const count = requests === 1 ? "1 request" : `${requests} requests`;
  const text = `The usage files show ${count} to ${models} that the meter did not see, beside those that it saw: they are booked from there. ${causeOf(files)}`;
  return [{ level: "warning", text }];
}

function manyNotes({ answers }: MeterRead, files: Gathered): Note[] {
  if (answers?.areTooMany !== true || files.lines.length === 0) return [];
  const text =
    "The meter recorded too many answers to compare each with the usage files: requests that did not go through it are only recognized by their models.";
  return [{ level: "notice", text }];
}

function deadNotes(isCutShort: boolean): Note[] {
  if (!isCutShort) return [];
  const text =
    "The meter ended before the run did: what it recorded until then is booked, and one more request of that size, at least the estimate.";
  return [{ level: "warning", text }];
}

/** Whether answers could be written neither to the record nor, when the meter's process died, to its figures. */
function isLostIn({ figures }: MeterRead, unrecorded: readonly Pick<UsageLine, "requests">[]): boolean {
  const missing = unrecorded.reduce((sum, { requests }) => sum + requests, 0);
  return figures !== undefined && figures.restarts > 0 && figures.unwritten > missing;
}

function lostNotes(isLost: boolean): Note[] {
  if (!isLost) return [];
  const text =
    "The meter could not write what some answers used before its process died: one more request is booked, and at least the estimate.";
  return [{ level: "warning", text }];
}

function isBlind(figures: MeterRead["figures"]): figures is NonNullable<MeterRead["figures"]> {
  return figures !== undefined && figures.unknown + figures.unread > 0;
}

function blindIn({ unknown, unread }: NonNullable<MeterRead["figures"]>): string {
  const said = [
    ...(unread > 0 ? [`${showMany(unread, "answer")} without usage`] : []),
    ...(unknown > 0 ? [`${showMany(unknown, "request")} to addresses that it doesn't know`] : []),
  ];
  return said.join(" and ");
}

/** What passed the meter without saying what it used. */
function blindNotes(figures: MeterRead["figures"]): Note[] {
  if (!isBlind(figures)) return [];
  const text = `The meter saw ${blindIn(figures)}: if these cost anything, it isn't booked, and what is booked is a minimum.`;
  return [{ level: "warning", text }];
}
