import { readAnswer } from "../../usage/read-answer.ts";
import { type UsageLine, usageLine } from "../../usage/usage.ts";
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
 * nor does one that comes before any text; what else says nothing is counted by length.
 */
export function meteredOf(
  notes: Notes,
  { route, asked, isRefused }: { readonly route: Route; readonly asked: Answered; readonly isRefused: boolean },
): Metered | undefined {
  const read = readAnswer(notes.figures) ?? { lines: [], complete: false };
  const isNothing = isRefused || (notes.hasFailed && notes.textLength === 0);
  if (read.lines.length === 0 && isNothing) return undefined;
  const counted = Math.ceil(notes.textLength / CHARACTERS_PER_TOKEN);
  const estimated = !read.complete;
  const lines =
    read.lines.length === 0
      ? [usageLine({ input: asked.inputTokensAtLeast, output: counted, requests: 1 })]
      : read.lines.map((line, index) =>
          estimated && index === 0 ? { ...line, output: Math.max(line.output, counted) } : line,
        );
  return {
    lines: lines.map((line) => named(line, { route, asked, estimated })),
    estimated,
    ids: [...notes.ids],
    agentPart: asked.agentPart,
  };
}

type About = { readonly route: Route; readonly asked: Answered; readonly estimated: boolean };

function named(line: UsageLine, { route, asked, estimated }: About): UsageLine {
  const model = utf8(line.model) || route.modelInPath || asked.model || asked.dearestModel || "";
  return {
    ...line,
    model: usageLine({ model }).model,
    provider: line.provider || route.provider,
    ...(asked.agentPart !== undefined && { by: asked.agentPart }),
    ...(estimated && { estimated: true }),
  };
}

/** A name that was read byte by byte. */
function utf8(latin1: string): string {
  return Buffer.from(latin1, "latin1").toString("utf8");
}
