import type { Asked } from "./asked.ts";
import { type Member, memberOf, membersOf } from "./json-members.ts";
import type { Route } from "./route.ts";

/**
 * Whether the usage of an answer is only told if it is asked for: a stream of OpenAI's Chat Completions whose request
 * doesn't say. An explicit false is kept.
 */
export function tellsUsageIfAsked(route: Route, asked: Pick<Asked, "stream" | "includeUsage">): boolean {
  return route.word === "openai" && route.api === "chat" && asked.stream && asked.includeUsage === undefined;
}

/**
 * A request's body with `stream_options.include_usage: true`, all else character for character as it was. Undefined if
 * it can't be done: the text isn't a whole JSON object, or says something else about it.
 */
export function withIncludeUsage(body: string): string | undefined {
  const whole = membersOf(body);
  if (whole?.end === undefined || body.slice(whole.end + 1).trim() !== "") return undefined;
  const options = memberOf(whole, "stream_options");
  if (options === undefined) {
    const comma = whole.members.length === 0 ? "" : ",";
    return inserted(body, whole.end, `${comma}"stream_options":{"include_usage":true}`);
  }
  if (body.slice(options.from, options.to) === "null")
    return `${body.slice(0, options.from)}{"include_usage":true}${body.slice(options.to)}`;
  const inner = membersOf(body, options.from);
  if (inner?.end === undefined || memberOf(inner, "include_usage") !== undefined) return undefined;
  return inserted(body, inner.end, `${inner.members.length === 0 ? "" : ","}"include_usage":true`);
}

/**
 * An event's JSON without the `usage: null` that every other chunk has once usage is asked for
 * (https://platform.openai.com/docs/api-reference/chat/create#chat_create-stream_options); as it is where it has none.
 */
export function withoutNullUsage(data: string): string {
  const whole = membersOf(data);
  const index = whole?.members.findIndex((member) => isNullUsage(data, member)) ?? -1;
  const member = whole?.members[index];
  if (whole === undefined || member === undefined) return data;
  // With the comma before it, or of the first member the one after it.
  const before = whole.members[index - 1];
  const after = whole.members[index + 1];
  if (before !== undefined) return data.slice(0, before.to) + data.slice(member.to);
  return data.slice(0, member.at) + data.slice(after?.at ?? member.to);
}

function isNullUsage(data: string, { key, from, to }: Member): boolean {
  return key === "usage" && data.slice(from, to) === "null";
}

function inserted(text: string, at: number, what: string): string {
  return text.slice(0, at) + what + text.slice(at);
}
