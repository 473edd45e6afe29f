import { userInfo } from "node:os";
import { booksInGitHub, DEFAULT_PATH } from "./books-in-github.ts";
import { BudgetError } from "./budget/budget-error.ts";
import type { Ports } from "./commands/ports.ts";
import type { Inputs } from "./config/parse-inputs.ts";
import { parseWebhook, type Webhook } from "./notify/webhook.ts";
import { boundedReader } from "./runner/bounded-reader.ts";
import { fetchFor } from "./runner/fetch.ts";
import { type Environment, secretsInEnvironment } from "./runner/inputs.ts";
import { newId } from "./runner/randomness.ts";
import { usageFinder, usageReader } from "./runner/usage-files.ts";
import { machineWaiting } from "./runner/waiting.ts";
import { patientStore } from "./store/patient-store.ts";
import type { Waiting } from "./store/waiting.ts";

const PATIENCE_MS = 120_000;

/** All that a command touches, at a terminal. Throws a BudgetError for what can't be used. */
export async function terminalPorts(env: Environment, folder: string, inputs: Inputs): Promise<Ports> {
  const fetch = fetchFor(env);
  const waiting = machineWaiting(PATIENCE_MS);
  const actor = userInfo().username;
  return {
    ...(inputs.repository === undefined
      ? await booksInFolder(folder, inputs.path, waiting)
      : booksOnline(env, { ...inputs, repository: inputs.repository }, { fetch, waiting })),
    approversOf: null,
    waiting,
    caller: {
      run: {},
      fullRun: { actor },
      profile: "terminal",
      actor,
      result: undefined,
      isReadOnly: false,
      mayMaintain: true,
      startedMs: Date.now(),
      jobHold: undefined,
      triedHold: undefined,
      settledHold: undefined,
      booked: undefined,
    },
    edge: "terminal",
    newId,
    now: Date.now,
    fetch,
    webhook: webhookIn(env),
    log: () => {},
    findUsage: usageFinder(env),
    readUsage: usageReader(boundedReader(PATIENCE_MS / 2000)),
    findSessions: async () => [],
  };
}

/** The webhook of the environment. Throws a BudgetError that doesn't show it, for what isn't one of Discord's. */
export function webhookIn(env: Environment): Webhook | null {
  const { discordWebhook } = secretsInEnvironment(env);
  if (discordWebhook === undefined) return null;
  return parseWebhook(discordWebhook, { testOrigin: env["TOKEN_BUDGET_TEST_DISCORD"] });
}

type BooksPorts = Pick<Ports, "store" | "roleOf" | "factsOf">;

async function booksInFolder(folder: string, path = DEFAULT_PATH, waiting: Waiting): Promise<BooksPorts> {
  const { fileStore } = await import("./store/file-store.ts");
  return { store: patientStore(fileStore({ folder, path, now: Date.now }), waiting), roleOf: null, factsOf: null };
}

function booksOnline(
  env: Environment,
  inputs: Inputs & { readonly repository: string },
  { fetch, waiting }: { readonly fetch: typeof globalThis.fetch; readonly waiting: Waiting },
): BooksPorts {
  const { githubToken } = secretsInEnvironment(env);
  if (githubToken === undefined) {
    throw new BudgetError("bad-input", "Bad input: --repository needs a token in GITHUB_TOKEN or GH_TOKEN.");
  }
  const apiUrl = env["GITHUB_API_URL"] ?? "https://api.github.com";
  const { store, factsOf } = booksInGitHub({
    repository: inputs.repository,
    branch: inputs.branch,
    path: inputs.path,
    token: githubToken,
    defaultBranch: undefined,
    apiUrl,
    graphqlUrl: env["GITHUB_GRAPHQL_URL"] ?? `${apiUrl.replace(/\/v3$/, "")}/graphql`,
    fetch,
    waiting,
  });
  // Whoever holds a token that may write could change the file by hand as well.
  return { store, roleOf: null, factsOf };
}
