import { adjustmentText } from "../../books/adjustment-text.ts";
import { isAllowed } from "../../books/answer.ts";
import type { Decision } from "../../books/decide.ts";
import type { Entry } from "../../books/entry.ts";
import { type ByChannel, leasedBy } from "../../books/messages/leases.ts";
import { pullsLeasedBy } from "../../books/pulls.ts";
import type { Request } from "../../books/request.ts";
import type { CommitPart } from "../../report/answer/commit-message.ts";
import { type NanoUsd, plus, ZERO } from "../../values/money.ts";

/** What a commit does to the books, in the order in which its message says it: the operation's own part first. */
export function commitParts(decision: Decision, request: Request): CommitPart[] {
  const expired = decision.entries.filter(isExpiry).length;
  const parts: CommitPart[] = [
    ...ownParts(decision, request),
    ...decision.entries.flatMap(turnPart),
    ...(expired > 0 ? [{ kind: "expire" as const, count: expired }] : []),
  ];
  const leased = countOf(leasedBy(decision.state, request.id)) + pullsLeasedBy(decision.state, request.id).length;
  return parts.length === 0 && leased > 0 ? [{ kind: "lease", count: leased }] : parts;
}

function ownParts({ answer, entries }: Decision, request: Request): CommitPart[] {
  const { figures, admission } = answer;
  const left = figures.remaining;
  switch (request.kind) {
    case "check": {
      if (isAllowed(admission)) {
        return [{ kind: "hold", amount: admission.estimate, profile: request.profile, left }];
      }
      const total = plus(figures.budget, figures.topUps);
      return admission.reason === "exhausted"
        ? [{ kind: "exhausted", spent: figures.spent, total }]
        : [{ kind: "deny", amount: admission.estimate, profile: request.profile, left }];
    }
    case "extend":
      return answer.extended !== undefined && "granted" in answer.extended
        ? [{ kind: "extend", amount: answer.extended.granted, left }]
        : [];
    case "overrun":
      return [{ kind: "lease", count: 1 }];
    case "record":
    case "release":
      return entries.filter((entry) => entry.id === request.id).map((entry) => bookingPart(entry, left));
    case "reset":
      return entries
        .filter((entry) => entry.kind === "reset")
        .map((entry) => ({
          kind: "reset",
          month: entry.month,
          spent: entry.amount ?? entry.cost,
          actor: request.actor,
        }));
    case "adjust":
      return entries
        .filter((entry) => entry.id === request.id)
        .map((entry) => ({ kind: "adjust", what: adjustmentText(entry), actor: request.actor }));
    case "pause":
    case "resume":
      return entries
        .filter((entry) => entry.id === request.id)
        .map(() => ({ kind: request.kind, actor: request.actor }));
    case "acknowledge":
      return entries
        .filter((entry) => entry.id === request.id)
        .map(() => ({ kind: "acknowledge", alert: request.alert, actor: request.actor }));
    case "alerts":
      return [{ kind: "alerts" }];
    case "statement":
      return statementParts(entries, request.actor);
    case "repair":
      return [{ kind: "repair", count: request.differences.length }];
    case "sent":
      return [{ kind: "messages", count: countOf(request.messages) }];
    case "reset-channel":
      return [{ kind: "channel", name: request.channel, actor: request.actor }];
    case "commented":
      return [{ kind: "comments", count: request.comments.length }];
    case "recap":
      return answer.recapped?.queued === true && answer.recapped.facts !== undefined
        ? [{ kind: "recap", period: answer.recapped.facts.period ?? answer.recapped.facts.month }]
        : [];
  }
}

function statementParts(entries: readonly Entry[], actor: string): CommitPart[] {
  const lines = entries.flatMap(({ statement }) => statement ?? []);
  const [first] = lines;
  return first === undefined
    ? []
    : [{ kind: "statement", change: first.change, number: first.number, count: lines.length, actor }];
}

function countOf(byChannel: ByChannel<unknown>): number {
  return Object.values(byChannel).reduce((sum, { length }) => sum + length, 0);
}

function bookingPart(entry: Entry, left: NanoUsd): CommitPart {
  const profile = entry.profile ?? "";
  if (entry.kind === "release") return { kind: "release", amount: entry.amount ?? ZERO, profile, left };
  return { kind: "charge", cost: entry.cost, profile, left };
}

function turnPart(entry: Entry): CommitPart[] {
  if (entry.kind === "rollover") return [{ kind: "close", month: entry.month, spent: entry.amount ?? entry.cost }];
  if (entry.kind === "import") return [{ kind: "import", month: entry.month, spent: entry.cost }];
  return [];
}

function isExpiry(entry: Entry): boolean {
  return entry.source === "expired hold";
}
