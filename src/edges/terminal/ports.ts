import { userInfo } from "node:os";
import type { Caller, Ports } from "../../commands/operation/ports.ts";
import type { Given } from "../../inputs/options.ts";
import { parseWebhook, type Webhook } from "../../notify/discord/webhook.ts";
import { patientStore } from "../../store/patient-store.ts";
import type { Place } from "../../store/port.ts";
import type { Waiting } from "../../store/waiting.ts";
import { BudgetError } from "../../values/errors.ts";
import { type Environment, secretsInEnvironment } from "../action/inputs.ts";
import { booksInGitHub, DEFAULT_PATH } from "../machine/books-in-github.ts";
import { boundedReader } from "../machine/bounded-reader.ts";
import { channelSecrets, channelsIn } from "../machine/channels.ts";
import { fetchesFor } from "../machine/fetch.ts";
import { newId } from "../machine/ids.ts";
import { type Redact, redactor } from "../machine/redact.ts";
import { shownFolder } from "../machine/shown-path.ts";
import { usageFinder, usageReader } from "../machine/usage-files.ts";
import { machineWaiting } from "../machine/waiting.ts";
import { fileWriter } from "../machine/written-file.ts";

/** The inputs that say which books. */
type BooksInputs = Pick<Given, "repository" | "branch" | "path">;

const PATIENCE_MS = 120_000;
const PUBLIC_API = "https://api.github.com";

/**
 * Everything that a command reaches outside itself, at a terminal. In a workflow, the rules of the Action apply to
 * changes of the workflow's books. Throws a BudgetError for inputs that can't be used.
 */
export async function terminalPorts(env: Environment, folder: string, inputs: BooksInputs): Promise<Ports> {
  const fetches = fetchesFor(env);
  const waiting = machineWaiting(PATIENCE_MS);
  const { channels, error } = await channelsIn(secretsInEnvironment(env).channels, env);
  if (error !== undefined) throw error;
  const { repository } = inputs;
  const books =
    repository === undefined
      ? await booksInFolder({ folder, name: nameOfFolder(folder, env) }, inputs.path, waiting)
      : booksOnline(env, { ...inputs, repository }, { fetch: fetches.github, waiting });
  const isInWorkflow = env["GITHUB_ACTIONS"] === "true" && repository !== undefined;
  return {
    ...books,
    // Elsewhere anyone with a token that may write could also edit the file by hand.
    roleOf: isInWorkflow ? books.roleOf : null,
    approversOf: null,
    comments: null,
    waiting,
    caller: isInWorkflow ? await callerInWorkflow(env, books.store.place) : callerAtTerminal(),
    server: repository === undefined ? undefined : serverIn(env),
    edge: "terminal",
    newId,
    now: Date.now,
    fetch: fetches.others,
    webhook: webhookIn(env),
    channels,
    redact: redactorFor(env),
    log: () => {},
    progress: () => {},
    writeFile: fileWriter(folder, redactorFor(env)),
    writeFolder: async (path, files) =>
      (await import("../machine/written-folder.ts")).folderWriter(folder, redactorFor(env))(path, files),
    print: null,
    findUsage: usageFinder(env),
    readUsage: usageReader(boundedReader(PATIENCE_MS / 2000)),
    metered: null,
    findSessions: async () => [],
    png: async (svg) => (await import("../machine/png.ts")).pngOf(svg),
  };
}

const PROFILE = "terminal";

function callerAtTerminal(): Caller {
  const actor = userInfo().username;
  return {
    run: {},
    fullRun: { actor },
    profile: PROFILE,
    actor,
    pull: undefined,
    isReadOnly: false,
    mayMaintain: true,
    maySetBudget: true,
    startedMs: Date.now(),
    jobHold: undefined,
    triedHold: undefined,
    settledHold: undefined,
    booked: undefined,
  };
}

async function callerInWorkflow(env: Environment, place: Place): Promise<Caller> {
  const [{ readContext }, { workflowCaller }] = await Promise.all([
    import("../action/event-file.ts"),
    import("../action/caller.ts"),
  ]);
  return { ...workflowCaller(env, await readContext(env), { inputs: {}, place }), profile: PROFILE };
}

/** Removes the environment's secrets from a text. */
export function redactorFor(env: Environment): Redact {
  const { githubToken = "", discordWebhook = "", channels = "" } = secretsInEnvironment(env);
  return redactor([githubToken, discordWebhook, ...channelSecrets(channels)]);
}

/** The webhook of the environment. Throws a BudgetError that doesn't show it, for what isn't one of Discord's. */
export function webhookIn(env: Environment): Webhook | null {
  const { discordWebhook } = secretsInEnvironment(env);
  if (discordWebhook === undefined) return null;
  return parseWebhook(discordWebhook, { testOrigin: env["TOKEN_BUDGET_TEST_DISCORD"] });
}

type BooksPorts = Pick<Ports, "store" | "roleOf" | "factsOf">;

/** The folder as it is shown to its user. */
export function nameOfFolder(folder: string, { HOME, USERPROFILE }: Environment): string {
  return shownFolder(folder, HOME ?? USERPROFILE);
}

async function booksInFolder(
  at: { readonly folder: string; readonly name: string },
  path = DEFAULT_PATH,
  waiting: Waiting,
): Promise<BooksPorts> {
  const { fileStore } = await import("../../store/folder/store.ts");
  return { store: patientStore(fileStore({ ...at, path, now: Date.now }), waiting), roleOf: null, factsOf: null };
}

/** The site that belongs to the API of an Enterprise server, or of github.com. */
function serverIn({ GITHUB_SERVER_URL: server, GITHUB_API_URL: api }: Environment): string {
  if (server !== undefined && server !== "") return server;
  return (api || PUBLIC_API).replace(/^(https?:\/\/)api\./, "$1").replace(/\/api\/v3\/*$/, "");
}

function booksOnline(
  env: Environment,
  inputs: BooksInputs & { readonly repository: string },
  { fetch, waiting }: { readonly fetch: typeof globalThis.fetch; readonly waiting: Waiting },
): BooksPorts {
  const { githubToken } = secretsInEnvironment(env);
  if (githubToken === undefined) {
    throw new BudgetError("bad-input", "Bad input: --repository needs a token in GITHUB_TOKEN or GH_TOKEN.");
  }
  const apiUrl = env["GITHUB_API_URL"] ?? PUBLIC_API;
  const { store, roleOf, factsOf } = booksInGitHub({
    repository: inputs.repository,
    branch: inputs.branch,
    path: inputs.path,
    token: githubToken,
    defaultBranch: undefined,
    apiUrl,
    graphqlUrl: env["GITHUB_GRAPHQL_URL"] ?? `${apiUrl.replace(/\/v3$/, "")}/graphql`,
    serverUrl: env["GITHUB_SERVER_URL"],
    fetch,
    waiting,
  });
  return { store, roleOf, factsOf };
}
