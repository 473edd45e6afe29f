import type { InputsOf } from "../../inputs/commands/table.ts";
import { BudgetError } from "../../values/errors.ts";
import { type Environment, secretsInEnvironment } from "../action/inputs.ts";

/** How a server is reached, and what it takes. */
export type ServeSettings = {
  readonly host: string;
  readonly port: number;
  readonly isBehindTls: boolean;
  /** The names in lower case, beside loopback ones and IP addresses, that requests may be for. */
  readonly names: readonly string[];
  /** What lets read; undefined on a loopback address, where everyone on the machine may. */
  readonly token: string | undefined;
  /** A GitHub token may travel here: by TLS, or without leaving the machine. */
  readonly takesGitHubTokens: boolean;
  /** How long what was read of the books is fresh, in milliseconds. */
  readonly freshMs: number;
};

export const TOKEN_VARIABLE = "TOKEN_BUDGET_SERVE_TOKEN";
const DEFAULT_PORT = 8484;
const MIN_TOKEN_LENGTH = 16;
/** A read of books in GitHub is one of the 5,000 requests that a token has in an hour. */
const FRESH_MS = { online: 10_000, here: 1_000 };

/** The settings of inputs and environment. Throws a BudgetError for a server that everyone could read. */
export function serveSettings(inputs: InputsOf<"serve">, env: Environment): ServeSettings {
  const { host = "127.0.0.1", port = DEFAULT_PORT, behindTls: isBehindTls = false, publicName = [] } = inputs;
  const token = env[TOKEN_VARIABLE]?.trim() || undefined;
  const isLocal = isLoopback(host);
  if (token === undefined && (!isLocal || isBehindTls)) throw refused("needs a token that lets read");
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) throw refused("must be one word of plain characters");
  if (token !== undefined && token.length < MIN_TOKEN_LENGTH) {
    throw refused(`must have at least ${MIN_TOKEN_LENGTH} characters`);
  }
  const isInGitHub = inputs.repository !== undefined && !secretsInEnvironment(env).databaseUrl;
  const freshMs = isInGitHub ? FRESH_MS.online : FRESH_MS.here;
  return {
    ...{ host, port, isBehindTls, token },
    names: publicName.map((name) => name.toLowerCase()),
    takesGitHubTokens: isLocal || isBehindTls,
    freshMs: inputs.interval === undefined ? freshMs : 1000 * inputs.interval,
  };
}

function refused(why: string): BudgetError {
  const about = why.startsWith("needs")
    ? `serve ${why} on an address that others reach: set ${TOKEN_VARIABLE}`
    : `${TOKEN_VARIABLE} ${why}`;
  return new BudgetError("bad-input", `Bad input: ${about}, such as one from: openssl rand -hex 32`);
}

/** Whether an address is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
