import { type Members, memberOf, membersOf } from "./json-members.ts";
import type { Route } from "./route.ts";
import { type AgentPart, agentPartOf, type Client, clientOf, type Headers } from "./who.ts";

/** What a request asks for, without any of its text. */
export type Asked = {
  /** Undefined where it isn't in what was read of the body. */
  readonly model: string | undefined;
  readonly stream: boolean;
  /** What it says about `stream_options.include_usage`; undefined if nothing. */
  readonly includeUsage: boolean | undefined;
  readonly bodyBytes: number;
  /** By the length of its text: a minimum. */
  readonly inputTokensAtLeast: number;
  readonly agentPart: AgentPart | undefined;
  readonly client: Client;
};

/** A request; `body` is the decoded beginning of its body, `bodyBytes` what all of it has, as far as that is known. */
export type Request = {
  readonly headers: Headers;
  readonly body: string;
  readonly isWhole: boolean;
  readonly bodyBytes: number;
  /** Its path, where one tells its purpose. */
  readonly path?: string;
};

const CHARACTERS_PER_TOKEN = 4;
/** What follows the beginning isn't read: less of it counts. */
const UNREAD_BYTES_PER_TOKEN = 8;
/** A word this long is no text: a picture, a file. */
const BLOB = /[A-Za-z0-9+/=_-]{1000,}/g;
const MAX_NAME = 256;

/** Reads what a request asks for from the beginning of its body. */
export function readAsked(route: Route, { headers, body, isWhole, bodyBytes, path = "" }: Request): Asked {
  const client = clientOf(headers);
  const top = membersOf(body) ?? { members: [], end: undefined };
  return {
    model: route.modelInPath ?? nameIn(body, top),
    stream: route.streamInPath === true || scalarIn(body, top, "stream") === "true",
    includeUsage: includeUsageIn(body, top),
    bodyBytes,
    inputTokensAtLeast: tokensAtLeast({ body, isWhole, bodyBytes }),
    agentPart: agentPartOf(client, headers, path),
    client,
  };
}

function nameIn(body: string, top: Members): string | undefined {
  const text = scalarIn(body, top, "model");
  if (!text?.startsWith('"') || text.length > MAX_NAME) return undefined;
  try {
    return String(JSON.parse(text)) || undefined;
  } catch {
    return undefined;
  }
}

function scalarIn(body: string, top: Members, key: string): string | undefined {
  const member = memberOf(top, key);
  return member === undefined ? undefined : body.slice(member.from, member.to);
}

function includeUsageIn(body: string, top: Members): boolean | undefined {
  const options = memberOf(top, "stream_options");
  const inner = options && membersOf(body, options.from);
  const said = inner && scalarIn(body, inner, "include_usage");
  return said === undefined ? undefined : said === "true";
}

function tokensAtLeast({ body, isWhole, bodyBytes }: Pick<Request, "body" | "isWhole" | "bodyBytes">): number {
  const blobs = body.match(BLOB) ?? [];
  const characters = body.length - blobs.reduce((sum, blob) => sum + blob.length, 0);
  // Where pictures are sent, what follows may be one, too.
  const unread = isWhole || blobs.length > 0 ? 0 : Math.max(0, bodyBytes - Buffer.byteLength(body));
  return Math.floor(characters / CHARACTERS_PER_TOKEN + unread / UNREAD_BYTES_PER_TOKEN);
}
