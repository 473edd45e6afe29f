import { type JsonObject, textIn } from "./json-text.ts";

/**
 * The name of a tool that writes what looks like a format we read and counts otherwise; undefined for anything else.
 * None of them is mistaken for the tool it looks like.
 */
export function strangerIn(object: JsonObject): string | undefined {
  // Its threads' names start like this: https://ampcode.com/manual#cli-streaming-json.
  if (/^T-[\da-f]{8}-/.test(textIn(object, "session_id"))) return "Amp";
  // https://docs.factory.ai/cli/droid-exec/overview
  if (textIn(object, "type") === "completion" && Object.hasOwn(object, "finalText")) return "Droid";
  if (textIn(object, "type") !== "system" || textIn(object, "subtype") !== "init") return undefined;
  // Tools that copy Claude Code's stream put their own version where it has claude_code_version.
  const tools = Object.keys(object).flatMap((key) => /^([a-z][a-z_]*)_version$/.exec(key)?.[1] ?? []);
  return tools.length === 0 || tools.some((tool) => KNOWN.has(tool)) ? undefined : tools[0];
}

const KNOWN: ReadonlySet<string> = new Set(["claude_code", "qwen_code"]);
