import type { Instant } from "../../budget/month.ts";
import { type Reader, totalCostOf } from "../reader.ts";
import { isEmptyUsage, type UsageLine, type UsageReport, usageLine } from "../usage.ts";
import { type Figures, inputOf, isNothing, largerOf, type ModelFigures, sumOf } from "./claude-code-figures.ts";
import { isClaudeCode, type Message, type Run, type Session, sessionsOf } from "./claude-code-session.ts";

/**
 * Claude Code: the action's execution file, `claude -p --output-format json` (with `--verbose`, too) and stream-json.
 * `modelUsage` of the last result is what counts: `usage` is the main loop's alone, and assistant elements repeat
 * themselves with counts that stand still.
 */
export const claudeCode: Reader = {
  name: "claude-code",
  title: "Claude Code (execution file, --output-format json or stream-json)",
  recognise: isClaudeCode,
  read: (objects) => reportOf(sessionsOf(objects)),
};

function reportOf(sessions: readonly Session[]): UsageReport {
  const runs = sessions.flatMap((session) => session.runs);
  const lines = sessions.flatMap((session) => [
    ...session.runs.flatMap((run) => linesOfRun(session, run)),
    ...linesOfMessages(session, [...session.pending.values()]),
  ]);
  const notes = notesOf(sessions);
  const totals = runs.map((run) => run.result.total).filter((total) => total !== undefined);
  return {
    format: "claude-code",
    lines,
    ...(totals.length === 0 ? {} : { reported_total: totalCostOf(totals) }),
    complete: notes.length === 0,
    notes,
  };
}

function notesOf(sessions: readonly Session[]): string[] {
  const unfinished = sessions.filter((session) => shows(session.pending.values()));
  const brokenOff = sessions.filter((session) => session.brokenOff && !unfinished.includes(session));
  const silent = sessions.every((session) => session.runs.length === 0 && !session.brokenOff);
  if (unfinished.length > 0)
    return ["Claude Code was interrupted: it sent tokens that no result speaks of. The output counted is a minimum."];
  if (brokenOff.length > 0) return ["Claude Code was interrupted and tells only a part of its usage, or none."];
  if (silent) return ["Claude Code wrote no result: what it used is unknown."];
  return [];
}

function shows(messages: Iterable<Message>): boolean {
  return !isNothing(sumOf([...messages].map((message) => message.figures)));
}

function linesOfRun(session: Session, { result, turns, at, messages }: Run): UsageLine[] {
  const { models, usage, total } = result;
  const [only] = [...models.values()];
  if (only !== undefined) {
    const known = largerOf(turns, sumOf(messages.map((message) => message.figures)));
    // A run that tells nothing of its own may have used any part of the figures: all of them are taken as its own.
    const own = isNothing(known) ? sumOf(models.values()) : known;
    return [...models].map(([model, figures]) => {
      const cost = figures.cost ?? (models.size === 1 ? total : undefined);
      return lineOf({ session, model, figures: { ...figures, cost }, messages, at, own });
    });
  }
  const claim = { provider: "", cost: total };
  if (isNothing(usage)) return [usageLine({ session: session.id, at, reported_cost: total })];
  const model = session.initModel || (messages[0]?.model ?? "");
  return [lineOf({ session, model, figures: { ...usage, ...claim }, messages, at })];
}

/** What an interrupted stream proves, one line a model. */
function linesOfMessages(session: Session, messages: readonly Message[]): UsageLine[] {
  return [...new Set(messages.map((message) => message.model))]
    .map((model) => {
      const figures = sumOf(messages.filter((message) => message.model === model).map((message) => message.figures));
      return lineOf({
        session,
        model,
        figures: { ...figures, provider: "", cost: undefined },
        messages,
        at: session.at,
      });
    })
    .filter((line) => !isEmptyUsage(line));
}

type LineFacts = {
  readonly session: Session;
  readonly model: string;
  readonly figures: ModelFigures;
  readonly messages: readonly Message[];
  readonly at: Instant | undefined;
  /** What the run used by itself, where its figures may go on from an earlier run's. */
  readonly own?: Figures;
};

function lineOf({ session, model, figures, messages, at, own }: LineFacts): UsageLine {
  const seen = messages.filter((message) => message.model === model).map((message) => inputOf(message.figures));
  // Only when the stream shows every token can the longest request be known.
  const allSeen = seen.length > 0 && seen.reduce((a, b) => a + b, 0) === inputOf(figures);
  return usageLine({
    provider: figures.provider,
    model,
    session: session.id,
    at,
    ...(session.id === "" || own === undefined ? {} : counterOf(own)),
    ...countsOf(figures),
    requests: Math.max(1, seen.length),
    reported_cost: figures.cost,
    aggregate: !(allSeen && seen.length === 1),
    largest_input: allSeen ? seen.reduce((a, b) => Math.max(a, b)) : undefined,
  });
}

function counterOf(own: Figures) {
  return {
    counting: "cumulative" as const,
    own: {
      input: inputOf(own),
      cache_read: own.read,
      cache_write: own.write5m + own.write1h,
      output: own.output,
    },
  };
}

function countsOf(figures: Figures) {
  return {
    input: inputOf(figures),
    cache_read: figures.read,
    cache_write_5m: figures.write5m,
    cache_write_1h: figures.write1h,
    output: figures.output,
    reasoning: figures.thinking,
    web_searches: figures.searches,
  };
}
