import { type Finding, findingsSentence } from "../../report/findings-text.ts";
import { MARKS } from "../../report/terminal/terminal.ts";
import { BudgetError } from "../../values/errors.ts";
import { attempt } from "../operation/attempt.ts";
import type { Ports } from "../operation/ports.ts";
import type { Outcome } from "../outcome/outcome.ts";
import { examineBooks } from "./books.ts";
import { examineChannel } from "./channel.ts";
import { findingOf } from "./finding-of.ts";
import { examineGitHub } from "./github.ts";
import type { Patient } from "./patient.ts";
import { examinePriceTable } from "./prices.ts";

/**
 * Examines token, rules, books, policy, channel and prices; reports the state of each and what to fix. Writes nothing.
 */
export async function doctor(patient: Patient): Promise<Outcome> {
  const made = await attempt(async () => patient.ports());
  const ports = made instanceof BudgetError ? undefined : made;
  const findings: readonly Finding[] = [
    ...(made instanceof BudgetError ? [findingOf("Token", made)] : await examineAll(made, patient)),
    ...(await examineChannel(patient, ports)),
    examinePriceTable(patient.now()),
  ];
  for (const { tone, about, text } of findings) patient.log(`${MARKS[tone]} ${about}: ${text}`);
  const place = ports?.store.place.description ?? patient.place;
  const sentence = findingsSentence(findings);
  return {
    outputs: { message: sentence },
    details: { checks: findings.map(checkOf) },
    view: { sentence, findings, place },
    notes: [],
    failure: failureOf(findings),
    isDenied: false,
    delivery: null,
  };
}

function failureOf(findings: readonly Finding[]): string | null {
  const problems = findings.filter(({ tone }) => tone === "bad").map(({ about, text }) => `- ${about}: ${text}`);
  return problems.length === 0 ? null : [findingsSentence(findings), ...problems].join("\n");
}

async function examineAll(ports: Ports, { token }: Patient): Promise<Finding[]> {
  if (ports.factsOf === null) return examineBooks(ports);
  const online = await examineGitHub(await ports.factsOf(), token ?? "", ports);
  // A token that GitHub refuses finds no books there either.
  const isAccepted = online.some(({ about, tone }) => about === "Token" && tone === "good");
  return isAccepted ? [...online, ...(await examineBooks(ports))] : online;
}

/** A finding for machines. */
function checkOf({ tone, about, text, fix }: Finding) {
  return {
    check: about.toLowerCase(),
    status: { good: "ok", warn: "warning", bad: "problem" }[tone],
    text,
    ...(fix !== undefined && { fix: fix.text }),
    ...(fix?.code !== undefined && { code: fix.code }),
  };
}
