import type { Ports } from "../../commands/operation/ports.ts";
import type { InputsOf } from "../../inputs/commands/table.ts";
import { BudgetError, type ErrorCode } from "../../values/errors.ts";
import type { Environment } from "../action/inputs.ts";
import { redactor } from "../machine/redact.ts";
import { redactorFor, terminalPorts } from "../terminal/ports.ts";
import { startServer } from "./server.ts";
import { serveSettings, TOKEN_VARIABLE } from "./settings.ts";

/** The terminal that the server runs in. */
export type ServeConsole = {
  readonly env: Environment;
  readonly folder: string;
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
  readonly isQuiet: boolean;
  /** The pictures of messages: what draws them is beside the program that starts this one. */
  readonly png: Ports["png"];
};

/** How it ended; or why it didn't begin. */
export type Served =
  | { readonly exitCode: number }
  | { readonly refused: { readonly code: ErrorCode; readonly message: string } };

/** Longer, and those who ask would have left: they ask again. */
const PATIENCE_MS = 8_000;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Serves until the process is told to end by a signal; requests that have begun get their answers. */
export async function serve(inputs: InputsOf<"serve">, console: ServeConsole): Promise<Served> {
  const { env, folder, out, err, isQuiet, png } = console;
  const redactSecrets = redactorFor(env);
  const redactToken = redactor([env[TOKEN_VARIABLE] ?? ""]);
  const redact = (text: string) => redactToken(redactSecrets(text));
  try {
    const settings = serveSettings(inputs, env);
    const { people, ...books } = inputs;
    const open = () => terminalPorts(env, folder, { ...books, patienceMs: PATIENCE_MS });
    // A token that is missing is said now, not by every answer.
    const first = await open();
    const { url, stop } = await startServer({
      settings,
      ports: async (progress) => ({ ...first, progress }),
      people: people === "none" ? "hashes" : "names",
      here: { env, folder, inputs: books, png },
      say: (text) => err.write(`${redact(text)}\n`),
    });
    if (!isQuiet)
      out.write(`Serving the books in ${redact(first.store.place.description)} at ${url} until interrupted.\n`);
    await interrupted();
    await stop();
    return { exitCode: 0 };
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    return { refused: { code: error.code, message: redact(error.message) } };
  }
}

/** The next signal after it ends the process at once, as ever. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      for (const signal of SIGNALS) process.off(signal, end);
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, end);
  });
}
