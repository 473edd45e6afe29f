import { BOUNDS_OF_FILES } from "../../books/bounds.ts";
import { lineOf } from "../../books/draft.ts";
import { pausedText } from "../../books/pause-text.ts";
import type { State } from "../../books/state.ts";
import type { Finding } from "../../report/findings-text.ts";
import type { Snapshot } from "../../store/port.ts";
import { BudgetError } from "../../values/errors.ts";
import { epochOf } from "../../values/month.ts";
import { showInstant, showMany } from "../../values/show.ts";
import { attempt } from "../operation/attempt.ts";
import type { Look } from "../operation/look.ts";
import type { Ports } from "../operation/ports.ts";
import { resumeCode } from "../outcome/next-steps.ts";
import { standing } from "../outcome/sentences.ts";
import { findingOf } from "./finding-of.ts";
import { examinePolicy } from "./policy.ts";
import { examineFormula, examineModels } from "./prices.ts";

/** This many open holds mean that some workflow checks but never records; 500 is the limit. */
const MANY_HOLDS = 100;

const HOUR_MS = 3_600_000;

/** Examines books, policy file, time zone and the prices of the month's models. */
export async function examineBooks(ports: Ports, looked: Look | BudgetError): Promise<Finding[]> {
  if (looked instanceof BudgetError) return [{ ...findingOf("Books", looked), tone: "bad" }];
  return [
    ...(await booksFindings(ports, looked)),
    ...(await examinePolicy(looked.snapshot.policy, looked.state)),
    zoneFinding(looked),
    ...examineFormula(looked.rules.settings),
    ...(await examineModels(looked.state, looked.snapshot.at, looked.rules.prices)),
  ];
}

async function booksFindings(
  ports: Ports,
  { snapshot, state, figures, isNew, notes, rules }: Look,
): Promise<Finding[]> {
  const about = "Books";
  // The policy's problems are reported with the policy.
  const warnings = notes.filter(
    ({ level, text }) => level === "warning" && !rules.notes.some((note) => note.text === text),
  );
  const noted = warnings.map(({ text }) => ({ tone: "warn", about, text }) as const);
  if (isNew) return [{ tone: "good", about, text: "none yet: the first check or record creates them." }, ...noted];
  return [
    { tone: "good", about, text: `readable, version ${state.version}, ${state.current_month}: ${standing(figures)}.` },
    ...(await ledgerFinding(ports, snapshot)),
    ...pauseFinding(state, ports),
    ...holdsFinding(state, { open: figures.openHolds, most: (ports.store.bounds ?? BOUNDS_OF_FILES).holds }),
    ...queueFinding(state, snapshot.at),
    ...noted,
  ];
}

/** Looks for the one ledger line that was written with the state; `verify` recomputes all of them. */
async function ledgerFinding(ports: Ports, snapshot: Snapshot): Promise<Finding[]> {
  const last = snapshot.state.kind === "state" ? snapshot.state.state.last_entry : undefined;
  if (last == null) return [];
  const about = "Ledger";
  const isThere = await attempt(() => hasEntry(ports, snapshot, last));
  if (isThere instanceof BudgetError) return [findingOf(about, isThere)];
  if (isThere) {
    return [{ tone: "good", about, text: "its last entry is there (token-budget verify recomputes every figure)." }];
  }
  const fix = {
    text: "See what differs, and restore the ledger from the history of the branch:",
    code: "token-budget verify",
  };
  return [{ tone: "bad", about, text: `the last entry that the state names is missing in ${last.file}.`, fix }];
}

async function hasEntry(
  ports: Ports,
  snapshot: Snapshot,
  { id, at }: { readonly id: string; readonly at: string },
): Promise<boolean> {
  if (lineOf(snapshot.lines, id) !== undefined) return true;
  for await (const part of ports.store.ledger(snapshot, { from: at, to: at })) {
    if (lineOf(part.text.split("\n"), id) !== undefined) return true;
  }
  return false;
}

function pauseFinding({ paused, timezone }: State, { edge, store }: Ports): Finding[] {
  if (paused === undefined) return [];
  const fix = { text: "To end the pause, as a maintainer:", code: resumeCode({ edge, place: store.place }) };
  return [{ tone: "warn", about: "Pause", text: pausedText(paused, timezone), fix }];
}

function holdsFinding({ holds }: State, { open, most }: { readonly open: number; readonly most: number }): Finding[] {
  if (open < MANY_HOLDS) return [];
  const oldest = holds.map(({ profile }) => profile)[0] ?? "";
  const text = `${showMany(open, "hold")} are open, the oldest of ${oldest}; at ${most} every check is denied.`;
  return [
    {
      tone: "warn",
      about: "Holds",
      text,
      fix: { text: "Make every workflow that checks also record or release, or use guard." },
    },
  ];
}

function queueFinding({ outbox, deliveries = [] }: State, now: string): Finding[] {
  const old = [...outbox, ...deliveries].filter((message) => epochOf(now) - epochOf(message.queued_at) > HOUR_MS);
  if (old.length === 0) return [];
  const text = `${showMany(old.length, "message")} ${old.length === 1 ? "has" : "have"} been waiting for more than an hour.`;
  return [{ tone: "warn", about: "Messages", text, fix: { text: "The next run that has their channel sends them." } }];
}

function zoneFinding({ state, figures, rules }: Look): Finding {
  const about = "Time zone";
  const wanted = rules.settings.timezone;
  if (wanted !== undefined && wanted !== state.timezone) {
    return {
      tone: "good",
      about,
      text: `${state.timezone}; ${wanted} once the month ends on ${showInstant(figures.resetsAt, state.timezone)}.`,
    };
  }
  return { tone: "good", about, text: `the month ends on ${showInstant(figures.resetsAt, state.timezone)}.` };
}
