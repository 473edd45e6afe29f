import { type Finding, findingsSentence } from "../../report/findings-text.ts";
import { MARKS } from "../../report/terminal/terminal.ts";
import { BudgetError } from "../../values/errors.ts";
import { attempt } from "../operation/attempt.ts";
import { type Look, look } from "../operation/look.ts";
import type { Ports } from "../operation/ports.ts";
import type { Outcome } from "../outcome/outcome.ts";
import { examineBooks } from "./books.ts";
import { examineChannel } from "./channel.ts";
import { examineChannels, resetChannel } from "./channels.ts";
import { findingOf } from "./finding-of.ts";
import { examineGitHub } from "./github.ts";
import { examineMeter } from "./meter.ts";
import type { Patient } from "./patient.ts";
import { examinePriceTable } from "./prices.ts";

/**
 * Examines token, rules, books, policy, channel and prices; reports the state of each and what to fix. Writes nothing, unless it is to let a
 * channel have another address.
 */
export async function doctor(patient: Patient): Promise<Outcome> {
  const made = await attempt(async () => patient.ports());
  const ports = made instanceof BudgetError ? undefined : made;
  const reset = await resetChannel({ patient, ports, looked: undefined });
  const { looked, findings: found } =
    made instanceof BudgetError
      ? { looked: undefined, findings: [findingOf(patient.access, made)] }
      : await examineAll(made, patient);
  const findings: readonly Finding[] = [
    ...found,
    ...(await examineChannel(patient, ports)),
    ...reset,
    ...(await examineChannels({ patient, ports, looked })),
    ...examineMeter(looked?.rules.policy, patient.env),
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

type Examined = { readonly findings: readonly Finding[]; readonly looked: Look | undefined };

async function examineAll(ports: Ports, { token }: Patient): Promise<Examined> {
  const { databaseOf } = ports;
  if (databaseOf !== undefined) return examineInDatabase(ports, databaseOf);
  const online = ports.factsOf === null ? [] : await examineGitHub(await ports.factsOf(), token ?? "", ports);
  // A token that GitHub refuses finds no books there either.
  const isAccepted = online.some(({ about, tone }) => about === "Token" && tone === "good");
  if (ports.factsOf !== null && !isAccepted) return { findings: online, looked: undefined };
  return examineLooked(ports, online);
}

async function examineInDatabase(ports: Ports, databaseOf: NonNullable<Ports["databaseOf"]>): Promise<Examined> {
  const { examineDatabase } = await import("./database.ts");
  const { findings, isReadable } = await examineDatabase(databaseOf);
  // What keeps the books from being read is said once.
  return isReadable ? examineLooked(ports, findings) : { findings, looked: undefined };
}

async function examineLooked(ports: Ports, before: readonly Finding[]): Promise<Examined> {
  const looked = await attempt(() => look(ports, {}));
  const findings = [...before, ...(await examineBooks(ports, looked))];
  return { findings, looked: looked instanceof BudgetError ? undefined : looked };
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
