import { CHANNEL_NAME_WANTED, isChannelName } from "../values/channel-name.ts";
import type { Kind } from "./kinds.ts";

const REPOSITORY = /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}\/[A-Za-z0-9._-]{1,100}$/;

/** A repository, `owner/name`. */
export const repository: Kind<string> = {
  label: "owner/name",
  parse: (text) => (REPOSITORY.test(text) && !/\/\.\.?$|\.git$/.test(text) ? text : undefined),
  wanted: "a repository as owner/name, such as octocat/hello-world",
};

// Control characters, space and the characters that git reserves.
// biome-ignore lint/suspicious/noControlCharactersInRegex: git-check-ref-format forbids them
const FORBIDDEN_IN_REF = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^[/-]|[/.]$/;

/** Whether git accepts the name for a branch (git-check-ref-format, rules 1 to 9, and no leading dash). */
export function isBranchName(name: string): boolean {
  if (name.length > 244 || FORBIDDEN_IN_REF.test(name) || name === "@" || name === "HEAD") return false;
  if (name.startsWith("refs/")) return false;
  return name.split("/").every((part) => !part.startsWith(".") && !part.endsWith(".lock"));
}

/** A branch, without refs/heads/. */
export const branch: Kind<string> = {
  label: "a branch",
  parse: (text) => (isBranchName(text) ? text : undefined),
  wanted: "the name of a branch that git allows, without refs/heads/, such as token-budget",
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: no path of ours has them
const FORBIDDEN_IN_PATH = /[\u0000-\u001f\u007f\\:]/;

/** The state file's path inside the repository or folder. */
export const statePath: Kind<string> = {
  label: "a path",
  parse: (text) => {
    if (text.length > 255 || FORBIDDEN_IN_PATH.test(text) || !/[^/]\.json$/.test(text)) return undefined;
    const parts = text.split("/");
    return parts.some((part) => part === "" || part === "." || part === ".." || part.toLowerCase() === ".git")
      ? undefined
      : text;
  },
  wanted:
    "a path inside the repository that ends in .json, without .., backslashes or a leading /, such as token_budget.json",
};

const BOOKS = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}(\/[A-Za-z0-9._-]{1,100})?$/;

/** The name of books in a database. */
export const booksName: Kind<string> = {
  label: "a name",
  parse: (text) => (BOOKS.test(text) ? text : undefined),
  wanted: "a name of letters, digits, dots, dashes and underscores, such as octo-org or octo-org/hello-world",
};

/** The URL of a database, which the store itself examines. */
export const databaseUrl: Kind<string> = {
  label: "a URL",
  parse: (given) => (/^[\x21-\x7e]{1,4096}$/.test(given) ? given : undefined),
  wanted:
    "it on one line, postgresql://user:password@host:5432/database; if it comes from a secret, check that the secret is there",
};

/** Certificates in PEM, or the file that has them. */
export const certificates: Kind<string> = {
  label: "PEM or a path",
  parse: (given) => (/^[\x20-\x7e\r\n\t]{1,200000}$/.test(given) ? given : undefined),
  wanted: "a certificate in PEM, or the path of a file that has it",
};

/** A channel's name. */
export const channelName: Kind<string> = {
  label: "a channel's name",
  parse: (text) => (isChannelName(text) ? text : undefined),
  wanted: CHANNEL_NAME_WANTED,
};
