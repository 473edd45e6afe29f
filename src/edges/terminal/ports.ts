import { userInfo } from "node:os";
import type { Caller, Ports } from "../../commands/operation/ports.ts";
import type { Given } from "../../inputs/options.ts";
import { parseWebhook, type Webhook } from "../../notify/discord/webhook.ts";
import type { GitHubClient } from "../../store/github/client.ts";
import { patiently, patientStore } from "../../store/patient-store.ts";
import type { Place } from "../../store/port.ts";
import { secretsOf } from "../../store/postgres/address.ts";
import type { Waiting } from "../../store/waiting.ts";
import { BudgetError } from "../../values/errors.ts";
import { channelsFor } from "../action/channels.ts";
import { type Environment, secretsInEnvironment } from "../action/inputs.ts";
import { booksInGitHub, type GitHubPorts } from "../machine/books-in-github.ts";
import { boundedReader } from "../machine/bounded-reader.ts";
import { channelSecrets } from "../machine/channels.ts";
import { fetchesFor } from "../machine/fetch.ts";
import { DEFAULT_PATH, openGitHub } from "../machine/github-books.ts";
import { newId } from "../machine/ids.ts";
import { type Redact, redactor } from "../machine/redact.ts";
import { shownFolder } from "../machine/shown-path.ts";
import { usageFinder, usageReader } from "../machine/usage-files.ts";
import { machineWaiting } from "../machine/waiting.ts";
import { fileWriter } from "../machine/written-file.ts";
import type { ChannelUse } from "./conduct.ts";

/** The inputs that say which books. */
export type BooksInputs = Pick<Given, "repository" | "branch" | "path" | "books" | "databaseCa">;

/**
 * How long to retry, in milliseconds; what an address means that can't be used, an error unless given; and whether the
 * books keep who did it: then GitHub is asked whose the token is.
 */
type Conduct = { readonly patienceMs?: number; readonly channelUse?: ChannelUse; readonly isPersonal?: boolean };

/** The ports of a terminal, and what GitHub says of the books' repository, whoever asks; null for a folder. */
type TerminalPorts = Ports & {
  readonly roleInBooks: Ports["roleOf"];
  /** Succeeds if the token may write there. Throws a BudgetError otherwise. */
  readonly mayWrite: GitHubPorts["mayWrite"] | null;
  /** About channels that can't be used. */
  readonly warnings: readonly string[];
};

const PATIENCE_MS = 120_000;
const PUBLIC_API = "https://api.github.com";

/**
 * Everything that a command reaches outside itself, at a terminal. In a workflow, the rules of the Action apply to
 * changes of the workflow's books. Throws a BudgetError for inputs that can't be used.
 */
export async function terminalPorts(
  env: Environment,
  folder: string,
  inputs: BooksInputs & Conduct,
): Promise<TerminalPorts> {
  const fetches = fetchesFor(env);
  const waiting = machineWaiting(inputs.patienceMs ?? PATIENCE_MS, inputs.patienceMs);
  const to = await channelsAt(env, inputs.channelUse);
  const { repository } = inputs;
  const { databaseUrl } = secretsInEnvironment(env);
  if (databaseUrl === undefined && inputs.books !== undefined) {
    throw new BudgetError("bad-input", "Bad input: --books needs a database in TOKEN_BUDGET_DATABASE_URL.");
  }
  const online = { fetch: fetches.github, waiting };
  const books: BooksPorts =
    databaseUrl !== undefined
      ? await booksInDatabase({ env, folder, url: databaseUrl }, inputs, online)
      : repository === undefined
        ? await booksInFolder({ folder, name: nameOfFolder(folder, env) }, inputs.path, waiting)
        : booksOnline(env, { ...inputs, repository }, online);
  const isLocal = repository === undefined && databaseUrl === undefined;
  const isInWorkflow = env["GITHUB_ACTIONS"] === "true" && !isLocal;
  return {
    ...books,
    // Elsewhere anyone with a token that may write could also edit the file by hand.
    roleOf: isInWorkflow ? books.roleOf : null,
    roleInBooks: books.roleOf,
    approversOf: null,
    comments: null,
    waiting,
    caller: isInWorkflow
      ? await callerInWorkflow(env, books.store.place)
      : callerAtTerminal(inputs.isPersonal === true ? await loginOf(books, waiting) : undefined),
    server: isLocal ? undefined : serverIn(env),
    edge: "terminal",
    newId,
    now: Date.now,
    fetch: fetches.others,
    ...to,
    redact: redactorFor(env),
    log: () => {},
    progress: () => {},
    writeFile: fileWriter(folder, redactorFor(env)),
    writeFolder: async (path, fill) =>
      (await import("../machine/written-folder.ts")).folderWriter(folder, redactorFor(env))(path, fill),
    print: null,
    findUsage: usageFinder(env),
    readUsage: usageReader(boundedReader(PATIENCE_MS / 2000)),
    metered: null,
    findSessions: async () => [],
    png: async (svg) => (await import("../machine/png.ts")).pngOf(svg),
  };
}

