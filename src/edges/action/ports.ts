import { isCommentWanted } from "../../commands/operation/asked-pull.ts";
import type { Ports } from "../../commands/operation/ports.ts";
import type { Given } from "../../inputs/options.ts";
import type { NamedChannel } from "../../notify/channel.ts";
import type { Webhook } from "../../notify/discord/webhook.ts";
import type { Place } from "../../store/port.ts";
import { BudgetError } from "../../values/errors.ts";
import { booksInGitHub } from "../machine/books-in-github.ts";
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
type BooksInputs = Pick<Given, "repository" | "branch" | "path" | "githubToken" | "comment" | "commentToken"> &
  JobInputs;

/**
 * Everything that a command reaches outside itself, on a runner of GitHub Actions. Throws a BudgetError for inputs that
 * can't be used.
 */
export function actionPorts(from: {
  readonly env: Environment;
  readonly context: Context;
  readonly inputs: BooksInputs;
  readonly webhook: Webhook | null;
  readonly channels: readonly NamedChannel[];
  readonly patienceMs: number;
  readonly io: Pick<Io, "info" | "mask" | "redact">;
  /** Only Node's own authorities are trusted. */
  readonly isTrustBare?: boolean;
}): Ports {
  const { env, context, inputs, webhook, channels, patienceMs, io, isTrustBare = false } = from;
  const fetches = fetchesFor(env, { isTrustBare });
  const repository = inputs.repository ?? context.repository;
  if (repository === undefined) {
    throw new BudgetError("bad-input", "Bad input: repository is missing: write owner/name of the books' repository.");
  }
  if (inputs.githubToken === undefined && context.readOnly !== undefined) throw withoutToken();
  const waiting = machineWaiting(patienceMs);
  // The other half is for the books.
  const readAll = boundedReader(patienceMs / 2000);
  const { store, roleOf, factsOf, approversOf } = booksInGitHub({
    repository,
    branch: inputs.branch,
    path: inputs.path,
    token: inputs.githubToken ?? "",
    defaultBranch: repository === context.repository ? context.defaultBranch : undefined,
    apiUrl: context.apiUrl,
    graphqlUrl: context.graphqlUrl,
    serverUrl: context.serverUrl,
    fetch: fetches.github,
    // An answer that never comes must leave time for more attempts, and for reporting their result.
    timeoutMs: patienceMs / 4,
    waiting,
    mask: io.mask,
  });
  const { commentToken } = inputs;
  const at = { place: store.place, fetch: fetches.github, waiting };
  return {
    store,
    roleOf,
    factsOf,
    approversOf,
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
    writeFolder: async (path, files) =>
      (await import("../machine/written-folder.ts")).folderWriter(workspace(env), io.redact)(path, files),
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

function withoutToken(): BudgetError {
  return new BudgetError(
    "missing-permission",
    "This pull request comes from a fork or from Dependabot: the secret that holds the token isn't available.",
  );
}
