import { posix } from "node:path";
import type { Entry } from "../books/entry.ts";
import { reportCsv } from "../export/report-csv.ts";
import { reportJson } from "../export/report-json.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import type { Format } from "../inputs/report-kinds.ts";
import { statementRulesOf } from "../inputs/statement-rules-of.ts";
import { type ReportBooks, reportBooks } from "../insight/attribution/attribute.ts";
import { entryWithoutPeople, withoutPeople } from "../insight/attribution/people.ts";
import { comparedSpan, type ReportQuery } from "../insight/attribution/query.ts";
import type { Report } from "../insight/attribution/report.ts";
import { type Reported, reportNotes, reportSentence } from "../report/report-sentence.ts";
import { type ReportView, renderReport, renderReportFile } from "../report/report-text.ts";
import { ledgerFolderOf } from "../store/files/paths.ts";
import { spanKey, spanOf } from "../values/date-span.ts";
import { BudgetError } from "../values/errors.ts";
import { jsonText } from "../values/json-text.ts";
import { minus, plainUsd } from "../values/money.ts";
import { dayOf } from "../values/month.ts";
import { type Look, look } from "./operation/look.ts";
import { hashIn } from "./operation/person-hash.ts";
import type { Draft, Fill, Ports } from "./operation/ports.ts";
import { type ReadReport, readReport, type Streamed } from "./operation/read-report.ts";
import { lookedOutcome } from "./outcome/done.ts";
import type { Outcome } from "./outcome/outcome.ts";

type ReportInputs = InputsOf<"report">;

type Asked = {
  readonly inputs: ReportInputs;
  readonly looked: Look;
  readonly query: ReportQuery;
  readonly books: ReportBooks;
  readonly format: Format;
  /** The file to write, if any. */
  readonly file: string | undefined;
};

/** So many rows are shown where people read them, unless `top` says otherwise. */
const MOST_SHOWN = 50;

/** What programs read has no other way out of a workflow than a file. */
const ENDINGS: Readonly<Record<Format, string | undefined>> = {
  terminal: undefined,
  markdown: undefined,
  json: "json",
  csv: "csv",
  focus: "focus.csv",
};

/**
 * Reports what a period cost from the ledger, by any dimensions, and writes it to a file or prints it. Writes nothing to
 * the books. Throws a BudgetError.
 */
export async function report(ports: Ports, inputs: ReportInputs): Promise<Outcome> {
  const asked = askedOf(ports, inputs, await look(ports, {}));
  const { file, format } = asked;
  const isPrinted = file === undefined && ports.print !== null && format !== "terminal";
  const read = await readAnd(ports, asked, file === undefined ? ports.print : (fill) => ports.writeFile(file, fill));
  const outcome = reportOutcome(ports, asked, read);
  return isPrinted ? { ...outcome, isPrinted } : outcome;
}

/** Reads the report and passes its text on, if anything takes it. */
async function readAnd(ports: Ports, asked: Asked, pass: ((fill: Fill) => Promise<void>) | null): Promise<ReadReport> {
  const isShown = asked.format === "terminal" && asked.file === undefined;
  if (pass === null || isShown) return readReport(ports, sourceOf(asked));
  let read: ReadReport | undefined;
  await pass(async (draft) => {
    read = await filledWith(ports, asked, draft);
  });
  if (read === undefined) throw new Error("What fills a draft wasn't called");
  return read;
}

async function filledWith(ports: Ports, asked: Asked, draft: Draft): Promise<ReadReport> {
  if (asked.format === "focus") return readReport(ports, sourceOf(asked), await focusIn(ports, asked, draft));
  const read = await readReport(ports, sourceOf(asked));
  await draft.write(textOf(ports, asked, read));
  return read;
}

/** FOCUS rows, whose code no other form of a report waits for. */
async function focusIn(ports: Ports, { inputs, query, looked }: Asked, draft: Draft): Promise<Streamed> {
  const { focusFile } = await import("../export/focus/focus.ts");
  const { description } = ports.store.place;
  const { focusVersion: version = "1.3", grain = "run", billedCost = "amount" } = inputs;
  const { rules, snapshot } = looked;
  const shared = { rules: statementRulesOf(rules.policy), period: query.period };
  const allocationOf = await (await import("./operation/focus-allocations.ts")).allocationsIn(ports, snapshot, shared);
  const hash = hashIn(description);
  const shownOf = inputs.people === "none" ? (entry: Entry) => entryWithoutPeople(entry, hash) : undefined;
  const account = { id: description };
  const terms = { version, grain, billedCost, timezone: query.timezone, account, allocationOf, shownOf };
  return { draft, start: () => focusFile(terms) };
}

