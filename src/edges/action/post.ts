import { POST_PATIENCE_MS } from "../../commands/guard.ts";
import { guardPost } from "../../commands/guard-post.ts";
import { readInputs } from "../../inputs/parse-inputs.ts";
import { BudgetError } from "../../values/errors.ts";
import { channelsFor } from "./channels.ts";
import { type Reconnected, reconnected } from "./connection.ts";
import { exportBooked } from "./exported.ts";
import { afterMeter } from "./metered-gate.ts";
import { actionPorts } from "./ports.ts";
import { type GateState, recallGate } from "./recalled-gate.ts";
import { report } from "./report.ts";
import type { Step } from "./step.ts";

const NO_URL = "The input database-url is missing at the end of the job.";

/** The post part never fails the job: what it can't do is a warning. */
export async function runPost(step: Step, raw: Record<string, string>): Promise<null> {
  const { env, io, context } = step;
  const gate = recallGate(env, context);
  if (gate === "foreign") {
    io.warning("Another step of this job changed what this one keeps for the end of the job, so it was ignored.");
  }
  if (gate === "foreign" || gate === undefined) return null;
  const { memory } = gate;
  try {
    const { isTrustBare } = await reconnect(step, gate);
    const { inputs, problems } = readInputs("guard", raw);
    for (const { input, text } of problems) io.warning(`The input ${input} ${text}. It was ignored.`);
    const { repository, branch, path, books } = memory;
    if (books !== undefined && inputs.databaseUrl === undefined) throw new BudgetError("bad-input", NO_URL);
    const place = books === undefined ? { repository, branch, path, databaseUrl: undefined } : { books };
    const { warnings, ...to } = await channelsFor(inputs, env, true);
    for (const warning of warnings) io.warning(warning);
    const own = { env, context, inputs: { ...inputs, ...place }, ...to };
    const ports = await afterMeter(step, await actionPorts({ ...own, patienceMs: POST_PATIENCE_MS, io, isTrustBare }));
    const outcome = await io.group("token-budget guard, at the end of the job", () => {
      io.info(`Books: ${ports.store.place.description}, ${ports.store.place.path}`);
      return guardPost(ports, inputs, gate);
    });
    if (outcome === null) return null;
    exportBooked(io, ports, outcome);
    await report(io, { outcome, ports });
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    io.warning(`What the job used could not be booked; its hold expires as a charge. ${error.message}`);
  }
  return null;
}

/** Connects the post part like the main part: steps in between may have changed the environment. */
async function reconnect({ env, io }: Step, { connection }: GateState): Promise<Reconnected> {
  const found = await reconnected(env, connection);
  for (const [name, value] of Object.entries(found.variables)) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  for (const text of found.warnings) io.warning(text);
  return found;
}
