import * as z from "zod/mini";
import { SEVERITIES } from "../../books/notify-keys.ts";
import { harmless } from "../../values/foreign-text.ts";
import { type DecodedOrigin, type EmbedField, webUrlOf, wideField } from "./embed.ts";

const ALERTS_SHOWN = 10;
/** A link that is cut short would show its brackets. */
const MAX_LINK_LENGTH = 600;

/** The id of an alert, in the facts of a message about it. */
export const alertId = z.catch(z.optional(z.string().check(z.regex(/^A-\d{4}-\d{1,6}$/))), undefined);

/** The alerts that a message is about. */
export const raisedAlerts = z.catch(
  z.optional(z.array(z.object({ id: z.string(), severity: z.enum(SEVERITIES), budget: z.optional(z.string()) }))),
  undefined,
);
type Raised = z.output<typeof raisedAlerts>;

/** The alerts by id and severity, and the page of the workflow that acknowledges them; nothing if there are none. */
export function acknowledgingField(raised: Raised, origin: DecodedOrigin): EmbedField[] {
  if (raised === undefined || raised.length === 0) return [];
  const names = raised.slice(0, ALERTS_SHOWN).map(({ id, severity, budget }) => {
    const of = budget === undefined ? "" : `, ${harmless(budget, 60)}`;
    return `${harmless(id, 20)} (${severity}${of})`;
  });
  const more = raised.length > ALERTS_SHOWN ? ` and ${raised.length - ALERTS_SHOWN} more` : "";
  return [wideField("🔔 Alert", `${names.join(", ")}${more}${linkText(origin)}`)];
}

function linkText(origin: DecodedOrigin): string {
  const page = actionsPageOf(origin);
  if (page === undefined) return "";
  const link = `${page}/workflows/alerts.yml`;
  return link.length > MAX_LINK_LENGTH ? "" : `: [acknowledge it with the workflow alerts](${link})`;
}

/**
 * The list of the workflows of the repository that has the books, for a person's role counts there: from the page of
 * the books, else from a run's URL (which includes an Enterprise server) or from the name alone.
 */
export function actionsPageOf({ page: books, url, repository }: DecodedOrigin): string | undefined {
  const inBooks = /^(https?:\/\/[^/]+\/[^/]+\/[^/]+)\/blob\//.exec(webUrlOf(books) ?? "")?.[1];
  const page =
    (inBooks === undefined ? undefined : `${inBooks}/actions`) ??
    webUrlOf(url)?.replace(/\/actions\/runs\/.*$/, "/actions") ??
    (/^[\w.-]+\/[\w.-]+$/.test(repository ?? "") ? `https://github.com/${repository}/actions` : undefined);
  // Inside a link's brackets these would end it.
  return page?.replaceAll("(", "%28").replaceAll(")", "%29");
}
