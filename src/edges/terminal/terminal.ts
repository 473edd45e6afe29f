import { CommanderError } from "commander";
import picocolors from "picocolors";
import { deliver } from "../../commands/operation/delivery.ts";
import type { Ports } from "../../commands/operation/ports.ts";
import { type Outcome, withNotes } from "../../commands/outcome/outcome.ts";
import { bugText, failedOutcome } from "../../commands/outcome/unforeseen.ts";
import { DENIED_EXIT } from "../../commands/run.ts";
import { runCommand } from "../../commands/run-command.ts";
import { status } from "../../commands/status.ts";
import type { InputsOf } from "../../inputs/commands/table.ts";
import { parseInputs } from "../../inputs/parse-inputs.ts";
import { showValue } from "../../inputs/show-value.ts";
import { renderNote, renderScreen, type ScreenForm } from "../../report/terminal/screen.ts";
import type { Terminal } from "../../report/terminal/terminal.ts";
import type { View } from "../../report/view.ts";
import { BudgetError } from "../../values/errors.ts";
import { VERSION } from "../../version.ts";
import { type Environment, secretsInEnvironment } from "../action/inputs.ts";
import { channelsIn } from "../machine/channels.ts";
import type { Redact } from "../machine/redact.ts";
import { printer } from "../machine/written-file.ts";
import { conductOf, isPersonal, warningsOf } from "./conduct.ts";
import { jsonOf } from "./json.ts";
import { nameOfFolder, redactorFor, terminalPorts, webhookIn } from "./ports.ts";
import { type Asked, buildProgram } from "./program.ts";
import { progressOn } from "./progress.ts";

const BAD_USAGE_EXIT = 2;

/** The terminal that the program uses. */
export type Console = {
  readonly env: Environment;
  readonly folder: string;
  readonly in: NodeJS.ReadStream;
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
};

/** Runs what was requested at the terminal and returns the exit code. */
export async function runTerminal(args: readonly string[], console: Console): Promise<number> {
  const redact = redactorFor(console.env);
  // The reader of the output may stop early (head, less): bookings happen anyway.
  for (const stream of [console.out, console.err]) stream.on("error", ignoreClosed);
  let exitCode = 0;
  try {
    const program = buildProgram(VERSION, {
      ask: async (asked) => {
        exitCode = await answer(asked, console, redact);
      },
      complete: async (shell) => {
        exitCode = await complete(shell, console);
      },
    });
    if (args.length === 0) {
      console.out.write(program.helpInformation());
      return BAD_USAGE_EXIT;
    }
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has printed the error itself; help and version aren't errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_USAGE_EXIT;
    console.err.write(`${redact(bugText(error))}\n`);
    return 1;
  }
}

async function complete(shell: string, { out, err }: Console): Promise<number> {
  const { completionScript, SHELLS } = await import("./completion/completion-script.ts");
  const script = completionScript(shell);
  if (script === undefined) {
    err.write(`error: there is no completion for ${showValue(shell)}: write one of ${SHELLS.join(", ")}\n`);
    return BAD_USAGE_EXIT;
  }
  out.write(script);
  return 0;
}

function ignoreClosed(error: NodeJS.ErrnoException): void {
  // EIO: the terminal itself is gone.
  if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
}

async function answer(asked: Asked, console: Console, redact: Redact): Promise<number> {
  // COMMAND's exit code and output stay unchanged for their reader.
  const out = asked.command === "run" ? console.err : console.out;
  const printing = { out, err: console.err, asked, redact, env: console.env };
  const show = (outcome: Outcome, ports?: Ports) => print(outcome, printing, ports);
  try {
    const inputs = parseInputs(asked.command, rawOf(asked, redact), "terminal");
    if (inputs.command === "init") return await setUp(inputs, console);
    if (inputs.command === "database") return await (await import("./database.ts")).database(inputs, console);
    if (inputs.command === "move") {
      const { moveAt } = await import("./moving.ts");
      await show(await moveAt(inputs, { ...console, isQuiet: asked.quiet || asked.json }));
      return 0;
    }
    if (inputs.command === "doctor") return await examine(inputs, console, show);
    if (inputs.command === "serve") {
      const { runServer } = await import("./serving.ts");
      return await runServer(inputs, { ...console, isQuiet: asked.quiet });
    }
    const ports = {
      ...(await terminalPorts(console.env, console.folder, { ...inputs, ...conductOf(inputs) })),
      progress: asked.quiet ? () => {} : progressOn(console.err, Date.now),
      print: asked.quiet || asked.json ? null : printer(console.out, redact),
    };
    if (inputs.command === "run") {
      const showing = (outcome: Outcome) => show(outcome, ports);
      const { runAt } = await import("./run-from.ts");
      return await runAt({ ports, inputs, asked, console, show: showing });
    }
    if (inputs.command === "status" && (inputs.watch === true || inputs.interval !== undefined)) {
      return await watchStatus(ports, inputs, { asked, console, redact });
    }
    if (inputs.command === "reset" && !(await mayReset(ports, inputs, { asked, console, redact }))) return 1;
    const outcome = withNotes(await runCommand(ports, inputs), warningsOf(ports.warnings));
    await show(outcome, ports);
    // With --on-deny continue, a denial is an answer like any other.
    return outcome.failure === null ? 0 : outcome.isDenied ? DENIED_EXIT : 1;
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    await show(failedOutcome(error, { place: nameOfFolder(console.folder, console.env), now: Date.now }));
    return error.code === "bad-input" ? BAD_USAGE_EXIT : 1;
  }
}

/** The options as text: a secret in a tag or a reason would be in the books forever. `move` takes only names of places. */
function rawOf({ command, raw }: Asked, redact: Redact): Asked["raw"] {
  if (command === "move") return raw;
  return Object.fromEntries(Object.entries(raw).map(([name, text]) => [name, redact(text)]));
}

