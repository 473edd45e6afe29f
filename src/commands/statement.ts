import { hasMonth, lastClosedMonth } from "../books/messages/recap-facts.ts";
import type { IssuedStatement } from "../books/statement-keys.ts";
import { statementRulesOf } from "../inputs/statement-rules-of.ts";
import type { StatementRules } from "../insight/allocation/statement-rules.ts";
import type { StatementStatus } from "../insight/allocation/statement-status.ts";
import { orThrow } from "../store/transact.ts";
import { dayOf } from "../values/month.ts";
import { showMany, showMonth } from "../values/show.ts";
import { issueStatements } from "./issue-statements.ts";
import { forgottenStatement, issuedStatements } from "./operation/issued-statements.ts";
import { type Look, look } from "./operation/look.ts";
import { mustBeMaintainer } from "./operation/maintainers.ts";
import { monthStatements, pageOf } from "./operation/month-statements.ts";
import { operate } from "./operation/operate.ts";
import type { Ports } from "./operation/ports.ts";
import { badInput, entityNamed, isBroken, listOf, type StatementInputs } from "./operation/statement-inputs.ts";
import { doneOutcome, lookedOutcome } from "./outcome/done.ts";
import type { Outcome } from "./outcome/outcome.ts";
import { issuedDetails, printedIn, statementDetails } from "./outcome/statement-details.ts";

/**
 * Shows what a month cost each entity of the policy, lists the statements that were issued, issues them, or notes that
 * one was paid or is void. In a workflow only a maintainer may write. Throws a BudgetError for inputs that don't go
 * together, an unknown entity or number, and a policy whose statements can't be read.
 */
export async function statement(ports: Ports, inputs: StatementInputs): Promise<Outcome> {
  mustBeOne(inputs);
  if (inputs.list === true) return listed(ports, inputs);
  if (inputs.issue === true) {
    await mustBeMaintainer(ports, "Issuing statements");
    return issueStatements(ports, inputs);
  }
  if (inputs.paid !== undefined || inputs.void !== undefined) return noted(ports, inputs);
  return shown(ports, inputs);
}

function mustBeOne({ issue, list, paid, void: voided, reason, output, entity }: StatementInputs): void {
  const asked = [
    ...(issue === true ? ["issue"] : []),
    ...(list === true ? ["list"] : []),
    ...(paid === undefined ? [] : ["paid"]),
    ...(voided === undefined ? [] : ["void"]),
  ];
  if (asked.length > 1) throw badInput(`${asked.join(" and ")} are different requests: give one of them`);
  if ((paid !== undefined || voided !== undefined) && reason === undefined) {
    throw badInput("reason is missing: say in a few words how it was paid, or why it is void");
  }
  if (issue === true && output !== undefined && entity === undefined) {
    throw badInput("output with issue is one statement's file: name its entity");
  }
}

/** Writes nothing to the books. */
async function shown(ports: Ports, inputs: StatementInputs): Promise<Outcome> {
  const looked = await look(ports, inputs);
  const { state, snapshot } = looked;
  const month = inputs.month ?? lastClosedMonth(state);
  const rules = statementRulesOf(looked.rules.policy);
  const without = whyNothing(looked, month, rules);
  if (month === undefined || rules === undefined || without !== undefined) {
    return nothing(ports, looked, without ?? "There is nothing to show.");
  }
  const chosen = entityNamed(rules, inputs.entity);
  const found = await monthStatements(ports, { snapshot, state, rules, month });
  const pages = found.statements
    .filter(({ entity }) => chosen === undefined || entity?.name === chosen)
    .map((one) => {
      const isInside = inputs.internal === true || one.model === "showback";
      return pageOf(found, one, { isInside, rules: looked.rules });
    });
  const details = statementDetails(pages);
  const printed = await printedIn(ports, inputs, pages);
  const sentence = `${showMonth(month)}${found.isRunning ? " so far" : ""}: ${showMany(pages.length, "statement")}.`;
  const title = `Statements of ${showMonth(month)}`;
  const outcome = lookedOutcome(ports, looked, { title, sentence, tone: "good" });
  return { ...outcome, details, view: { title, sentence, statements: pages, listed: [], printed } };
}

