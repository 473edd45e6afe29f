import { readAnswer } from "../../usage/read-answer.ts";
import { isEmptyUsage, plainName, type UsageLine, usageLine } from "../../usage/usage.ts";
import type { Asked } from "./asked.ts";
import type { Notes } from "./notes.ts";
import type { Route } from "./route.ts";

/** How an answer's text is counted where its provider doesn't say: characters a token. */
const CHARACTERS_PER_TOKEN = 4;

/** What an answer used. */
export type Metered = {
  readonly lines: readonly UsageLine[];
  /** Some of it was counted by length: the figures are a minimum. */
  readonly estimated: boolean;
  /** The answer's ids as its provider gave them: only a salted hash of them may be kept. */
  readonly ids: readonly string[];
  readonly agentPart: string | undefined;
};

/** What is known of a request when its answer is read; the dearest model is taken where none is named. */
export type Answered = Asked & { readonly dearestModel: string | undefined };

/**
 * What an answer used that is over or broke off; undefined if it used nothing. An error uses nothing unless it says so,
 * nor does one that comes before any text, nor what isn't known to be a model's; what else says nothing is counted by
 * length.
 */
export function meteredOf(
  notes: Notes,
  { route, asked, isRefused }: { readonly route: Route; readonly asked: Answered; readonly isRefused: boolean },
): Metered | undefined {
  const read = readAnswer(notes.figures) ?? { lines: [], complete: false };
  const isNothing = isRefused || route.kind === "unknown" || (notes.hasFailed && notes.textLength === 0);
  if (read.lines.length === 0 && isNothing) return undefined;
  const estimated = !read.complete;
  const lines = (estimated ? byLength(read.lines, notes, asked) : read.lines).filter(isUsed);
  if (lines.length === 0) return undefined;
  return {
    lines: lines.map((line) => named(line, { route, asked, estimated })),
    estimated,
    ids: [...notes.ids],
    agentPart: asked.agentPart,
  };
}

/** At least what the text seen comes to; without any figures the request's own length, too. */
function byLength(lines: readonly UsageLine[], { textLength }: Notes, asked: Answered): readonly UsageLine[] {
  const counted = Math.ceil(textLength / CHARACTERS_PER_TOKEN);
  const [first, ...others] = lines;
  // Whatever is sent is a token at least.
  const input = Math.max(1, asked.inputTokensAtLeast);
  if (first === undefined) return [usageLine({ input, output: counted, requests: 1 })];
  return [{ ...first, output: Math.max(first.output, counted) }, ...others];
}

function isUsed(line: UsageLine): boolean {
  return !isEmptyUsage(line) || (line.reported_cost ?? 0) > 0;
}

type About = { readonly route: Route; readonly asked: Answered; readonly estimated: boolean };

function named(line: UsageLine, { route, asked, estimated }: About): UsageLine {
  const model = plainName(utf8(line.model) || route.modelInPath || asked.model || asked.dearestModel || "");
  const other = plainName(asked.model ?? "");
  return {
    ...line,
    model,
    ...(other !== "" && other !== model && { asked: other }),
    provider: line.provider || route.provider,
    ...(asked.agentPart !== undefined && { by: asked.agentPart }),
    ...(estimated && { estimated: true }),
  };
}

/** A name that was read byte by byte. */
function utf8(latin1: string): string {
  return Buffer.from(latin1, "latin1").toString("utf8");
}