/** Ends only when it is interrupted. Throws a BudgetError where nobody looks. */
async function watchStatus(
  ports: Ports,
  inputs: InputsOf<"status">,
  { asked, console, redact }: { readonly asked: Asked; readonly console: Console; readonly redact: Redact },
): Promise<number> {
  const { out, env } = console;
  if (inputs.watch !== true) throw new BudgetError("bad-input", "Bad input: --interval needs --watch.");
  if (out.isTTY !== true || asked.json || asked.quiet) {
    throw new BudgetError("bad-input", "Bad input: --watch needs a terminal, without --json and --quiet.");
  }
  const { watch } = await import("./watch.ts");
  const draw = async () => {
    const { view, notes } = await status(ports, inputs).catch((error: unknown) => {
      // Books that can't be read now may be there at the next look.
      if (error instanceof BudgetError)
        return failedOutcome(error, { place: ports.store.place.description, now: Date.now });
      throw error;
    });
    const terminal = terminalOf(out, env);
    return redact([renderScreen(view, terminal), ...notes.map((note) => renderNote(note, terminal))].join(""));
  };
  await watch({ draw, out, intervalMs: 1000 * (inputs.interval ?? 10), sleep: ports.waiting.sleep });
  return 0;
}

/** A person at a terminal is asked first; a script, which has none, is not. */
async function mayReset(
  ports: Ports,
  inputs: InputsOf<"reset">,
  { asked, console, redact }: { readonly asked: Asked; readonly console: Console; readonly redact: Redact },
): Promise<boolean> {
  const isInteractive = console.in.isTTY === true && console.out.isTTY === true && !asked.json;
  if (inputs.yes === true || !isInteractive) return true;
  const { outputs } = await status(ports, inputs);
  const { confirmed } = await import("./confirm.ts");
  const question = `${outputs.message ?? ""}\nArchive this month and start it again at zero?`;
  if (await confirmed(redact(question), console)) return true;
  console.err.write("Nothing was changed.\n");
  return false;
}

async function setUp(inputs: InputsOf<"init">, console: Console): Promise<number> {
  const { init } = await import("./init/init.ts");
  return init(inputs, { ...console, machineZone: Intl.DateTimeFormat().resolvedOptions().timeZone });
}

/** What can't be used, a missing token or a wrong URL, is for doctor to report. */
async function examine(
  inputs: InputsOf<"doctor">,
  { env, folder }: Console,
  show: (outcome: Outcome) => Promise<void>,
) {
  const { doctor } = await import("../../commands/doctor/doctor.ts");
  const { githubToken, databaseUrl } = secretsInEnvironment(env);
  const outcome = await doctor({
    inputs,
    token: githubToken,
    access: databaseUrl === undefined ? "Token" : "Database",
    ports: () =>
      terminalPorts({ ...env, DISCORD_WEBHOOK: "", TOKEN_BUDGET_CHANNELS: "" }, folder, {
        ...inputs,
        isPersonal: isPersonal(inputs),
      }),
    webhook: () => webhookIn(env),
    webhookSource: "DISCORD_WEBHOOK",
    channels: () => channelsIn(secretsInEnvironment(env).channels, env),
    channelsSource: "TOKEN_BUDGET_CHANNELS",
    now: Date.now,
    env,
    place: inputs.repository ?? nameOfFolder(folder, env),
    log: () => {},
  });
  await show(outcome);
  return outcome.failure === null ? 0 : 1;
}

type Printing = Pick<Console, "out" | "err" | "env"> & { readonly asked: Asked; readonly redact: Redact };

/** Prints an outcome and sends its messages through `ports`. */
async function print(outcome: Outcome, { out, err, asked, redact, env }: Printing, ports?: Ports): Promise<void> {
  const { view, notes, delivery } = outcome;
  const isError = outcome.failure !== null || outcome.isDenied;
  const form = formOf(asked);
  if (asked.json) out.write(`${redact(jsonOf(asked.command, outcome))}\n`);
  else if (!asked.quiet && outcome.isPrinted !== true)
    out.write(redact(renderScreen(view, terminalOf(out, env), form)));
  else if (isError) err.write(redact(renderScreen(view, terminalOf(err, env), "short")));
  const delivered = delivery !== null && ports !== undefined ? await deliver(ports, delivery) : [];
  // The JSON already has the notes, but is printed before anything is delivered.
  if (asked.quiet && !isError) return;
  // Beside the command that `run` runs, only what needs a look is printed.
  const isLine = form === "line";
  const shown = asked.json ? delivered : [...notes, ...delivered];
  for (const { level, text } of shown.filter(
    (note) => (!isLine || note.level === "warning") && !isIn(view, note.text),
  )) {
    err.write(redact(renderNote({ level, text }, terminalOf(err, env))));
  }
}

/** Whether the picture has the lines that a note says to copy. */
function isIn(view: View, note: string): boolean {
  return "usage" in view && view.nextSteps.some(({ code }) => code !== undefined && note.includes(code));
}

/** How much is shown: `run` says one line before and one after its command. */
function formOf({ command, verbose }: Asked): ScreenForm {
  return verbose ? "full" : command === "run" ? "line" : "short";
}

/** Colors only on a terminal, and not if NO_COLOR is set. What isn't a terminal has no columns. */
function terminalOf(out: NodeJS.WriteStream, env: Environment): Terminal {
  const { NO_COLOR, TERM } = env;
  const isColored = out.isTTY === true && !NO_COLOR && TERM !== "dumb";
  return { colors: picocolors.createColors(isColored), width: out.columns ?? Number.POSITIVE_INFINITY };
}
