import { BudgetError, type ErrorCode } from "../../values/errors.ts";
import { StoreFault } from "../port.ts";
import { NoTls } from "./socket.ts";

/** How long a try waits for its turn at most, milliseconds: whoever gives up and comes again is the last in the queue. */
export const LOCK_MS = 30_000;
export const STATEMENT_MS = 10_000;
export const IDLE_MS = 15_000;
export const CONNECT_MS = 10_000;
/** After this time no answer comes: the server itself gives up on a lock and a statement before. */
export const ANSWER_MS = LOCK_MS + STATEMENT_MS + 5_000;

/** What no other try fixes, by PostgreSQL's code. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const LASTING: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  "28000": ["missing-permission", "The database doesn't accept this user: check database-url and the server's rules."],
  "28P01": ["missing-permission", "The database doesn't accept the password: check database-url."],
  "3D000": ["state-unreachable", "The server has no database of this name: check database-url."],
  "3F000": ["state-unreadable", "The database has no tables of token-budget: run `token-budget database migrate`."],
  "42P01": ["state-unreadable", "The database has no tables of token-budget: run `token-budget database migrate`."],
  "42703": [
    "state-unreadable",
    "The tables of token-budget are older than this release: run `token-budget database migrate`.",
  ],
};

/** What passes, in words for the log. */
const PASSING: Readonly<Record<string, string>> = {
  "40001": "another transaction was in the way",
  "40P01": "it ended a deadlock",
  "57014": `it took longer than ${STATEMENT_MS / 1000} s`,
  "57P01": "it was shut down",
  "57P02": "it crashed",
  "57P03": "it is starting or shutting down",
  "25P03": `a decision took longer than ${IDLE_MS / 1000} s`,
  "25006": "it is read-only now, as a standby is",
  ECONNREFUSED: "nothing answers at its address",
  ENOTFOUND: "its host's name isn't known",
  EAI_AGAIN: "its host's name can't be looked up now",
  ETIMEDOUT: "it didn't answer",
  ENETUNREACH: "its network can't be reached",
  EHOSTUNREACH: "its host can't be reached",
  CONNECTION_CLOSED: "the connection was lost",
  CONNECT_TIMEOUT: `it didn't answer within ${CONNECT_MS / 1000} s`,
};

/** Others are in the way: it isn't the database that fails. */
const CONTENDED: Readonly<Record<string, string>> = {
  "53300": "The database has no connection left",
  // How poolers say it.
  "08P01": "The database's pooler has no connection left",
};

const UNIQUE_VIOLATION = "23505";
const LOCK_NOT_AVAILABLE = "55P03";

/** Node's words for a certificate that doesn't hold. */
const CERTIFICATE = /^(ERR_TLS_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/;

const INSUFFICIENT_PRIVILEGE = "42501";

/** The role may not do what was asked. */
export class LackedRight extends BudgetError {
  constructor() {
    super(
      "missing-permission",
      "The database's role may not do this: run the GRANTs that `token-budget database migrate` prints.",
    );
  }
}

/** An entry's id that the books' ledger already has. */
export class TakenId extends StoreFault {}

/** Other writers kept the books for as long as a try waits for its turn. */
export class NoTurn extends StoreFault {
  constructor() {
    super("Other writers kept the books for as long as one try waits", { isContended: true });
  }
}

/** PostgreSQL's or Node's code of an error. */
function codeOf(error: unknown): string {
  const code = typeof error === "object" && error !== null ? (error as { readonly code?: unknown }).code : undefined;
  return typeof code === "string" ? code : "";
}

/**
 * What an error of the database means: a BudgetError for what no other try fixes, otherwise a StoreFault. Neither has
 * the server's own words, which may name hosts, users and values.
 */
export function failureOf(error: unknown): BudgetError | StoreFault {
  if (error instanceof BudgetError || error instanceof StoreFault) return error;
  const code = codeOf(error);
  if (code === UNIQUE_VIOLATION) return new TakenId("an entry with this id is in the ledger");
  if (code === LOCK_NOT_AVAILABLE) return new NoTurn();
  if (code === INSUFFICIENT_PRIVILEGE) return new LackedRight();
  const lasting = LASTING[code];
  if (lasting !== undefined) return new BudgetError(lasting[0], lasting[1]);
  if (error instanceof NoTls) return untrusted("the server offers no TLS");
  if (CERTIFICATE.test(code)) return untrusted(`its certificate can't be verified (${code})`);
  const contended = CONTENDED[code];
  if (contended !== undefined) return new StoreFault(contended, { isContended: true });
  const what = PASSING[code] ?? (code === "" ? "the connection was lost" : `it answered ${code}`);
  return new StoreFault(`The database can't be used now: ${what}`);
}

function untrusted(why: string): BudgetError {
  return new BudgetError(
    "state-unreachable",
    `The database isn't trusted: ${why}. Give its certificate authority as database-ca; TLS can't be turned off.`,
  );
}
