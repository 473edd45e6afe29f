import { type NanoUsd, nanoUsd } from "../../budget/money.ts";
import type { Instant } from "../../budget/month.ts";
import { addedUp } from "../added-up.ts";
import { countIn, hasNumber, partIn } from "../count-in.ts";
import { isObject, type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { instantIn, laterOf, type Reader, totalCostOf } from "../reader.ts";
import { COUNT_KEYS, isEmptyUsage, type UsageLine, type UsageReport, usageLine } from "../usage.ts";
import { UsageError } from "../usage-error.ts";

/**
 * GitHub Copilot CLI: a session's `events.jsonl`, or the same events as it prints them. What a session used since it
 * was last resumed stands in `session.shutdown`; its input contains what was cached. The file goes on when the session
 * is resumed, so what its shutdowns add up to is a counter. Without a shutdown the printed `assistant.usage` count.
 */
export const copilotCli: Reader = {
  name: "copilot-cli",
  title: "GitHub Copilot CLI (a session's events.jsonl)",
  recognise: isEvent,
  read: (objects) => reportOf(sessionOf(objects)),
};

type Session = {
  id: string;
  at: Instant | undefined;
  /** The models of every shutdown, added up. */
  readonly models: Map<string, UsageLine>;
  /** Single requests since the last shutdown. */
  readonly requests: UsageLine[];
  /** Whether a model answered since the last shutdown. */
  open: boolean;
};

// A nano-AI-unit is a thousand-millionth of an AI credit, which GitHub sells for a cent.
const NANO_AIU_PER_NANO_USD = 100;

function isEvent(object: JsonObject): boolean {
  const data = objectIn(object, "data");
  const type = textIn(object, "type");
  if (data === undefined) return false;
  if (type === "session.shutdown") return objectIn(data, "modelMetrics") !== undefined;
  if (type === "session.start") return textIn(data, "copilotVersion") !== "";
  return type === "assistant.usage" && textIn(data, "model") !== "" && hasNumber(data, "inputTokens", "outputTokens");
}

function sessionOf(objects: Iterable<JsonObject>): Session {
  const session: Session = { id: "", at: undefined, models: new Map(), requests: [], open: false };
  const seen = new Set<string>();
  for (const object of objects) {
    const data = objectIn(object, "data");
    const id = textIn(object, "id");
    if (data === undefined || (id !== "" && seen.has(id))) continue;
    const type = textIn(object, "type");
    if (type === "session.start") session.id ||= textIn(data, "sessionId");
    if (type === "assistant.message" || type === "assistant.turn_start") session.open = true;
    if (type !== "session.shutdown" && type !== "assistant.usage") continue;
    // Only what counts is remembered: a file may have hundreds of thousands of events.
    seen.add(id);
    session.at = laterOf(session.at, instantIn(own(object, "timestamp")));
    if (type === "assistant.usage") session.requests.push(lineOf(textIn(data, "model"), data, 1));
    else noteShutdown(session, data);
  }
  return session;
}

function noteShutdown(session: Session, data: JsonObject): void {
  session.open = false;
  session.requests.length = 0;
  for (const [model, metrics] of Object.entries(objectIn(data, "modelMetrics") ?? {})) {
    const usage = isObject(metrics) ? objectIn(metrics, "usage") : undefined;
    if (!isObject(metrics) || usage === undefined) continue;
    const line = lineOf(model, { ...metrics, ...usage }, countIn(partIn(metrics, "requests"), "count"));
    const known = session.models.get(model);
    session.models.set(model, known ? added(known, line) : line);
  }
}

function lineOf(model: string, facts: JsonObject, requests: number): UsageLine {
  const output = countIn(facts, "outputTokens");
  const units = countIn(facts, "totalNanoAiu") || countIn(partIn(facts, "copilotUsage"), "totalNanoAiu");
  return usageLine({
    model,
    input: countIn(facts, "inputTokens"),
    cache_read: countIn(facts, "cacheReadTokens"),
    cache_write_5m: countIn(facts, "cacheWriteTokens"),
    output,
    reasoning: Math.min(output, countIn(facts, "reasoningTokens")),
    requests: Math.max(1, requests),
    aggregate: requests !== 1,
    reported_cost: units === 0 ? undefined : costOf(units),
  });
}

function costOf(units: number): NanoUsd {
  try {
    return nanoUsd(Math.round(units / NANO_AIU_PER_NANO_USD));
  } catch (cause) {
    throw new UsageError("bad-usage", `The usage makes no sense: ${units} nano-AI-units.`, { cause });
  }
}

function added(a: UsageLine, b: UsageLine): UsageLine {
  const counts = COUNT_KEYS.map((key) => [key, a[key] + b[key]]);
  const costs = [a.reported_cost, b.reported_cost].filter((cost) => cost !== undefined);
  const reported_cost = costs.length === 2 ? totalCostOf(costs) : undefined;
  return usageLine({ ...a, ...Object.fromEntries(counts), aggregate: true, reported_cost });
}

function reportOf(session: Session): UsageReport {
  const { id, at, requests, open } = session;
  const counter = id === "" ? {} : { counting: "cumulative" as const, session: id };
  const shutdowns = [...session.models.values()].map((line) => usageLine({ ...line, ...counter, at }));
  const lines = [...shutdowns, ...addedUp(requests)].filter((line) => !isEmptyUsage(line));
  const isSilent = lines.length === 0 || (open && requests.length === 0);
  const notes = isSilent ? ["Copilot CLI was interrupted before it wrote down what it used."] : [];
  return { format: copilotCli.name, lines, complete: !isSilent, notes };
}
