import { hasMonth, lastClosedMonth } from "../books/messages/recap-facts.ts";
import type { State } from "../books/state.ts";
import type { IssuedStatement } from "../books/statement-keys.ts";
import { statementJson, statementsCsv } from "../export/statement.ts";
import { statementRulesOf } from "../inputs/statement-rules-of.ts";
import type { Statement } from "../insight/allocation/statement.ts";
import { fileOf, issuedFor, nextNumber } from "../insight/allocation/statement-number.ts";
import type { StatementPage } from "../insight/allocation/statement-page.ts";
import type { Entity, StatementRules } from "../insight/allocation/statement-rules.ts";
import { renderStatement } from "../report/statement-text.ts";
import { statementsFolderOf } from "../store/files/paths.ts";
import type { BookFile, Snapshot } from "../store/port.ts";
import { orThrow } from "../store/transact.ts";
import { BudgetError } from "../values/errors.ts";
import { dayOf, type Month } from "../values/month.ts";
import { daysLater } from "../values/period.ts";
import { showMany, showMonth } from "../values/show.ts";
import { look } from "./operation/look.ts";
import { type MonthStatements, monthStatements, pageOf } from "./operation/month-statements.ts";
import { type Operated, operate } from "./operation/operate.ts";
import type { Ports } from "./operation/ports.ts";
import type { Rules } from "./operation/rules.ts";
import { entityNamed, isBroken, listOf, type StatementInputs } from "./operation/statement-inputs.ts";
import { doneOutcome } from "./outcome/done.ts";
import type { Outcome } from "./outcome/outcome.ts";
import { issuedDetails, type StatementFormat, statementDetails, wantedFormat } from "./outcome/statement-details.ts";

/** A statement that this operation issues. */
type New = { readonly issued: IssuedStatement; readonly page: StatementPage; readonly files: readonly BookFile[] };

/** What is issued now, what was issued before, and the entities that have nothing to be charged. */
type Issuing = {
  readonly month: Month;
  readonly issuing: readonly New[];
  readonly before: readonly IssuedStatement[];
  readonly empty: readonly string[];
};

/**
 * Issues the statements of a closed month: their files land in the same commit as their ledger entries and are never
 * written again. What was issued before keeps its number and its files. Throws a BudgetError for a month that isn't
 * closed, and while the policy's statements can't be read.
 */
export async function issueStatements(ports: Ports, inputs: StatementInputs): Promise<Outcome> {
  const from = await closedBooks(ports, inputs);
  const id = ports.newId();
  const { actor, fullRun: run } = ports.caller;
  const operated = orThrow(
    await operate<Issuing>(ports, inputs, {
      ...{ strictness: "lenient", from },
      request: async (rules, snapshot) => {
        const asked = await issuingOf(ports, inputs, { rules, snapshot });
        const act = { issue: asked.issuing.map(({ issued }) => issued) };
        const files = asked.issuing.flatMap((one) => one.files);
        const request = { kind: "statement", id, act, actor, reason: inputs.reason, run } as const;
        return { ...asked, request, files };
      },
    }),
  );
  return issuedOutcome(ports, inputs, operated);
}

/**
 * Looks first, so that a refusal writes nothing, and then closes the month if it is over: what its last holds cost is in
 * the ledger only then. Returns the books if it wrote them.
 */
async function closedBooks(ports: Ports, inputs: StatementInputs): Promise<Snapshot | null> {
  const { snapshot, state, rules, isNew } = await look(ports, inputs);
  if (isNew) throw new BudgetError("not-allowed", "There are no books yet: nothing can be issued.");
  entityNamed(readableRules(rules), inputs.entity);
  closedMonth(state, inputs.month);
  const { state: read } = snapshot;
  if (read.kind === "state" && read.state.current_month === state.current_month) return null;
  const request = { kind: "alerts", id: ports.newId() } as const;
  const closed = await operate(ports, inputs, { strictness: "lenient", request: async () => ({ request }) });
  return orThrow(closed).after;
}

async function issuingOf(
  ports: Ports,
  inputs: StatementInputs,
  { rules: policy, snapshot }: { readonly rules: Rules; readonly snapshot: Snapshot },
): Promise<Issuing> {
  const rules = readableRules(policy);
  const state = stateIn(snapshot);
  const month = closedMonth(state, inputs.month);
  const chosen = entityNamed(rules, inputs.entity);
  const found = await monthStatements(ports, { snapshot, state, rules, month });
  const wanted = found.statements.filter(
    (one): one is Statement & { readonly entity: Entity } =>
      one.entity !== null && (chosen === undefined || one.entity.name === chosen),
  );
  const before = wanted.flatMap(({ entity }) => issuedFor(found.issued, { entity: entity.name, month }) ?? []);
  const left = wanted.filter(({ entity }) => issuedFor(found.issued, { entity: entity.name, month }) === undefined);
  const isEmpty = (one: Statement) => chosen === undefined && one.total.cost === 0 && one.total.charged === 0;
  const today = dayOf(snapshot.at, state.timezone);
  const folder = `${statementsFolderOf(ports.store.place.path)}/${month}`;
  const issuing = left
    .filter((one) => !isEmpty(one))
    .map((one) => newStatement(one, { found, rules: policy, today, folder }));
  await mustBeFree(ports, snapshot, issuing);
  return { month, issuing, before, empty: left.filter(isEmpty).map(({ entity }) => entity.name) };
}

function readableRules({ policy, broken, notes }: Rules): StatementRules {
  if (isBroken(broken)) {
    const why = notes.find(({ level }) => level === "warning")?.text ?? "";
    throw new BudgetError("bad-policy", `The policy's statements can't be read, so nothing was issued. ${why}`);
  }
  const rules = statementRulesOf(policy);
  if (rules !== undefined) return rules;
  throw new BudgetError("bad-policy", "The policy has no statements: add their entities to it. Nothing was issued.");
}

