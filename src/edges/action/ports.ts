import { isCommentWanted } from "../../commands/operation/asked-pull.ts";
import type { Ports } from "../../commands/operation/ports.ts";
import type { Given } from "../../inputs/options.ts";
import type { NamedChannel } from "../../notify/channel.ts";
import type { Webhook } from "../../notify/discord/webhook.ts";
import type { Place } from "../../store/port.ts";
import type { Waiting } from "../../store/waiting.ts";
import { BudgetError } from "../../values/errors.ts";
import { booksInGitHub, type GitHubPorts } from "../machine/books-in-github.ts";
import { boundedReader } from "../machine/bounded-reader.ts";
import { fetchesFor } from "../machine/fetch.ts";
import { newId } from "../machine/ids.ts";
import { sessionFinder } from "../machine/session-logs.ts";
import { usageFinder, usageReader } from "../machine/usage-files.ts";
import { workspace } from "../machine/usage-paths.ts";
import { machineWaiting } from "../machine/waiting.ts";
import { booksName, type JobInputs, workflowCaller } from "./caller.ts";
import type { Context } from "./context.ts";
import { type Environment, METER_FILE_VARIABLE } from "./inputs.ts";
import type { Io } from "./io.ts";

/** The inputs that say which books, and for which job. */
type BooksInputs = Pick<
  Given,
  | ("repository" | "branch" | "path" | "githubToken" | "comment" | "commentToken")
  | ("databaseUrl" | "books" | "databaseCa")
> &
  JobInputs;

/** What the ports are made from. */
type From = {
  readonly env: Environment;
  readonly context: Context;
  readonly inputs: BooksInputs;
  readonly webhook: Webhook | null;
  readonly channels: readonly NamedChannel[];
  readonly patienceMs: number;
  readonly io: Pick<Io, "info" | "mask" | "redact">;
  /** Only Node's own authorities are trusted. */
  readonly isTrustBare?: boolean;
};

/**
 * Everything that a command reaches outside itself, on a runner of GitHub Actions. Throws a BudgetError for inputs that
 * can't be used.
 */
export async function actionPorts(from: From): Promise<Ports> {
  const { env, context, inputs, webhook, channels, patienceMs, io, isTrustBare = false } = from;
  const fetches = fetchesFor(env, { isTrustBare });
  const repository = inputs.repository ?? context.repository;
  if (repository === undefined) {
    throw new BudgetError("bad-input", "Bad input: repository is missing: write owner/name of the books' repository.");
  }
  if (inputs.githubToken === undefined && context.readOnly !== undefined) throw withoutSecret("token");
  if (inputs.databaseUrl === undefined && inputs.books !== undefined) throw booksWithoutDatabase();
  const waiting = machineWaiting(patienceMs);
  // The other half is for the books.
  const readAll = boundedReader(patienceMs / 2000);
  const books = await booksFor(from, { fetch: fetches.github, repository, waiting });
  const { store } = books;
  const { commentToken } = inputs;
  const at = { place: store.place, fetch: fetches.github, waiting };
  return {
    ...books,
    comments:
      !isCommentWanted(inputs) || commentToken === undefined
        ? null
        : async () => (await import("./comments.ts")).commentsIn(context, commentToken, { repository, ...at }),
    waiting,
    caller: workflowCaller(env, context, { inputs, place: store.place }),
    edge: "action",
    newId,
    now: Date.now,
    fetch: fetches.others,
    webhook,
    channels,
    redact: io.redact,
    log: io.info,
    progress: () => {},
    writeFile: async (path, fill) =>
      (await import("../machine/written-file.ts")).fileWriter(workspace(env), io.redact)(path, fill),
    writeFolder: async (path, fill) =>
      (await import("../machine/written-folder.ts")).folderWriter(workspace(env), io.redact)(path, fill),
    print: null,
    findUsage: usageFinder(env),
    readUsage: usageReader(readAll),
    metered: meteredIn(env, store.place, usageReader(readAll)),
    findSessions: sessionFinder(env, readAll),
    png: async (svg) => (await import("../machine/png.ts")).pngOf(svg),
  };
}

/** What the job's meter recorded, for a step that books; null if the job has none. */
function meteredIn(env: Environment, place: Place, readUsage: Ports["readUsage"]): Ports["metered"] {
  if (!env[METER_FILE_VARIABLE]) return null;
  return async () => (await import("./meter-record.ts")).recordSoFar(env, booksName(place), readUsage);
}

type Means = {
  readonly fetch: typeof globalThis.fetch;
  readonly repository: string;
  readonly waiting: Waiting;
};

/** The books of the inputs: on a branch, or in a database, whose code a gate without one doesn't load. */
async function booksFor(
  { env, context, inputs, patienceMs, io, isTrustBare }: From,
  { fetch, repository, waiting }: Means,
): Promise<GitHubPorts & Pick<Ports, "databaseOf">> {
  const github = {
    token: inputs.githubToken ?? "",
    apiUrl: context.apiUrl,
    graphqlUrl: context.graphqlUrl,
    fetch,
    // An answer that never comes must leave time for more attempts, and for reporting their result.
    timeoutMs: patienceMs / 4,
    mask: io.mask,
  };
  const { databaseUrl: url } = inputs;
  return url === undefined
    ? booksInGitHub({
        ...{ ...github, repository, branch: inputs.branch, path: inputs.path, waiting },
        defaultBranch: repository === context.repository ? context.defaultBranch : undefined,
        serverUrl: context.serverUrl,
      })
    : (await import("../machine/books-in-database.ts")).booksInDatabase({
        ...{ url, ca: inputs.databaseCa, folder: workspace(env), isTrustBare, waiting },
        ...{ books: inputs.books ?? repository, named: inputs.repository, github },
      });
}

/** The error of a pull request by a stranger, whose job has no secrets: "token". */
export function withoutSecret(what: string): BudgetError {
  return new BudgetError(
    "missing-permission",
    `This pull request comes from a fork or from Dependabot: the secret that holds the ${what} isn't available.`,
  );
}

function booksWithoutDatabase(): BudgetError {
  return new BudgetError("bad-input", "Bad input: books names books in a database, and database-url is missing.");
}
