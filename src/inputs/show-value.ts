import { flatten, shorten } from "./text-kinds.ts";

/** The form of tokens and webhooks: one in the wrong input must not end up in a log. */
const SECRET_LIKE = /gh[a-z]_\w{8}|github_pat_|\/webhooks\/|\bsk-[\w-]{8}|\bxox[a-z]-|\bAKIA\w{8}|-----BEGIN/;

const MAX_SHOWN_LENGTH = 60;

/** A value as an error may repeat it: quoted, on one line, short, and hidden if it is or looks like a secret. */
export function showValue(value: string, secrets: readonly string[] = []): string {
  if (SECRET_LIKE.test(value) || secrets.some((secret) => secret !== "" && value.includes(secret)))
    return "(not shown)";
  return JSON.stringify(shorten(flatten(value), MAX_SHOWN_LENGTH));
}