function sourceOf({ query, books, looked }: Asked) {
  return { query, books, snapshot: looked.snapshot };
}

function textOf(ports: Ports, asked: Asked, read: ReadReport): string {
  const { report, isKnown } = reportedOf(ports, asked, read.report);
  switch (asked.format) {
    case "json":
      return `${jsonText(reportJson({ report, isKnown }), 2)}\n`;
    case "csv":
      return reportCsv({ report, isKnown });
    case "terminal":
      return renderReportFile(viewOf(ports, asked, read));
    default:
      return renderReport(viewOf(ports, asked, read));
  }
}

function reportOutcome(ports: Ports, asked: Asked, read: ReadReport): Outcome {
  const { looked, file } = asked;
  const reported = reportedOf(ports, asked, read.report);
  const view = { ...viewOf(ports, asked, read), file };
  const { sentence, title } = view;
  const { total, before } = reported.report;
  const known = {
    ...(reported.isKnown && { cost: plainUsd(total.cost) }),
    ...(reported.isKnown && before !== undefined && { change: plainUsd(minus(total.cost, before.cost)) }),
    ...(file !== undefined && { report: file }),
  };
  const notes = [...looked.notes, ...reportNotes(reported).map((text) => ({ level: "notice" as const, text }))];
  const outcome = lookedOutcome(ports, looked, { title, sentence, tone: "good", notes, outputs: known });
  return { ...outcome, details: { report: reportJson(reported) }, view };
}

function viewOf(ports: Ports, asked: Asked, { withMost }: ReadReport): ReportView {
  const reported = reportedOf(ports, asked, withMost(MOST_SHOWN));
  return {
    ...reported,
    title: "Report",
    sentence: reportSentence(reported),
    notes: reportNotes(reported),
    name: asked.looked.rules.settings.name,
  };
}

function reportedOf({ store }: Ports, { inputs, looked, query }: Asked, report: Report): Reported {
  const { period, today } = query;
  const hasLedger = looked.snapshot.state.kind === "state";
  const isBefore = report.since !== undefined && report.since > period.to;
  return {
    report: inputs.people === "none" ? withoutPeople(report, hashIn(store.place.description)) : report,
    isKnown: hasLedger && !isBefore && period.from <= today,
    books: looked.isNew ? "none" : hasLedger ? "known" : "of version 1.0",
    place: store.place.description,
  };
}

function askedOf(ports: Ports, inputs: ReportInputs, looked: Look): Asked {
  const { timezone } = looked.state;
  const today = dayOf(looked.snapshot.at, timezone);
  const period = spanOf(inputs.period ?? "this-month", today);
  if (period === undefined) throw new Error(`${inputs.period} is no span`);
  const { compare = "none", by = ["model"], sort = "cost", top } = inputs;
  const query = { period, compare: comparedSpan(period, compare, today), today, by, timezone, sort, top };
  const format = inputs.format ?? formatOf(inputs.output) ?? (ports.edge === "terminal" ? "terminal" : "markdown");
  const { state } = looked.snapshot;
  const books = state.kind === "state" ? reportBooks(state.state) : {};
  return { inputs, looked, query, books, format, file: fileOf(ports, { inputs, query, format }) };
}

/** Whether a file would be the state's or one of the ledger's. */
function isOfBooks(output: string, path: string): boolean {
  const place = posix.normalize(output.replaceAll("\\", "/"));
  return place === path || place.startsWith(`${ledgerFolderOf(path)}/`);
}

/** The form that a file's ending says. */
function formatOf(output = ""): Format | undefined {
  if (/\.json$/i.test(output)) return "json";
  if (/\.csv$/i.test(output)) return "csv";
  return /\.(md|markdown)$/i.test(output) ? "markdown" : undefined;
}

function fileOf(ports: Ports, { inputs, query, format }: Pick<Asked, "inputs" | "query" | "format">) {
  if (inputs.output !== undefined && isOfBooks(inputs.output, ports.store.place.path)) {
    throw new BudgetError("bad-input", "Bad input: output is a file of the books: name another one.");
  }
  const ending = ports.edge === "action" ? ENDINGS[format] : undefined;
  if (inputs.output !== undefined || ending === undefined) return inputs.output;
  return `token-budget-report-${spanKey(query.period).replace("/", "_")}.${ending}`;
}
