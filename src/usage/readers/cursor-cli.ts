import { callsReport } from "../calls-report.ts";
import { countIn, hasNumber } from "../count-in.ts";
import { type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import type { Reader } from "../reader.ts";
import { type Said, soundLines } from "../sound-lines.ts";
import type { UsageFacts, UsageReport } from "../usage.ts";

/**
 * Cursor's CLI: `--output-format json` and stream-json. Its `result` has the tokens, without what went through the
 * cache, since the versions of 2026; the model is named at the beginning of the stream alone.
 */
export const cursorCli: Reader = {
  name: "cursor-cli",
  title: "Cursor CLI (--output-format json or stream-json)",
  recognize: (object) => isResult(object) || isInit(object),
  read: (objects) => reportOf(objects),
};

function isResult(object: JsonObject): boolean {
  if (textIn(object, "type") !== "result" || typeof own(object, "duration_ms") !== "number") return false;
  const usage = objectIn(object, "usage");
  const isOthers = ["total_cost_usd", "modelUsage", "num_turns", "stats"].some((key) => Object.hasOwn(object, key));
  return !isOthers && (hasNumber(usage, "inputTokens", "outputTokens") || textIn(object, "request_id") !== "");
}

function isInit(object: JsonObject): boolean {
  if (textIn(object, "type") !== "system" || textIn(object, "subtype") !== "init") return false;
  const isOthers = ["claude_code_version", "mcp_servers", "tools"].some((key) => Object.hasOwn(object, key));
  return !isOthers && textIn(object, "apiKeySource") !== "" && textIn(object, "permissionMode") !== "";
}

function reportOf(objects: Iterable<JsonObject>): UsageReport {
  const results = new Map<string, Said>();
  const models = new Map<string, string>();
  const missing = new Set<string>();
  const running = new Set<string>();
  for (const object of objects) {
    const session = textIn(object, "session_id");
    if (isInit(object)) {
      models.set(session, textIn(object, "model"));
      running.add(session);
    }
    if (!isResult(object)) continue;
    running.delete(session);
    const usage = objectIn(object, "usage");
    const key = textIn(object, "request_id") || `#${results.size}`;
    if (usage) results.set(key, saidOf(models.get(session) ?? "", usage));
    else missing.add("Cursor reports no tokens; newer versions of its CLI do.");
  }
  if (running.size > 0) missing.add("Cursor was interrupted: its usage is unknown.");
  const sound = soundLines(results.values());
  return callsReport({ format: cursorCli.name, ...sound, missing: [...sound.missing, ...missing] });
}

function saidOf(model: string, usage: JsonObject): Said {
  // A run is many requests.
  return { about: { model, requests: 1, aggregate: true }, counts: () => countsOf(usage) };
}

function countsOf(usage: JsonObject): UsageFacts {
  const read = countIn(usage, "cacheReadTokens");
  const written = countIn(usage, "cacheWriteTokens");
  return {
    input: countIn(usage, "inputTokens") + read + written,
    cache_read: read,
    cache_write_5m: written,
    output: countIn(usage, "outputTokens"),
  };
}
