import { isCommentWanted } from "../../commands/operation/asked-pull.ts";
import type { Ports } from "../../commands/operation/ports.ts";
import type { Place } from "../../store/port.ts";
import { booksInGitHub, type GitHubPorts } from "../machine/books-in-github.ts";
import { boundedReader } from "../machine/bounded-reader.ts";
import { newId } from "../machine/ids.ts";
import { sessionFinder } from "../machine/session-logs.ts";
import { usageFinder, usageReader } from "../machine/usage-files.ts";
import { workspace } from "../machine/usage-paths.ts";
import { type Begun, begin, type From } from "./begin.ts";
import { booksName, workflowCaller } from "./caller.ts";
import { type Environment, METER_FILE_VARIABLE } from "./inputs.ts";

/**
 * Everything that a command reaches outside itself, on a runner of GitHub Actions. Throws a BudgetError for inputs that
 * can't be used.
 */
export async function actionPorts(from: From, begun: Begun = begin(from)): Promise<Ports> {
  const { env, context, inputs, webhook, channels, patienceMs, io } = from;
  const { fetches, repository, waiting } = begun;
  // The other half is for the books.
  const readAll = boundedReader(patienceMs / 2000);
  const books = await booksFor(from, begun);
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

/** The books of the inputs: on a branch, or in a database. */
async function booksFor(
  { env, inputs, isTrustBare }: From,
  { opened, first, github, repository, waiting }: Begun,
): Promise<GitHubPorts & Pick<Ports, "databaseOf">> {
  const { databaseUrl: url } = inputs;
  if (opened !== null) return booksInGitHub(opened, waiting, first);
  if (url === undefined) throw new Error("books are in GitHub or in a database");
  return (await import("../machine/books-in-database.ts")).booksInDatabase({
    ...{ url, ca: inputs.databaseCa, folder: workspace(env), isTrustBare, waiting },
    ...{ books: inputs.books ?? repository, named: inputs.repository, github },
  });
}
