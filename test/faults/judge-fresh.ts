import { decide } from "../../src/books/decide.ts";
import { DEFAULT_SETTINGS } from "../../src/books/settings.ts";
import type { State } from "../../src/books/state.ts";
import { nanoOf } from "../../src/values/money.ts";
import { ledgerHourOf } from "../../src/values/month.ts";
import type { Breach, Evidence } from "./judge.ts";
import { REQUEST_MS, type Step } from "./world.ts";

const DENIALS = ["exhausted", "insufficient", "too-many-holds"];

/** Law fresh: what was answered without a commit is what books no older than the question say. */
export function judgeFreshness(evidence: Evidence): Breach[] {
  const breaches: Breach[] = [];
  for (const step of evidence.world.steps) {
    const { result, plan } = step;
    const span = spanOf(step, evidence);
    if (result === undefined || result.signal !== null || span === undefined || result.outputs["commit"]) continue;
    const books = newestIn(evidence, span);
    const tell = (what: string) => void breaches.push({ law: "fresh", what: `${plan.name}: ${what}` });
    const { reason = "", hold } = result.outputs;
    const isGate = step.part === "main" || step.part === "check";
    if (isGate && DENIALS.includes(reason) && !books.some((state) => isDenied(state, step, { reason, span }))) {
      tell(`was denied (${reason}) by books older than its question`);
    }
    const own = step.part === "release" ? holdOf(step, evidence) : undefined;
    if (own === undefined || hold !== undefined || result.exitCode !== 0) continue;
    if (reason === "ok" && !books.some(({ holds }) => holds.every(({ id }) => id !== own))) {
      tell(`found no hold ${own} in books older than its question`);
    }
  }
  return breaches;
}

type Span = { readonly fromMs: number; readonly toMs: number };

/** From the moment a step asked its first question to the moment its last one reached the books' place. */
function spanOf(step: Step, { world }: Evidence): Span | undefined {
  const times = world.keeper.asked(step).map(({ atMs }) => atMs);
  const [first] = times;
  return first === undefined ? undefined : { fromMs: first - REQUEST_MS, toMs: Math.max(...times) };
}

/** The states that were the newest at some moment of a span. */
function newestIn({ lives }: Evidence, { fromMs, toMs }: Span): State[] {
  return lives.flatMap(({ versions }) =>
    versions.flatMap(({ state, atMs }, index) => {
      // Git keeps no fractions of a second.
      const endedMs = (versions[index + 1]?.atMs ?? Number.POSITIVE_INFINITY) + 1_000;
      return state === undefined || atMs > toMs || endedMs < fromMs ? [] : [state];
    }),
  );
}

function isDenied(state: State, { writer }: Step, { reason, span }: { reason: string; span: Span }): boolean {
  const estimate = nanoOf(Number(writer?.estimate));
  return [span.fromMs, span.toMs].some((atMs) => {
    const now = new Date(atMs).toISOString();
    const request = { kind: "check", id: "another", profile: "any", tags: {}, run: {}, holdMs: 60_000 } as const;
    const settings = { ...DEFAULT_SETTINGS, estimate };
    const circumstances = { now, hour: ledgerHourOf(now), settings, channels: {}, operation: "another" };
    return decide({ state, lines: [] }, request, circumstances).answer.admission.reason === reason;
  });
}

/** The hold that a step's own job was let in with. */
function holdOf({ writer }: Step, { world }: Evidence): string | undefined {
  const check = world.steps.find((one) => one.writer === writer && one.part === "check");
  return check?.result?.outputs["hold"];
}