function stateIn({ state }: Snapshot): State {
  if (state.kind === "state") return state.state;
  throw new BudgetError("not-allowed", "There are no books yet: nothing can be issued.");
}

function closedMonth(state: State, asked: Month | undefined): Month {
  const month = asked ?? lastClosedMonth(state);
  if (month === undefined) {
    throw new BudgetError("not-allowed", "No month has been closed yet: nothing can be issued.");
  }
  if (month >= state.current_month) {
    const text = `${month} isn't closed yet: a statement is issued for a month that is over. Nothing was issued.`;
    throw new BudgetError("not-allowed", text);
  }
  if (hasMonth(state, month)) return month;
  throw new BudgetError("bad-input", `Bad input: the books have no month ${month}. Nothing was issued.`);
}

function newStatement(
  statement: Statement & { readonly entity: Entity },
  {
    found,
    rules,
    today,
    folder,
  }: { readonly found: MonthStatements; readonly rules: Rules; readonly today: string; readonly folder: string },
): New {
  const { entity, total } = statement;
  const { number, file, replaces } = nextNumber(found.issued, entity, found.month);
  const issue = {
    ...{ number, issued: today, replaces },
    due: entity.dueDays === undefined ? undefined : daysLater(today, entity.dueDays),
  };
  const page = pageOf(found, statement, { isInside: entity.model === "showback", issue, rules });
  const { month } = found;
  const said = { ...(issue.due !== undefined && { due: issue.due }), ...(replaces !== undefined && { replaces }) };
  return {
    issued: { number, month, entity: entity.name, model: entity.model, amount: total.charged, issued: today, ...said },
    page,
    files: FORMATS.map((format) => ({ path: `${folder}/${file}.${ENDINGS[format]}`, text: textOf(page, format) })),
  };
}

const FORMATS = ["json", "markdown", "csv"] as const;
const ENDINGS = { json: "json", markdown: "md", csv: "csv" } as const;

function textOf(page: StatementPage, format: (typeof FORMATS)[number]): string {
  if (format === "json") return `${JSON.stringify(statementJson(page), null, 2)}\n`;
  return format === "csv" ? statementsCsv([page]) : renderStatement(page);
}

/** A file that the books know nothing of would be written over. */
async function mustBeFree(ports: Ports, snapshot: Snapshot, issuing: readonly New[]): Promise<void> {
  const files = issuing.flatMap((one) => one.files);
  if (files.length === 0) return;
  const texts = await ports.store.files(
    snapshot,
    files.map(({ path }) => path),
  );
  const taken = files.find(({ text }, index) => texts[index] !== null && texts[index] !== ports.redact(text));
  if (taken === undefined) return;
  const text = `${taken.path} is there already, but the books know of no such statement: they were restored from an older copy, or the file was made by hand. Move it away, then issue again. Nothing was issued.`;
  throw new BudgetError("not-allowed", text);
}

async function issuedOutcome(ports: Ports, inputs: StatementInputs, operated: Operated<Issuing>): Promise<Outcome> {
  const { state, snapshot, known } = operated;
  const { month, before, empty } = known;
  const issuing = operated.entries.some(({ kind }) => kind === "statement") ? known.issuing : [];
  const list = [...before, ...issuing.map(({ issued }) => issued)];
  const numbers = list.map(({ number }) => number);
  const title = issuing.length === 0 ? "No statement was issued" : `${showMany(issuing.length, "statement")} issued`;
  const sentence = [
    `${showMonth(month)}: ${showMany(issuing.length, "statement")} issued${listText(issuing.map(({ issued }) => issued))}.`,
    ...(before.length === 0 ? [] : [`Issued before, unchanged: ${before.map(({ number }) => number).join(", ")}.`]),
    ...(empty.length === 0 ? [] : [`Nothing to charge: ${empty.join(", ")}.`]),
  ].join(" ");
  const pages = issuing.map(({ page }) => page);
  const listed = listOf(list, dayOf(snapshot.at, state.timezone));
  if (inputs.output !== undefined) await writeIssued(ports, inputs, { operated, list });
  const outputs = { statement: numbers.join(",") };
  const outcome = doneOutcome(ports, operated, { title, sentence, tone: "good", outputs });
  return {
    ...outcome,
    details: { ...statementDetails(pages), issued: issuedDetails(listed) },
    view: { title, sentence, statements: pages, listed },
  };
}

function listText(issued: readonly IssuedStatement[]): string {
  return issued.length === 0 ? "" : ` (${issued.map(({ number }) => number).join(", ")})`;
}

/** Writes the bytes that are beside the books, whoever issued them. */
async function writeIssued(
  ports: Ports,
  inputs: StatementInputs,
  { operated, list }: { readonly operated: Operated<Issuing>; readonly list: readonly IssuedStatement[] },
): Promise<void> {
  const [issued] = list;
  const { output } = inputs;
  if (issued === undefined || output === undefined) return;
  const format: StatementFormat = wantedFormat(inputs);
  const path = `${statementsFolderOf(ports.store.place.path)}/${issued.month}/${fileOf(issued)}.${ENDINGS[format]}`;
  const own = operated.known.issuing.flatMap(({ files }) => files).find((file) => file.path === path);
  const [text] = own === undefined ? await ports.store.files(operated.after ?? operated.snapshot, [path]) : [own.text];
  if (text == null) {
    throw new BudgetError("state-unreadable", `${path} is missing: restore it from the history of the branch.`);
  }
  await ports.writeFile(output, (draft) => draft.write(text));
}
