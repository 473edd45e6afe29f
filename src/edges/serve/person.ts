import { alerts } from "../../commands/alerts.ts";
import { deliver } from "../../commands/operation/delivery.ts";
import type { Ports } from "../../commands/operation/ports.ts";
import { parseInputs } from "../../inputs/parse-inputs.ts";
import { githubClient } from "../../store/github/client.ts";
import { type TokenUser, userOf } from "../../store/github/user.ts";
import { StoreFault } from "../../store/port.ts";
import { BudgetError } from "../../values/errors.ts";
import type { Environment } from "../action/inputs.ts";
import { fetchesFor } from "../machine/fetch.ts";
import { type BooksInputs, terminalPorts } from "../terminal/ports.ts";
import type { Refusal } from "./guard.ts";

/** Which books, and where this program runs. */
export type Here = {
  readonly env: Environment;
  readonly folder: string;
  readonly inputs: BooksInputs;
  readonly png: Ports["png"];
};

/** What a person says about an alert. */
export type Acknowledgement = { readonly id: string; readonly note: string | undefined };

/** What came of it: a sentence, and the alerts that are open then. */
export type AcknowledgedAnswer = { readonly message: string; readonly alerts: readonly unknown[] };

const PUBLIC_API = "https://api.github.com";
const PATIENCE_MS = 30_000;

/** Someone whom GitHub knows by a token, and who may write to the repository of the books. */
type Writer = { readonly ports: Ports };

/**
 * Acknowledges an alert as the command does, with a person's own token and in the person's name. The token is used for
 * this one request and kept nowhere.
 */
export async function acknowledgeAs(
  token: string,
  { id, note }: Acknowledgement,
  here: Here,
): Promise<AcknowledgedAnswer | Refusal> {
  try {
    // Whatever is wrong with the request itself is said before anyone is asked.
    const raw = { acknowledge: id, ...(note !== undefined && { note }) };
    parseInputs("alerts", raw, "terminal");
    const writer = await writerBy(token, here);
    if ("error" in writer) return writer;
    const { ports } = writer;
    const inputs = parseInputs(
      "alerts",
      { ...raw, ...(note !== undefined && { note: ports.redact(note) }) },
      "terminal",
    );
    const outcome = await alerts(ports, inputs);
    // A channel that can't be reached keeps its message in the books.
    if (outcome.delivery !== null) await deliver(ports, outcome.delivery);
    const open = outcome.details?.["alerts"];
    return { message: outcome.outputs.message ?? "", alerts: Array.isArray(open) ? open : [] };
  } catch (error) {
    if (error instanceof BudgetError) return refusalOf(error);
    throw error;
  }
}

async function writerBy(token: string, { env, folder, inputs, png }: Here): Promise<Writer | Refusal> {
  const own = { ...env, GITHUB_TOKEN: token, GH_TOKEN: "" };
  const ports = await terminalPorts(own, folder, { ...inputs, patienceMs: PATIENCE_MS });
  const { roleInBooks, mayWrite } = ports;
  if (roleInBooks === null || mayWrite === null) {
    const message =
      "These books belong to no repository in GitHub, which would say who may write. In their folder: token-budget alerts --acknowledge ID";
    return { status: 404, error: "not-here", message };
  }
  const user = await userOf(clientFor(env, token)).catch((error: unknown) => {
    if (error instanceof StoreFault) throw new BudgetError("state-unreachable", error.message);
    throw error;
  });
  if (user.kind !== "person") return strangerBy(user);
  await mayWrite();
  const caller = { ...ports.caller, actor: user.login, fullRun: { actor: user.login } };
  return { ports: { ...ports, roleOf: roleInBooks, caller, png } };
}

function strangerBy({ kind }: Exclude<TokenUser, { kind: "person" }>): Refusal {
  return kind === "unknown"
    ? { status: 401, error: "unauthorized", message: "GitHub doesn't accept this token: it is wrong, or has expired." }
    : {
        status: 403,
        error: "not-a-person",
        message:
          "This is the token of an app or a workflow. An alert is acknowledged by a person, with a personal token.",
      };
}

function clientFor(env: Environment, token: string) {
  const apiUrl = env["GITHUB_API_URL"] || PUBLIC_API;
  return githubClient({
    token,
    apiUrl,
    graphqlUrl: `${apiUrl}/graphql`,
    fetch: fetchesFor(env).github,
    timeoutMs: 10_000,
  });
}

function refusalOf({ code, message }: BudgetError): Refusal {
  if (code === "not-allowed" || code === "missing-permission" || code === "read-only-token") {
    return { status: 403, error: code, message };
  }
  if (code === "bad-input") {
    return { status: message.includes("there is no alert") ? 404 : 400, error: code, message };
  }
  return { status: 503, error: code, message };
}
