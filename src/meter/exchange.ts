import type { IncomingMessage, ServerResponse } from "node:http";
import { isDated, modelId } from "../pricing/model-id.ts";
import { nanoUsd, ZERO } from "../values/money.ts";
import { mayAsk } from "./addresses.ts";
import { type Beginning, bodyFrom, readBeginning } from "./body.ts";
import { type Core, giveBack, noteRefusal, openTicket, type Ticket, unknownTicket } from "./core.ts";
import { CODINGS, decodedBeginning } from "./decoding.ts";
import { outgoingHeaders } from "./headers.ts";
import { notAllowedText, unpricedText } from "./model-texts.ts";
import { type Asked, readAsked } from "./reading/asked.ts";
import { tellsUsageIfAsked, withIncludeUsage } from "./reading/include-usage.ts";
import { leastCost } from "./reading/least-cost.ts";
import { type RefusalCode, refusalOf } from "./reading/refusal.ts";
import { type Route, routeOf, type Word } from "./reading/route.ts";
import { clientOf } from "./reading/who.ts";
import { relay } from "./relay.ts";
import { replyRefusal, replyShortly } from "./replies.ts";
import { sendTrailing } from "./trailing.ts";
import { pathAt, wordOf } from "./upstreams.ts";

/** What is read of a body before anything goes out, and at most where that isn't enough. */
const BEGINNING = 256 * 1024;
const MOST_READ = 8 * 1024 * 1024;
/** A small body may decode to anything. */
const MOST_DECODED = 4;

/** One request on its way to its provider. */
export type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly word: Word;
  readonly path: string;
};

type Outgoing = {
  /** All of the body, or the beginning of what still comes. */
  readonly body: Buffer;
  readonly isWhole: boolean;
  readonly isChanged: boolean;
  readonly ticket: Ticket | undefined;
  /** The ticket is of an earlier request, whose answer is asked for by this id. */
  readonly polled?: string;
};

/** Sends a request on and passes its answer back, or refuses it. Rejects only if the client goes before that. */
export async function exchange(core: Core, given: Exchange): Promise<void> {
  const { request, path } = given;
  const word = wordOf(given.word, request.headers["chatgpt-account-id"] !== undefined);
  const asking = { ...given, word };
  const route = routeOf(word, request.method ?? "", path);
  if (route.kind === "batch" && isCapped(core) && !core.setup.batches) {
    const text =
      "token-budget refuses batches in a run with a cap: what they cost is known only later. The policy file can allow them.";
    return refuse(core, asking, { route, why: { code: "batch", text } });
  }
  if (route.kind === "metered" || route.kind === "unknown") return metered(core, asking, route);
  const nothing = { body: Buffer.alloc(0), isWhole: false, isChanged: false, ticket: undefined };
  const { polled = "" } = route;
  const ticket = core.pending.get(polled);
  return send(core, asking, ticket === undefined ? nothing : { ...nothing, ticket, polled });
}

function isCapped({ account }: Core): boolean {
  return account.figures().cap !== null;
}

async function metered(core: Core, given: Exchange, route: Route): Promise<void> {
  const { setup, account, pricing, now } = core;
  const { request, response } = given;
  const { beginning, text, asked } = await readRequest(core, given, route);
  const model = asked.model;
  const isUnknown = route.kind === "unknown";
  const mayHaveNone = isUnknown && model === undefined;
  if (setup.models !== null && !mayHaveNone && !(model !== undefined && isAllowed(model, setup.models.allowed))) {
    const text = notAllowedText(model, setup.models.useInstead);
    return refuse(core, given, { route, why: { code: "model-not-allowed", text } });
  }
  const known = model ?? pricing.dearest(route.provider);
  const prices = { overrides: setup.prices, at: new Date(now()).toISOString() };
  // Of a request that names no model, before any that did, nothing is known.
  const least = isUnknown
    ? ANYTHING
    : known === undefined
      ? ZERO
      : await leastCost({ ...asked, model: known }, route, prices);
  const admission = await account.admit(least);
  if ("denied" in admission) {
    const { denied } = admission;
    const isUnpriced = least === null && known !== undefined;
    return refuse(core, given, { route, why: isUnpriced ? { ...denied, text: unpricedText(known) } : denied });
  }
  const { reservation } = admission;
  const ticket = isUnknown
    ? unknownTicket({ route, asked, reservation })
    : openTicket(core, route, { asked, reservation });
  const wanted =
    mayAskForUsage(core, route) && tellsUsageIfAsked(route, asked) && beginning.isWhole && !hasTrailers(request);
  const changed = wanted && text !== undefined ? withIncludeUsage(text) : undefined;
  if (response.destroyed) {
    // The client went while its request was judged.
    return giveBack(core, ticket);
  }
  if (changed === undefined)
    return send(core, given, { body: beginning.bytes, isWhole: beginning.isWhole, isChanged: false, ticket });
  return send(core, given, { body: Buffer.from(changed), isWhole: true, isChanged: true, ticket });
}

/** Other hosts may refuse a request that has a key that they don't know. */
function mayAskForUsage({ setup, upstreams }: Core, { word }: Route): boolean {
  return setup.usage === "known" ? upstreams.get(word)?.tellsUsage === true : setup.usage === "exact";
}

