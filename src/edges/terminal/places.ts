import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import type { MovePlace } from "../../commands/move.ts";
import type { InputsOf } from "../../inputs/commands/table.ts";
import { booksName, isBranchName, repository, statePath } from "../../inputs/place-kinds.ts";
import { showValue } from "../../inputs/show-value.ts";
import { rawFolder } from "../../store/folder/raw.ts";
import { githubClient } from "../../store/github/client.ts";
import { rawGitHub } from "../../store/github/raw.ts";
import { BudgetError } from "../../values/errors.ts";
import { type Environment, secretsInEnvironment } from "../action/inputs.ts";
import { fetchesFor } from "../machine/fetch.ts";
import { DEFAULT_BRANCH, DEFAULT_PATH } from "../machine/github-books.ts";
import { nameOfFolder } from "./ports.ts";

const FORMS =
  "github:OWNER/NAME@BRANCH, postgres:BOOKS or a folder such as ./books; postgres reads the URL from TOKEN_BUDGET_DATABASE_URL, or from the variable named after @, as in postgres:BOOKS@OLD_DATABASE_URL";

/** What a place needs to be opened. */
type Opening = { readonly env: Environment; readonly folder: string; readonly inputs: InputsOf<"move"> };

/** The place that a text names. Throws a BudgetError `bad-input` for a text that names none. */
export async function placeNamed(option: "from" | "to", opening: Opening): Promise<MovePlace> {
  const text = opening.inputs[option];
  const [, place = text, own] = /^(.+?)#(.+\.json)$/.exec(text) ?? [];
  const path = own ?? opening.inputs.path ?? DEFAULT_PATH;
  if (statePath.parse(path) === undefined)
    throw unusable(option, `${showValue(path)} after # isn't ${statePath.wanted}`);
  // A URL has a password in it, and a command line is in a history: its text isn't repeated.
  if (/^\w+:\/\//.test(place)) {
    throw unusable(option, "it is a URL. Put a database's URL into TOKEN_BUDGET_DATABASE_URL, which no history keeps");
  }
  const at = { ...opening, option, path };
  if (place.startsWith("github:")) return placeInGitHub(place.slice("github:".length), at);
  if (/^postgres($|[:@])/.test(place)) return placeInDatabase(place.slice("postgres".length), at);
  return placeInFolder(place.replace(/^folder:/, ""), at);
}

type At = Opening & { readonly option: string; readonly path: string };

function placeInGitHub(text: string, { env, option, path }: At): MovePlace {
  const [named = "", branch = DEFAULT_BRANCH] = text.split(/@(.*)/s);
  if (repository.parse(named) === undefined || !isBranchName(branch)) throw unusable(option, `write ${FORMS}`);
  const { githubToken } = secretsInEnvironment(env);
  if (githubToken === undefined) {
    throw new BudgetError("bad-input", `Bad input: --${option} needs a token in GITHUB_TOKEN or GH_TOKEN.`);
  }
  const apiUrl = env["GITHUB_API_URL"] ?? "https://api.github.com";
  const graphqlUrl = env["GITHUB_GRAPHQL_URL"] ?? `${apiUrl.replace(/\/v3$/, "")}/graphql`;
  const client = githubClient({ token: githubToken, apiUrl, graphqlUrl, fetch: fetchesFor(env).github });
  const [owner = "", repo = ""] = named.split("/");
  const ownBranch = !["main", "master"].includes(branch);
  const name = `github:${named}@${branch}${suffixOf(path)}`;
  const raw = rawGitHub({ client, owner, repo, branch, path, ownBranch, now: Date.now, name });
  return { raw, kind: { of: "github", repository: named, branch } };
}

async function placeInDatabase(text: string, { env, folder, inputs, option, path }: At): Promise<MovePlace> {
  const [, named, variable = "TOKEN_BUDGET_DATABASE_URL"] = /^(?::([^@]*))?(?:@(\w+))?$/.exec(text) ?? [];
  const books = named ?? inputs.books;
  if (books === undefined) throw unusable(option, "name the books, postgres:BOOKS, or give --books");
  if (booksName.parse(books) === undefined) throw unusable(option, `${showValue(books)} isn't ${booksName.wanted}`);
  const url = env[variable]?.trim();
  if (!url) throw unusable(option, `${variable} is missing: the database's URL`);
  const [{ databaseConnection }, { rawPostgres }, { policyRepositoryOf }] = await Promise.all([
    import("../machine/books-in-database.ts"),
    import("../../store/postgres/raw.ts"),
    import("../../store/postgres/migrate.ts"),
  ]);
  const connection = databaseConnection({ url, ca: inputs.databaseCa, folder });
  const name = `postgres:${books}${suffixOf(path)}`;
  const policy = policyRepositoryOf(connection, books);
  return { raw: rawPostgres({ connection, books, path, name }), kind: { of: "postgres", books, policy } };
}

function placeInFolder(text: string, { env, folder, option, path }: At): MovePlace {
  const whole = resolve(
    folder,
    text.replace(/^~(?=$|[/\\])/, () => env["HOME"] ?? homedir()),
  );
  if (repository.parse(text) !== undefined && !text.startsWith(".") && !existsSync(whole)) {
    throw unusable(
      option,
      `there is no folder ${showValue(text)}. Write github:${text} for a repository, or ./${text}`,
    );
  }
  const name = `${nameOfFolder(whole, env)}${suffixOf(path)}`;
  return { raw: rawFolder({ folder: whole, path, name, now: Date.now }), kind: { of: "folder" } };
}

function suffixOf(path: string): string {
  return path === DEFAULT_PATH ? "" : `#${path}`;
}

function unusable(option: string, why: string): BudgetError {
  return new BudgetError("bad-input", `Bad input: --${option} can't be used: ${why}.`);
}
