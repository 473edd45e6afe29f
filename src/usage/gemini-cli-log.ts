import { fewLines } from "./added-up.ts";
import { countIn, objectsInList } from "./count-in.ts";
import { type JsonObject, objectIn, textIn } from "./json-text.ts";
import { instantIn } from "./reader.ts";
import { geminiCli } from "./readers/gemini-cli.ts";
import { type LoggedSession, type LogScope, loggedSession, recordsOf, type SessionLog } from "./session-log.ts";
import { isEmptyUsage, plainName, type UsageLine, usageLine } from "./usage.ts";

type Seen = {
  /** The session's id, as the log itself says it. */
  readonly named: string;
  readonly project: string;
  readonly isUnreadable: boolean;
  readonly answers: ReadonlyMap<string, JsonObject>;
};

/**
 * The sessions in Gemini CLI's recordings of its chats: a message is written again as it grows, under the same id, and
 * what is taken back was used all the same. Agents that a session starts belong to it.
 * https://github.com/google-gemini/gemini-cli/blob/main/packages/core/src/services/chatRecordingTypes.ts
 */
export function geminiCliSessions(logs: Iterable<SessionLog>, scope: LogScope): LoggedSession[] {
  const sessions = new Map<string, Seen>();
  for (const log of logs) {
    const seen = seenIn(log);
    const id = plainName((log.isPart ? "" : seen.named) || log.session);
    const known = sessions.get(id);
    const answers = new Map([...(known?.answers ?? []), ...seen.answers]);
    sessions.set(id, { ...seen, answers, isUnreadable: seen.isUnreadable || known?.isUnreadable === true });
  }
  return [...sessions].flatMap(([id, seen]) => (scope.isOurs(seen.project) ? sessionOf(id, seen, scope) : []));
}

function seenIn(log: SessionLog): Seen {
  const seen = { named: "", project: "", isUnreadable: false, answers: new Map<string, JsonObject>() };
  const unreadable = () => {
    seen.isUnreadable = true;
  };
  for (const record of recordsOf(log, unreadable)) {
    seen.named ||= textIn(record, "sessionId");
    seen.project ||= textIn(record, "projectHash");
    for (const answer of answersIn(record)) seen.answers.set(textIn(answer, "id"), answer);
  }
  return seen;
}

/** The messages of a model in one record: a single one, or those of a whole chat. */
function answersIn(record: JsonObject): JsonObject[] {
  const whole = [...objectsInList(record, "messages"), ...objectsInList(objectIn(record, "$set"), "messages")];
  return [record, ...whole].filter((one) => textIn(one, "type") === "gemini" && objectIn(one, "tokens") !== undefined);
}

function sessionOf(id: string, { isUnreadable, answers }: Seen, { sinceMs }: LogScope): LoggedSession[] {
  const timeOf = (answer: JsonObject) => Date.parse(textIn(answer, "timestamp")) || sinceMs;
  const recent = [...answers.values()].filter((answer) => timeOf(answer) >= sinceMs);
  const startedMs = recent.length === 0 ? sinceMs : recent.map(timeOf).reduce((a, b) => Math.min(a, b));
  return loggedSession({ format: geminiCli.name, id, startedMs }, isUnreadable, () => {
    const used = recent.map(lineOf).filter((line) => !isEmptyUsage(line));
    return fewLines(used).lines;
  });
}

/** What a tool's results add to the prompt is counted separately; so are thoughts and the answer. */
function lineOf(answer: JsonObject): UsageLine {
  const tokens = objectIn(answer, "tokens");
  const input = countIn(tokens, "input") + countIn(tokens, "tool");
  const reasoning = countIn(tokens, "thoughts");
  return usageLine({
    provider: "google",
    model: textIn(answer, "model"),
    at: instantIn(textIn(answer, "timestamp")),
    input,
    cache_read: countIn(tokens, "cached"),
    output: Math.max(countIn(tokens, "output") + reasoning, countIn(tokens, "total") - input),
    reasoning,
    requests: 1,
  });
}