/** The least of what isn't known, in nano-dollars: once the cap is reached, it isn't let out either. */
const ANYTHING = nanoUsd(1);

type Read = { readonly beginning: Beginning; readonly text: string | undefined; readonly asked: Asked };

/** Reads what a request asks for; more than the beginning of its body where something that matters isn't in that. */
async function readRequest(core: Core, given: Exchange, route: Route): Promise<Read> {
  const { request } = given;
  let limit = BEGINNING;
  let beginning = await readBeginning(request, limit);
  for (;;) {
    const read = await readFrom(given, route, { beginning, limit: limit * MOST_DECODED });
    const { asked } = read;
    // Where no model was seen yet none can be assumed.
    const isNeeded = core.setup.models !== null || core.pricing.dearest(route.provider) === undefined;
    const isModelMissing = asked.model === undefined && isNeeded;
    const isEnough = !isModelMissing && !(mayAskForUsage(core, route) && tellsUsageIfAsked(route, asked));
    if (isEnough || read.isAllRead || limit === MOST_READ) return read;
    limit = MOST_READ;
    beginning = await readBeginning(request, limit, beginning);
  }
}

async function readFrom(
  { request, path }: Exchange,
  route: Route,
  { beginning, limit }: { readonly beginning: Beginning; readonly limit: number },
): Promise<Read & { readonly isAllRead: boolean }> {
  const coding = (request.headers["content-encoding"] ?? "").trim().toLowerCase();
  const decoded = await decodedBeginning(beginning.bytes, coding, limit);
  const isWhole = beginning.isWhole && decoded?.isWhole === true;
  const text = decoded?.text ?? "";
  const told = Number(request.headers["content-length"] ?? 0);
  const bodyBytes = isWhole ? Buffer.byteLength(text) : Math.max(told, beginning.bytes.length, text.length);
  const headers = request.headers as Record<string, string | undefined>;
  const asked = readAsked(route, { headers, body: text, isWhole, bodyBytes, path });
  return { beginning, text: isWhole ? text : undefined, asked, isAllRead: beginning.isWhole };
}

/** Whether a model is one of those allowed; a date after its name makes no other model of it. */
function isAllowed(model: string, allowed: readonly string[]): boolean {
  const { id } = modelId(model);
  return allowed.some((one) => {
    const named = modelId(one).id;
    return one === model || (named !== "" && id.startsWith(named) && isDated(id.slice(named.length)));
  });
}

type Why = { readonly code: RefusalCode; readonly text: string };

function refuse(core: Core, { request, response }: Exchange, { route, why }: { route: Route; why: Why }): void {
  noteRefusal(core, why.code, why.text);
  const client = clientOf(request.headers as Record<string, string | undefined>);
  replyRefusal(response, refusalOf(route, client, why));
}

async function send(core: Core, given: Exchange, outgoing: Outgoing): Promise<void> {
  const { request, response, word, path } = given;
  const { body, isWhole, isChanged, ticket, polled } = outgoing;
  const back = () => {
    if (ticket !== undefined && polled === undefined) giveBack(core, ticket);
  };
  const upstream = core.upstreams.get(word);
  const isReachable =
    upstream !== undefined && (upstream.isKnown || (await mayAsk(upstream.host.replace(/:\d+$/, ""))));
  if (upstream === undefined || !isReachable) {
    back();
    return replyShortly(response, 502, "token-budget's meter has no address for this provider.");
  }
  // The client may have gone while the name was looked up: then nobody would close what goes out.
  if (response.destroyed) return back();
  const hasBody = request.headers["content-length"] !== undefined || request.headers["transfer-encoding"] !== undefined;
  const agent = mayHaveTrailers(request, outgoing) ? core.trailingAgent(upstream.origin) : undefined;
  const codings = ticket === undefined ? undefined : isChanged ? ["identity"] : CODINGS;
  const headers = outgoingHeaders(request.rawHeaders, {
    host: upstream.host,
    ...(codings !== undefined && { codings }),
    ...(isChanged && { changedLength: body.length }),
    isTrailing: agent !== undefined,
  });
  if (!hasBody) request.resume();
  const whole = !hasBody ? null : isWhole ? body : bodyFrom(request, body);
  const method = (request.method ?? "GET") as "GET";
  const to = { origin: upstream.origin, path: pathAt(upstream, word, path), method, headers };
  const handler = relay(core, { response, ticket, addedUsage: isChanged, polled });
  if (agent !== undefined && whole !== null)
    return sendTrailing({ ...to, body: whole, client: request, agent }, handler);
  core.dispatcher.dispatch({ ...to, body: whole, headersTimeout: 0, bodyTimeout: 0 }, handler);
}

function hasTrailers({ rawTrailers }: IncomingMessage): boolean {
  return rawTrailers.length > 0;
}

/** Whether trailers follow the body, or may follow what of it is still to come. */
function mayHaveTrailers(request: IncomingMessage, { isWhole }: Outgoing): boolean {
  return isWhole ? hasTrailers(request) : request.headers["transfer-encoding"] !== undefined;
}