function whyNothing(
  { state, snapshot, isNew, rules: { broken } }: Look,
  month: string | undefined,
  rules: StatementRules | undefined,
): string | undefined {
  if (isBroken(broken)) return "The policy's statements can't be read: there is nothing to show.";
  if (rules === undefined) return "The policy has no statements: add their entities to it.";
  if (isNew) return "There are no books yet: there is nothing to show.";
  if (snapshot.state.kind !== "state") {
    return "The books are a file of version 1.0 that no run has imported yet: there is nothing to show.";
  }
  if (month === undefined) return "No month has been closed yet; name the running one to see it so far.";
  return hasMonth(state, month) ? undefined : `The books have no month ${month}.`;
}

function nothing(ports: Ports, looked: Look, sentence: string): Outcome {
  const title = "No statements";
  const outcome = lookedOutcome(ports, looked, { title, sentence, tone: "warn" });
  const view = { title, sentence, statements: [], listed: [] };
  return { ...outcome, details: statementDetails([]), view };
}

async function listed(ports: Ports, inputs: StatementInputs): Promise<Outcome> {
  const looked = await look(ports, inputs);
  const { state, snapshot } = looked;
  const list = listOf(await issuedStatements(ports, looked), dayOf(snapshot.at, state.timezone));
  const title = "Issued statements";
  const sentence = listSentence(list.map(({ status }) => status));
  const outcome = lookedOutcome(ports, looked, { title, sentence, tone: "good" });
  return {
    ...outcome,
    details: { issued: issuedDetails(list) },
    view: { title, sentence, statements: [], listed: list },
  };
}

function listSentence(statuses: readonly StatementStatus[]): string {
  if (statuses.length === 0) return "No statement was issued yet.";
  const counts = (["open", "due", "overdue", "paid", "void"] as const).flatMap((status) => {
    const count = statuses.filter((one) => one === status).length;
    return count === 0 ? [] : [`${count} ${status}`];
  });
  return `${showMany(statuses.length, "statement")} issued${counts.length === 0 ? "" : `: ${counts.join(", ")}`}.`;
}

/** Notes that a statement was paid or is void. */
async function noted(ports: Ports, inputs: StatementInputs): Promise<Outcome> {
  await mustBeMaintainer(ports, inputs.paid === undefined ? "Voiding a statement" : "Noting a payment");
  const { actor, fullRun: run } = ports.caller;
  const { paid, void: voided = "", reason } = inputs;
  const number = paid ?? voided;
  const id = ports.newId();
  const act = paid === undefined ? { void: number } : { paid: number };
  const operated = orThrow(
    await operate<{ readonly listed: IssuedStatement | undefined }>(ports, inputs, {
      strictness: "lenient",
      request: async (_, snapshot) => {
        const { state: read } = snapshot;
        const books = read.kind === "state" ? { snapshot, state: read.state } : undefined;
        const listed = books && (await forgottenStatement(ports, books, number));
        return { listed, request: { kind: "statement", id, act, listed, actor, reason, run } };
      },
    }),
  );
  const what = paid === undefined ? "void" : "paid";
  const isDone = operated.entries.some((entry) => entry.id === id);
  const { state, snapshot } = operated;
  const { listed } = operated.known;
  const after = [...(state.statements ?? []), ...(listed === undefined ? [] : [{ ...listed, [what]: snapshot.at }])];
  const list = listOf(after, dayOf(snapshot.at, state.timezone)).filter((one) => one.number === number);
  const sentence = isDone
    ? `${number} is ${what}, by ${actor}: ${reason ?? ""}`
    : `${number} was already ${what}, nothing was changed.`;
  const title = paid === undefined ? "Statement voided" : "Statement paid";
  const outcome = doneOutcome(ports, operated, { title, sentence, tone: "good", outputs: { statement: number } });
  return {
    ...outcome,
    details: { issued: issuedDetails(list) },
    view: { title, sentence, statements: [], listed: list },
  };
}
