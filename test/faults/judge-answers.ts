import { REASONS } from "../../src/values/errors.ts";
import type { Fault } from "../support/github/faults.ts";
import type { LoggedRequest } from "../support/github/server.ts";
import type { Breach, Evidence, Law } from "./judge.ts";
import type { Step } from "./world.ts";

/** What the books themselves answer; any other reason is that of a gate that can't tell. */
const DECIDED = ["ok", "exhausted", "insufficient", "too-many-holds"];

/** Law closed: a gate that can't tell says no unless told otherwise, and a yes has its hold in the books. */
export function judgeAnswers(evidence: Evidence): Breach[] {
  const { world } = evidence;
  const breaches: Breach[] = [];
  for (const step of world.steps) {
    const tell = (law: Law, what: string) => void breaches.push({ law, what: `${step.plan.name}: ${what}` });
    const { result } = step;
    if (result === undefined) continue;
    judgeWaits(step, world.github.log, (what) => tell("closed", what));
    if (result.signal !== null) continue;
    if (/issues\/new|bug/i.test(result.annotations.map(({ message }) => message).join()))
      tell("closed", "ended in a bug");
    if (step.part === "main" || step.part === "check") {
      for (const wrong of wrongsOfGate(step, evidence)) tell("closed", wrong);
    }
    if (step.part === "meter" && result.exitCode !== 0) tell("closed", "a meter failed");
    if (step.part === "post" && result.exitCode !== 0) tell("closed", "a post part failed the job");
    if (step.writer === null && result.exitCode !== 0) tell("closed", "nothing was wrong any more, and it failed");
  }
  return breaches;
}

function* wrongsOfGate(step: Step, { world, lives }: Evidence): Generator<string> {
  const { plan, writer, result } = step;
  const { allowed, reason = "", decision, hold } = result?.outputs ?? {};
  const isDecided = DECIDED.includes(reason);
  if (!REASONS.some((known) => known === reason)) yield `gave the reason ${reason}`;
  const shouldBe = isDecided ? reason === "ok" : writer?.onError === "allow";
  if (allowed !== String(shouldBe) || decision !== (shouldBe ? "allow" : "deny")) {
    yield `answered allowed=${allowed}, decision=${decision} for ${reason}`;
  }
  if ((result?.exitCode === 0) !== shouldBe) yield `ended with ${result?.exitCode} after allowed=${allowed}`;
  const made = lives.flatMap(({ versions }) => versions).filter(({ author }) => author === plan.name);
  const mine = made.find(({ state }) => state?.holds.some(({ profile }) => profile === writer?.name));
  if (reason === "ok") {
    const commit = result?.outputs["commit"] || mine?.oid;
    const named = made.find(({ oid }) => oid === commit);
    if (!named?.state?.holds.some(({ id }) => id === hold)) yield `was let in, and ${commit} has no hold ${hold}`;
  } else if (mine !== undefined && isDecided) {
    yield `was denied (${reason}) and has a hold in the books`;
  } else if (mine !== undefined) {
    const commits = world.keeper.asked(step).filter(({ isWrite }) => isWrite);
    const isTold = commits.every((one) => one.isTold);
    if (isTold && !/none within/.test(result?.log ?? ""))
      yield `could not tell (${reason}), though its commits were answered`;
  }
}

/** A wait that GitHub asks for is waited: none of the step's requests comes before it is over. */
function judgeWaits({ token }: Step, log: readonly LoggedRequest[], tell: (what: string) => void): void {
  const own = log.filter((one) => one.token === token);
  for (const [index, { at, fault }] of own.entries()) {
    const next = own[index + 1];
    const asked = askedWaitMs(fault, Date.parse(at));
    if (next === undefined || asked === undefined) continue;
    const waited = Date.parse(next.at) - Date.parse(at);
    if (waited < asked) tell(`asked again after ${waited} ms where ${asked} ms were to be waited`);
  }
}

function askedWaitMs(fault: Fault | undefined, atMs: number): number | undefined {
  if (fault?.kind === "meanwhile" || fault?.kind === "slow") return askedWaitMs(fault.next, atMs);
  if (fault?.kind !== "status" || (fault.status !== 403 && fault.status !== 429)) return undefined;
  const { headers = {} } = fault;
  if (headers["retry-after"] !== undefined) return Number(headers["retry-after"]) * 1000;
  const reset = headers["x-ratelimit-reset"];
  return reset === undefined ? 60_000 : Math.max(0, Number(reset) * 1000 - atMs);
}