const PROFILE = "terminal";

function callerAtTerminal(login: string | undefined): Caller {
  const actor = login ?? userInfo().username;
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

/** Whose the token of books in GitHub is; undefined for an app's, and for books elsewhere. */
async function loginOf({ client, store }: BooksPorts, waiting: Waiting): Promise<string | undefined> {
  if (client === undefined) return undefined;
  const { userOf } = await import("../../store/github/user.ts");
  const user = await patiently({ place: store.place, waiting }, () => userOf(client))();
  return user.kind === "person" ? user.login : undefined;
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
  const { githubToken = "", discordWebhook = "", channels = "", databaseUrl } = secretsInEnvironment(env);
  const ofDatabase = databaseUrl === undefined ? [] : secretsOf(databaseUrl);
  return redactor([githubToken, discordWebhook, ...channelSecrets(channels), ...ofDatabase]);
}

/** The channels of the environment. Throws a BudgetError for an address that can't be used, where that is an error. */
async function channelsAt(env: Environment, use: ChannelUse = "needed") {
  if (use === "unused") return { webhook: null, channels: [], warnings: [] };
  const { discordWebhook, channels } = secretsInEnvironment(env);
  return channelsFor({ discordWebhook, channels }, env, use === "wanted");
}

/** The webhook of the environment. Throws a BudgetError that doesn't show it, for what isn't one of Discord's. */
export function webhookIn(env: Environment): Webhook | null {
  const { discordWebhook } = secretsInEnvironment(env);
  if (discordWebhook === undefined) return null;
  return parseWebhook(discordWebhook, { testOrigin: env["TOKEN_BUDGET_TEST_DISCORD"] });
}

type BooksPorts = Pick<Ports, "store" | "roleOf" | "factsOf" | "databaseOf"> &
  Pick<TerminalPorts, "mayWrite"> & { readonly client?: GitHubClient };

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
  const store = patientStore(fileStore({ ...at, path, now: Date.now }), waiting);
  return { store, roleOf: null, factsOf: null, mayWrite: null };
}

/** The site that belongs to the API of an Enterprise server, or of github.com. */
function serverIn({ GITHUB_SERVER_URL: server, GITHUB_API_URL: api }: Environment): string {
  if (server !== undefined && server !== "") return server;
  return (api || PUBLIC_API).replace(/^(https?:\/\/)api\./, "$1").replace(/\/api\/v3\/*$/, "");
}

type Online = { readonly fetch: typeof globalThis.fetch; readonly waiting: Waiting };

async function booksInDatabase(
  { env, folder, url }: { readonly env: Environment; readonly folder: string; readonly url: string },
  { repository, books, databaseCa }: BooksInputs,
  { fetch, waiting }: Online,
): Promise<BooksPorts> {
  const { githubToken } = secretsInEnvironment(env);
  const name = books ?? repository ?? (env["GITHUB_REPOSITORY"] || undefined);
  if (name === undefined) {
    throw new BudgetError("bad-input", "Bad input: --books is missing: name the books in the database.");
  }
  const github = githubToken === undefined ? null : { token: githubToken, ...apiIn(env), fetch };
  const database = await import("../machine/books-in-database.ts");
  return database.booksInDatabase({ url, ca: databaseCa, folder, books: name, named: repository, github, waiting });
}

/** The addresses of GitHub's API, or of an Enterprise server's. */
function apiIn(env: Environment): { readonly apiUrl: string; readonly graphqlUrl: string } {
  const apiUrl = env["GITHUB_API_URL"] ?? PUBLIC_API;
  return { apiUrl, graphqlUrl: env["GITHUB_GRAPHQL_URL"] ?? `${apiUrl.replace(/\/v3$/, "")}/graphql` };
}

function booksOnline(
  env: Environment,
  inputs: BooksInputs & { readonly repository: string },
  { fetch, waiting }: Online,
): BooksPorts {
  const { githubToken } = secretsInEnvironment(env);
  if (githubToken === undefined) {
    throw new BudgetError("bad-input", "Bad input: --repository needs a token in GITHUB_TOKEN or GH_TOKEN.");
  }
  const opened = openGitHub({
    repository: inputs.repository,
    branch: inputs.branch,
    path: inputs.path,
    token: githubToken,
    defaultBranch: undefined,
    ...apiIn(env),
    serverUrl: env["GITHUB_SERVER_URL"],
    fetch,
  });
  const { store, roleOf, factsOf, mayWrite } = booksInGitHub(opened, waiting);
  return { store, roleOf, factsOf, mayWrite, client: opened.client };
}
