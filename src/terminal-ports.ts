import { userInfo } from "node:os";
import { booksInGitHub, DEFAULT_PATH } from "./books-in-github.ts";
import { BudgetError } from "./budget/budget-error.ts";
import type { Ports } from "./commands/ports.ts";
import type { Inputs } from "./config/parse-inputs.ts";
import { parseWebhook } from "./notify/webhook.ts";
import { fetchFor } from "./runner/fetch.ts";
import { type Environment, secretsInEnvironment } from "./runner/inputs.ts";
import { newId } from "./runner/randomness.ts";
import { usageFinder } from "./runner/usage-files.ts";
import { machineWaiting } from "./runner/waiting.ts";

const PATIENCE_MS = 120_000;

/** All that a command touches, at a terminal. Throws a BudgetError for what can't be used. */
export async function terminalPorts(env: Environment, folder: string, inputs: Inputs): Promise<Ports> {
  const fetch = fetchFor(env);
  const { discordWebhook } = secretsInEnvironment(env);
  const actor = userInfo().username;
  return {
    ...(inputs.repository === undefined
      ? await booksInFolder(folder, inputs.path)
      : booksOnline(env, { ...inputs, repository: inputs.repository }, fetch)),
    waiting: machineWaiting(PATIENCE_MS),
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
    },
    edge: "terminal",
    newId,
    now: Date.now,
    fetch,
    webhook:
      discordWebhook === undefined
        ? null
        : parseWebhook(discordWebhook, { testOrigin: env["TOKEN_BUDGET_TEST_DISCORD"] }),
    log: () => {},
    findUsage: usageFinder(env),
  };
}

async function booksInFolder(folder: string, path = DEFAULT_PATH): Promise<Pick<Ports, "store" | "roleOf">> {
  const { fileStore } = await import("./store/file-store.ts");
  return { store: fileStore({ folder, path, now: Date.now }), roleOf: null };
}

function booksOnline(
  env: Environment,
  inputs: Inputs & { readonly repository: string },
  fetch: typeof globalThis.fetch,
): Pick<Ports, "store" | "roleOf"> {
  const { githubToken } = secretsInEnvironment(env);
  if (githubToken === undefined) {
    throw new BudgetError("bad-input", "Bad input: --repository needs a token in GITHUB_TOKEN or GH_TOKEN.");
  }
  const apiUrl = env["GITHUB_API_URL"] ?? "https://api.github.com";
  const { store } = booksInGitHub({
    repository: inputs.repository,
    branch: inputs.branch,
    path: inputs.path,
    token: githubToken,
    defaultBranch: undefined,
    apiUrl,
    graphqlUrl: env["GITHUB_GRAPHQL_URL"] ?? `${apiUrl.replace(/\/v3$/, "")}/graphql`,
    fetch,
  });
  // Whoever holds a token that may write could change the file by hand as well.
  return { store, roleOf: null };
}
