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
  /** The answer is made whether or not the client waits for it. */
  readonly background: boolean;
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
  /** Without its query: one that ends in "/compact" sums a conversation up. */
  readonly path?: string;
};

const CHARACTERS_PER_TOKEN = 4;
/** What follows the beginning isn't read: less of it counts. */
const UNREAD_BYTES_PER_TOKEN = 8;
/** A word this long is no text: a picture, a file. */
const MIN_BLOB = 1000;
const MAX_NAME = 256;

/** Reads what a request asks for from the beginning of its body. */
export function readAsked(route: Route, { headers, body, isWhole, bodyBytes, path = "" }: Request): Asked {
  const client = clientOf(headers);
  const top = membersOf(body) ?? { members: [], end: undefined };
  return {
    model: route.modelInPath ?? nameIn(body, top),
    stream: route.streamInPath === true || scalarIn(body, top, "stream") === "true",
    includeUsage: includeUsageIn(body, top),
    background: scalarIn(body, top, "background") === "true",
    bodyBytes,
    inputTokensAtLeast: tokensAtLeast({ body, isWhole, bodyBytes }),
    agentPart: path.endsWith("/compact") ? "compaction" : agentPartOf(client, headers),
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
  const blobs = blobLength(body);
  // Where pictures are sent, what follows may be one, too.
  const unread = isWhole || blobs > 0 ? 0 : Math.max(0, bodyBytes - Buffer.byteLength(body));
  return Math.floor((body.length - blobs) / CHARACTERS_PER_TOKEN + unread / UNREAD_BYTES_PER_TOKEN);
}

/** How many characters of a text are in words of such a length. */
function blobLength(text: string): number {
  let sum = 0;
  let from = 0;
  for (let at = 0; at <= text.length; at += 1) {
    if (isOfBlob(text.charCodeAt(at))) continue;
    if (at - from >= MIN_BLOB) sum += at - from;
    from = at + 1;
  }
  return sum;
}

/** Letters, digits and signs of Base64. */
function isOfBlob(code: number): boolean {
  const isLetter = (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
  return isLetter || (code >= 0x2f && code <= 0x39) || code === 0x2b || code === 0x3d || code === 0x2d || code === 0x5f;
}
