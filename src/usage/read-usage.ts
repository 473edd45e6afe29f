import { fewLines } from "./added-up.ts";
import { type Damage, type Layout, layoutOf, objectsOf } from "./json-text.ts";
import type { IsMetered, Reader } from "./reader.ts";
import { aider } from "./readers/aider.ts";
import { anthropic } from "./readers/anthropic.ts";
import { bedrock } from "./readers/bedrock.ts";
import { claudeCode } from "./readers/claude-code.ts";
import { codex } from "./readers/codex.ts";
import { copilotCli } from "./readers/copilot-cli.ts";
import { cursorCli } from "./readers/cursor-cli.ts";
import { geminiApi } from "./readers/gemini-api.ts";
import { geminiCli } from "./readers/gemini-cli.ts";
import { ghAw } from "./readers/gh-aw.ts";
import { grokCli } from "./readers/grok-cli.ts";
import { langchain } from "./readers/langchain.ts";
import { openai } from "./readers/openai.ts";
import { opencode } from "./readers/opencode.ts";
import { opentelemetry } from "./readers/opentelemetry.ts";
import { ownRecord } from "./readers/own-record.ts";
import { qwenCode } from "./readers/qwen-code.ts";
import { vercelAiSdk } from "./readers/vercel-ai-sdk.ts";
import { strangerIn } from "./strangers.ts";
import { headOf, type Text } from "./text.ts";
import type { UsageReport } from "./usage.ts";
import { UsageError } from "./usage-error.ts";

/** Every format we read, in the order in which they are tried. */
export const READERS: readonly Reader[] = [
  ownRecord,
  qwenCode,
  claudeCode,
  codex,
  geminiCli,
  opencode,
  ghAw,
  anthropic,
  openai,
  geminiApi,
  bedrock,
  copilotCli,
  cursorCli,
  grokCli,
  aider,
  opentelemetry,
  langchain,
  vercelAiSdk,
];

/** How many characters at the start of a file are checked for ones that no text has. */
const HEAD = 8_000;

/**
 * The usage in what a tool printed or wrote, recognized by its content. A text that comes in pieces is scanned more
 * than once, and isn't kept. `isMetered` is for a run that had a meter. Throws a UsageError: "empty", "unrecognised" (which lists the formats), or "bad-usage" for
 * figures that make no sense.
 */
export function readUsage(text: Text, isMetered?: IsMetered): UsageReport {
  if (headOf(text, HEAD).includes("\0")) throw unrecognized("This isn't text: it may be a picture or an archive.");
  for (const { readText } of READERS) {
    const report = readText?.(text);
    if (report) return report;
  }
  const layout = layoutOf(text);
  const reader = readerFor(text, layout);
  const damage = { skipped: 0, cutOff: false };
  const report = reader.read(objectsOf(text, damage, layout), isMetered);
  const isSilent = report.complete && report.lines.length === 0;
  const { lines, notes } = fewLines(report.lines);
  return {
    ...report,
    lines,
    // What was cut off may have been usage.
    complete: report.complete && !isSilent && !damage.cutOff,
    notes: [...report.notes, ...(isSilent ? ["It doesn't report any usage."] : []), ...damageNotes(damage), ...notes],
  };
}

function readerFor(text: Text, layout: Layout): Reader {
  const damage = { skipped: 0, cutOff: false };
  for (const object of objectsOf(text, damage, layout)) {
    const stranger = strangerIn(object);
    if (stranger !== undefined) throw unrecognized(`This comes from ${stranger}, whose format isn't supported.`);
    const reader = READERS.find((candidate) => candidate.recognize(object));
    if (reader) return reader;
  }
  const cut = damage.cutOff ? " It ends in the middle of a JSON value." : "";
  throw unrecognized(`This isn't usage in a supported format.${cut}`);
}

function unrecognized(what: string): UsageError {
  const titles = READERS.map(({ title }) => title.replace(/ \(.*$/, "")).join(", ");
  return new UsageError("unrecognised", `${what} Supported formats: ${titles}; docs/usage.md shows each.`);
}

function damageNotes({ skipped, cutOff }: Damage): string[] {
  const others = cutOff ? skipped - 1 : skipped;
  const lines = others === 1 ? "One line isn't a JSON object and was" : `${others} lines aren't JSON objects and were`;
  return [
    ...(cutOff ? ["The last line is cut off and was left out."] : []),
    ...(others > 0 ? [`${lines} left out.`] : []),
  ];
}
