import type { Ports } from "../operation/ports.ts";

/** A command of the terminal for the same books: with the options that name them, where they aren't in this folder. */
export function sameBooks(command: string, { description, path }: Ports["store"]["place"]): string {
  const [, repository, branch] = /^([\w.-]+\/[\w.-]+)@([\w./-]+)$/.exec(description) ?? [];
  const [, books] = /^(\S+) in PostgreSQL$/.exec(description) ?? [];
  return [
    command,
    ...(repository === undefined ? [] : [`--repository ${repository}`]),
    ...(books === undefined ? [] : [`--books ${books}`]),
    ...(branch === undefined || branch === "token-budget" ? [] : [`--branch ${branch}`]),
    ...(path === "token_budget.json" ? [] : [`--path ${/^[\w./-]+$/.test(path) ? path : "PATH"}`]),
  ].join(" ");
}
