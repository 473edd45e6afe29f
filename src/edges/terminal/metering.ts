import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { codexArguments } from "../../commands/meter/codex-config.ts";
import type { MeterPlan } from "../../commands/meter/plan.ts";
import { pointedVariables, responsesBase } from "../../commands/meter/pointing.ts";
import type { Ports } from "../../commands/operation/ports.ts";
import type { AllowedBy } from "../../commands/outcome/outcome.ts";
import type { RunMeter } from "../../commands/run.ts";
import type { InputsOf } from "../../inputs/commands/table.ts";
import { meterTermsOf } from "../../inputs/meter-terms.ts";
import { startMeter, stopMeter } from "../../meter/client.ts";
import { meterFile } from "../../meter/setup.ts";
import { type Environment, secretsInEnvironment } from "../action/inputs.ts";
import { codexFile } from "../machine/codex-file.ts";
import { inHome } from "../machine/default-places.ts";
import { geminiDefaults, madeOrUnavailable } from "../machine/gemini-file.ts";
import { hasInner, markInner } from "../machine/inner-meter.ts";
import { readMeter } from "../machine/meter-record.ts";
import { joiningById } from "../machine/metered-answers.ts";
import type { MeterBooks } from "../meter/books.ts";
import { meterCommand } from "../meter/program.ts";
import { allowedByInputs, endsAtMs, newKeys, planFor, variablesForBooks } from "../meter/run.ts";
import { startStatusLine } from "./status-line.ts";

/** The run that was let in, and the terminal it runs at. */
export type TerminalRun = {
  readonly env: Environment;
  readonly folder: string;
  readonly ports: Ports;
  readonly inputs: InputsOf<"run">;
  readonly command: readonly string[];
  /** Where the status line is drawn; null for none. */
  readonly screen: NodeJS.WriteStream | null;
  readonly hold: string;
  readonly run: AllowedBy | undefined;
  /** Keeps a secret out of the log of a workflow. */
  readonly mask: (secret: string) => void;
};

/**
 * Starts a meter for COMMAND, which points at it for as long as it runs. Throws a BudgetError if that can't be done as
 * it was asked ("bad-input"), or at all ("meter-unavailable"); then nothing of it is left.
 */
export async function meterRun(of: TerminalRun): Promise<RunMeter> {
  const { env, inputs, hold } = of;
  const run = of.run ?? allowedByInputs(inputs);
  const plan = planFor({ env, inputs, hold, run }, await codexFile(env));
  const folder = await ownFolder(env);
  // Left files are no reason to hide how the run ended.
  const close = () => rm(folder, { recursive: true, force: true }).catch(() => {});
  try {
    return { ...(await meterIn(folder, { ...of, run }, plan)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function meterIn(
  folder: string,
  of: TerminalRun & { readonly run: AllowedBy },
  { setup, forward, notes }: MeterPlan,
): Promise<Omit<RunMeter, "close">> {
  const { env, ports, hold, screen, run } = of;
  const keys = { ...newKeys(), folder };
  const gemini = await geminiDefaults(env, folder);
  const whole = { ...setup, ...keys, endsAtMs: endsAtMs(run), owner: process.pid, books: booksOf(of, run) };
  // What COMMAND prints is in the workflow's log.
  if (env["GITHUB_ACTIONS"] === "true") for (const key of [keys.secret, keys.control]) of.mask(key);
  const { port } = await startMeter(meterCommand(), whole, env);
  await markInner(env);
  const address = { origin: `http://127.0.0.1:${port}/${keys.secret}` };
  const live = meterFile({ folder, hold }, "json");
  const line = screen === null ? undefined : startStatusLine(screen, live, env);
  return {
    command: withArguments(of.command, responsesBase(address, forward)),
    variables: { ...pointedVariables(env, address, { forward, liveFile: live }), ...gemini },
    notes,
    end: async () => {
      const figures = await stopMeter({ port, control: keys.control });
      line?.end();
      const record = meterFile({ folder, hold }, "jsonl");
      const read = await readMeter({ record, live, from: 0, figures, isOver: true }, ports.readUsage);
      const { answers, ...reading } = await joiningById(ports, record, keys.control);
      return { read: { ...read, answers, hasInner: hasInner(live) }, ...reading };
    },
  };
}

/**
 * A folder for this run. Gemini CLI reads no defaults from below a folder that others may write to, such as /tmp. Throws
 * a BudgetError "meter-unavailable" where none can be made.
 */
async function ownFolder(env: Environment): Promise<string> {
  const caches = inHome(join(".cache", "token-budget"), env);
  if (caches !== undefined) {
    try {
      await mkdir(caches, { recursive: true, mode: 0o700 });
      return await mkdtemp(join(caches, "run-"));
    } catch {
      // A home that can't be written has no caches either.
    }
  }
  return madeOrUnavailable(() => mkdtemp(join(tmpdir(), "token-budget-")));
}

/** Codex ignores the variables of its base address. */
function withArguments(command: readonly string[], url: string): readonly string[] {
  const [file = "", ...args] = command;
  return /^codex(\.(cmd|exe))?$/.test(basename(file)) ? [file, ...codexArguments(url), ...args] : command;
}

function booksOf({ env, folder, ports, inputs, hold }: TerminalRun, { rules, amount }: AllowedBy): MeterBooks {
  const { githubToken: token, databaseUrl, discordWebhook, channels } = secretsInEnvironment(env);
  const { repository, branch, path, books, databaseCa, priority } = inputs;
  return {
    edge: "terminal",
    inputs: { ...rules.inputs, repository, branch, path, books, databaseCa },
    ...{ token, databaseUrl, discordWebhook, channels, priority, hold, folder, context: null },
    profile: inputs.profile ?? ports.caller.profile,
    amount: amount ?? 0,
    maxCost: meterTermsOf(inputs, rules.policy).maxCost,
    variables: variablesForBooks(env),
  };
}
