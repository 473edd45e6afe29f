import { channelSecrets } from "../machine/channels.ts";
import type { Io } from "./io.ts";

const SECRETS: readonly string[] = ["github-token", "comment-token", "database-url", "discord-webhook", "channels"];

/** What the runner fills in where no database is given; empty is a secret that isn't there. */
const NO_DATABASE = "none";

/**
 * Makes the secrets among the inputs secrets, and takes them out of the others: in a tag or a reason they would be in
 * the books forever.
 */
export async function withoutSecrets(
  given: Readonly<Record<string, string>>,
  io: Pick<Io, "mask" | "redact">,
): Promise<Record<string, string>> {
  const { "database-url": url = NO_DATABASE, channels = "" } = given;
  for (const name of SECRETS) if (given[name] !== NO_DATABASE) io.mask(given[name] ?? "");
  for (const secret of channelSecrets(channels)) io.mask(secret);
  if (url !== "" && url !== NO_DATABASE) {
    // A gate without a database doesn't load this code.
    const { secretsOf } = await import("../../store/postgres/address.ts");
    for (const secret of secretsOf(url)) io.mask(secret);
  }
  return Object.fromEntries(
    Object.entries(given).map(([name, text]) => [name, SECRETS.includes(name) ? text : io.redact(text)]),
  );
}
