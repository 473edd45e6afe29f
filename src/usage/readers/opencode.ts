import { callsReport } from "../calls-report.ts";
import { countIn } from "../count-in.ts";
import { type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { instantIn, type Reader, reportedCostOf } from "../reader.ts";
import { isEmptyUsage, type UsageLine, type UsageReport, usageLine } from "../usage.ts";

/**
 * opencode: `opencode run --format json`. Its steps add up; it names no model, and its cost is zero where it knows no
 * price.
 */
export const opencode: Reader = {
  name: "opencode",
  title: "opencode (run --format json)",
  recognise: (object) => isStep(object, "step_start") || isStep(object, "step_finish"),
  read: (objects) => reportOf(objects),
};

function reportOf(objects: Iterable<JsonObject>): UsageReport {
  const open = new Set<string>();
  const steps = new Map<string, UsageLine>();
  for (const object of objects) {
    const part = objectIn(object, "part") ?? {};
    const message = textIn(part, "messageID");
    if (isStep(object, "step_start")) open.add(message);
    if (!isStep(object, "step_finish")) continue;
    open.delete(message);
    steps.set(textIn(part, "id") || `#${steps.size}`, stepOf(object, part));
  }
  const lines = [...steps.values()].filter((line) => !isEmptyUsage(line));
  const isSilent = open.size > 0 || lines.length === 0;
  const missing = isSilent ? ["opencode was interrupted, or failed: it doesn't tell what its last step used."] : [];
  return callsReport({ format: "opencode", lines, missing });
}

function stepOf(object: JsonObject, part: JsonObject): UsageLine {
  const tokens = objectIn(part, "tokens") ?? {};
  const cache = objectIn(tokens, "cache") ?? {};
  const [read, written] = [countIn(cache, "read"), countIn(cache, "write")];
  const reasoning = countIn(tokens, "reasoning");
  const cost = own(part, "cost") ?? 0;
  return usageLine({
    counting: "step",
    session: textIn(object, "sessionID") || textIn(part, "sessionID"),
    at: instantIn(own(object, "timestamp")),
    input: countIn(tokens, "input") + read + written,
    cache_read: read,
    cache_write_5m: written,
    output: countIn(tokens, "output") + reasoning,
    reasoning,
    requests: 1,
    reported_cost: cost === 0 ? undefined : reportedCostOf("the cost of a step", cost),
  });
}

function isStep(object: JsonObject, type: "step_start" | "step_finish"): boolean {
  const part = objectIn(object, "part");
  return textIn(object, "type") === type && part !== undefined && textIn(part, "type") === type.replace("_", "-");
}
