import { callsReport } from "../calls-report.ts";
import { countIn } from "../count-in.ts";
import { type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { instantIn, type Reader, reportedCostOf } from "../reader.ts";
import { type Said, soundLines } from "../sound-lines.ts";
import { isEmptyUsage, type UsageFacts, type UsageReport } from "../usage.ts";

/**
 * opencode: `opencode run --format json`. Its steps add up; it names no model, and its cost is zero if it knows no
 * price.
 */
export const opencode: Reader = {
  name: "opencode",
  title: "opencode (run --format json)",
  recognize: (object) => isStep(object, "step_start") || isStep(object, "step_finish"),
  read: (objects) => reportOf(objects),
};

function reportOf(objects: Iterable<JsonObject>): UsageReport {
  const open = new Set<string>();
  const steps = new Map<string, Said>();
  for (const object of objects) {
    const part = objectIn(object, "part") ?? {};
    const message = textIn(part, "messageID");
    if (isStep(object, "step_start")) open.add(message);
    if (!isStep(object, "step_finish")) continue;
    open.delete(message);
    steps.set(textIn(part, "id") || `#${steps.size}`, stepOf(object, part));
  }
  const sound = soundLines(steps.values());
  const lines = sound.lines.filter((line) => !isEmptyUsage(line) || line.reported_cost !== undefined);
  const isSilent = open.size > 0 || (lines.length === 0 && sound.missing.length === 0);
  const silence = isSilent
    ? ["opencode was interrupted, or failed: it doesn't report the usage of its last step."]
    : [];
  return callsReport({ format: "opencode", lines, missing: [...sound.missing, ...silence], notes: sound.notes });
}

function stepOf(object: JsonObject, part: JsonObject): Said {
  const session = textIn(object, "sessionID") || textIn(part, "sessionID");
  const at = instantIn(own(object, "timestamp"));
  const cost = own(part, "cost") ?? 0;
  return {
    about: { counting: "step", session, at, requests: 1 },
    counts: () => countsOf(objectIn(part, "tokens") ?? {}),
    cost: () => (cost === 0 ? {} : { reported_cost: reportedCostOf("the cost of a step", cost) }),
  };
}

function countsOf(tokens: JsonObject): UsageFacts {
  const cache = objectIn(tokens, "cache") ?? {};
  const [read, written] = [countIn(cache, "read"), countIn(cache, "write")];
  const reasoning = countIn(tokens, "reasoning");
  return {
    input: countIn(tokens, "input") + read + written,
    cache_read: read,
    cache_write_5m: written,
    output: countIn(tokens, "output") + reasoning,
    reasoning,
  };
}

function isStep(object: JsonObject, type: "step_start" | "step_finish"): boolean {
  const part = objectIn(object, "part");
  return textIn(object, "type") === type && part !== undefined && textIn(part, "type") === type.replace("_", "-");
}
