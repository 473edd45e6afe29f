import type { Instant } from "../../values/month.ts";
import { callsReport } from "../calls-report.ts";
import { countIn, hasNumber } from "../count-in.ts";
import { type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { instantIn, type Reader, reportedCostOf } from "../reader.ts";
import { type Said, soundLines } from "../sound-lines.ts";
import { proseOf, type Text } from "../text.ts";
import type { UsageReport } from "../usage.ts";

/**
 * Aider: the log of `--analytics-log`, whose `message_send` events are exact, or what it prints after each message
 * and keeps in its chat history, which is rounded.
 */
export const aider: Reader = {
  name: "aider",
  title: 'Aider (--analytics-log, or its printed lines "Tokens: … sent, … received.")',
  recognize: isEvent,
  read: (objects) => reportOfLog(objects),
  readText: reportOfPrint,
};

const PRINTED =
  /^(?:> )?(?:(?:Main model|Model): (\S+) with \S+ edit format|Tokens: ([\d.]+k?) sent(?:, ([\d.]+k?) cache write)?(?:, ([\d.]+k?) cache hit)?, ([\d.]+k?) received\.(?:\s+(?:> )?Cost: \$([\d.]+)\s+message)?)/gm;

/** How far after the tokens their cost ends, in characters: it may be on the next line. */
const COST_WITHIN = 256;

function isEvent(object: JsonObject): boolean {
  const properties = objectIn(object, "properties");
  const isAiders = properties !== undefined && typeof own(object, "event") === "string" && "user_id" in object;
  return isAiders && (textIn(properties, "edit_format") !== "" || textIn(properties, "aider_version") !== "");
}

function reportOfLog(objects: Iterable<JsonObject>): UsageReport {
  const said: Said[] = [];
  let sends = 0;
  for (const object of objects) {
    const event = textIn(object, "event");
    const properties = objectIn(object, "properties") ?? {};
    if (event === "message_send_starting") sends += 1;
    if (event !== "message_send") continue;
    sends = 0;
    said.push(saidOf(properties, instantIn(secondsIn(object))));
  }
  const { lines, notes, missing: odd } = soundLines(said);
  const open = sends > 0 ? ["Aider was interrupted: the usage of its last message isn't reported."] : [];
  const isSilent = said.length === 0 && sends === 0;
  const silence = isSilent ? ["Aider sent no message, or doesn't report its usage."] : [];
  return callsReport({ format: aider.name, lines, notes, missing: [...odd, ...open, ...silence] });
}

/** When an event was logged, in milliseconds: the log has seconds. */
function secondsIn(event: JsonObject): number | undefined {
  const seconds = own(event, "time");
  return typeof seconds === "number" ? seconds * 1_000 : undefined;
}

function saidOf(properties: JsonObject, at: Instant | undefined): Said {
  const model = textIn(properties, "main_model");
  return {
    about: {
      // Models that Aider doesn't know are redacted in the log.
      model: model.endsWith("/REDACTED") || model === "None" ? "" : model,
      at,
      requests: 1,
      // A message may have been sent again after a failed edit; Aider adds the tries up.
      aggregate: true,
    },
    counts: () => ({ input: countIn(properties, "prompt_tokens"), output: countIn(properties, "completion_tokens") }),
    cost: () =>
      hasNumber(properties, "cost") ? { reported_cost: reportedCostOf("cost", own(properties, "cost")) } : {},
  };
}

function reportOfPrint(text: Text): UsageReport | undefined {
  const said: Said[] = [];
  let model = "";
  for (const [, named, sent, written, hit, received, cost] of printedIn(text)) {
    if (named !== undefined) model = named;
    if (sent === undefined || received === undefined) continue;
    const cached = { cache_read: tokensOf(hit), cache_write_5m: tokensOf(written) };
    said.push({
      about: { model, requests: 1, aggregate: true },
      counts: () => ({
        // With some providers the cache reads aren't included in what was sent.
        input: Math.max(tokensOf(sent), cached.cache_read + cached.cache_write_5m),
        ...cached,
        output: tokensOf(received),
      }),
      cost: () => (cost === undefined ? {} : { reported_cost: reportedCostOf("the printed cost", Number(cost)) }),
    });
  }
  if (said.length === 0) return undefined;
  const { lines, missing, notes } = soundLines(said);
  const rounded = "Aider prints rounded figures; the log of its --analytics-log option has exact ones.";
  return callsReport({ format: aider.name, lines, missing, notes: [...notes, rounded] });
}

function* printedIn(text: Text): Generator<RegExpExecArray> {
  let rest = "";
  for (const prose of proseOf(text)) {
    const piece = rest + prose;
    rest = "";
    // Most texts contain none of it, and this check is the fastest.
    if (!piece.includes("Tokens: ") && !piece.includes("odel: ")) continue;
    for (const match of piece.matchAll(PRINTED)) {
      if (piece.length - match.index - match[0].length < COST_WITHIN) {
        rest = piece.slice(match.index);
        break;
      }
      yield match;
    }
  }
  yield* rest.matchAll(PRINTED);
}

/** Tokens as Aider prints them: 800, 4.2k, 12k. */
function tokensOf(printed: string | undefined): number {
  const [, digits, thousands] = /^([\d.]+)(k?)$/.exec(printed ?? "0") ?? [];
  return Math.round(Number(digits) * (thousands === "k" ? 1_000 : 1));
}
