import { deliver } from "../../commands/operation/delivery.ts";
import type { Ports } from "../../commands/operation/ports.ts";
import type { Outcome } from "../../commands/outcome/outcome.ts";
import type { Io } from "./io.ts";

type Way = { readonly ports: Ports; readonly io: Pick<Io, "group">; readonly say: (notes: Outcome["notes"]) => void };

/** Sends what a command has for others: messages to the channel, then comments on pull requests. */
export async function sendOut({ delivery, comments = null }: Outcome, { ports, io, say }: Way): Promise<void> {
  if (delivery !== null) say(await io.group("Messages to Discord", () => deliver(ports, delivery)));
  if (comments === null) return;
  // Only a run with a comment to write needs this code.
  const { writeComments } = await import("../../commands/operation/write-comments.ts");
  // What the delivery wrote isn't in the books with which the comments were leased.
  const order = delivery === null ? comments : { ...comments, from: null };
  say(await io.group("Comments on pull requests", () => writeComments(ports, order)));
}
