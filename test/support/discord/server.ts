import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { loadContract } from "../github/contract.ts";
import {
  createFaults,
  type Fault,
  type Faults,
  matches,
  type RequestMatch,
  type SeenRequest,
} from "../github/faults.ts";
import { patient } from "../pace/pace.ts";
import { fileFaults, type Posted, type PostedFile, postedIn } from "./files.ts";
import { breachesOf, formErrorOf, type Payload } from "./limits.ts";

export type DiscordOptions = {
  /** Whether the channel is a forum, whose posts need a thread; false unless told. */
  readonly forum?: boolean;
  /** The webhook's own rate limit in real time, as Discord has 5 in 2,000 ms; none unless told. */
  readonly bucket?: { readonly limit: number; readonly perMs: number };
};

export type DiscordMessage = {
  readonly id: string;
  readonly webhookId: string;
  /** The thread it was posted to, where one was named. */
  readonly threadId?: string;
  readonly payload: Payload;
  /** The files that came with it. */
  readonly files: readonly PostedFile[];
};

export type DiscordRequest = SeenRequest & { readonly sent: string; status: number; readonly fault?: Fault };

export type Discord = {
  /** What TOKEN_BUDGET_TEST_DISCORD must hold for this server to be posted to. */
  readonly origin: string;
  readonly webhookUrl: (thread?: string) => string;
  /** The part of the URL that must show nowhere. */
  readonly webhookToken: string;
  readonly faults: Faults;
  /** What was accepted, in order; also where its answer was lost. */
  readonly messages: readonly DiscordMessage[];
  readonly log: readonly DiscordRequest[];
  readonly requests: (match?: RequestMatch) => number;
  readonly clear: () => void;
  /** What broke Discord's limits or its published schema; emptied by tests that do so on purpose. */
  readonly violations: string[];
  /** From now on the webhook is answered with 404 and code 10015. */
  readonly deleteWebhook: () => void;
  /** Stops the server; throws when a post broke a limit or the schema. */
  readonly stop: () => Promise<void>;
};

type Reply = { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown };

const WEBHOOK_ID = "1290000000000000001";
const WEBHOOK_TOKEN = "test-webhook-token_0123456789";
const OPERATION = "POST /webhooks/{webhook_id}/{webhook_token}";

const failure = (status: number, code: number, message: string): Reply => ({ status, body: { message, code } });

/** Starts a Discord with one webhook on 127.0.0.1 that enforces what Discord enforces. */
export async function startDiscord(options: DiscordOptions = {}): Promise<Discord> {
  const host = new Host(options);
  const server = createServer(
    { keepAliveTimeout: patient(60_000), requestTimeout: 0 },
    (request, response) => void host.serve(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    webhookUrl: (thread) =>
      `${origin}/api/webhooks/${WEBHOOK_ID}/${WEBHOOK_TOKEN}${thread === undefined ? "" : `?thread_id=${thread}`}`,
    webhookToken: WEBHOOK_TOKEN,
    faults: host.faults,
    messages: host.messages,
    log: host.log,
    requests: (match = "any") => host.log.filter((it) => matches(match, it)).length,
    clear() {
      host.messages.length = 0;
      host.log.length = 0;
    },
    violations: host.violations,
    deleteWebhook: () => {
      host.deleted = true;
    },
    async stop() {
      host.stopping.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (host.violations.length > 0)
        throw new Error(`Discord's limits or schema were broken:\n${host.violations.join("\n")}`);
    },
  };
}

class Host {
  deleted = false;
  readonly stopping = new AbortController();
  readonly faults = createFaults();
  readonly messages: DiscordMessage[] = [];
  readonly log: DiscordRequest[] = [];
  readonly violations: string[] = [];
  readonly #options: DiscordOptions;
  readonly #contract = loadContract(new URL("openapi.json", import.meta.url));
  #posts = 0;
  #bucket: number[] = [];

  constructor(options: DiscordOptions) {
    this.#options = options;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // the client went away before it had said what it wants
    }
    const posted = postedIn(request.headers["content-type"] ?? "", Buffer.concat(chunks));
    const { sent } = posted;
    const method = request.method ?? "GET";
    const seen = { method, path: request.url ?? "/", write: method !== "GET" };
    const fault = this.faults.meet(seen);
    const entry: DiscordRequest = { ...seen, sent, status: 0, ...(fault === undefined ? {} : { fault }) };
    this.log.push(entry);
    try {
      const reply = await this.#answer({ request, ...posted }, fault);
      if (reply === "broken") response.destroy();
      if (reply === "broken" || reply === undefined) return;
      entry.status = reply.status;
      this.#send(response, reply);
    } catch (error) {
      this.violations.push(`${method} ${seen.path}: ${error instanceof Error ? error.stack : String(error)}`);
      this.#send(response, { status: 500, body: { message: String(error), code: 0 } });
    }
  }

  async #answer(
    call: { request: IncomingMessage } & Posted,
    fault: Fault | undefined,
  ): Promise<Reply | "broken" | undefined> {
    const work = () => this.#checked(call.request, call);
    switch (fault?.kind) {
      case undefined:
        return work();
      case "slow":
        await setTimeout(fault.ms, undefined, { signal: this.stopping.signal }).catch(() => {});
        return this.stopping.signal.aborted ? undefined : this.#answer(call, fault.next);
      case "meanwhile": {
        if (fault.when === "before") {
          await fault.event();
          return this.#answer(call, fault.next);
        }
        const reply = await this.#answer(call, fault.next);
        await fault.event();
        return reply;
      }
      case "drop-before":
        return "broken";
      case "drop-after":
        work();
        return "broken";
      case "hang":
        if (fault.after === true) work();
        return undefined;
      case "truncate": {
        const { status, body } = work();
        const text = JSON.stringify(body ?? "").slice(0, fault.bytes ?? 0);
        return { status, body: text, headers: { "content-type": "application/json" } };
      }
      case "html":
        return {
          status: fault.status ?? 502,
          body: "<html>Bad gateway</html>",
          headers: { "content-type": "text/html" },
        };
      case "status":
        if (fault.after === true) work();
        return {
          status: fault.status,
          headers: fault.headers ?? {},
          body: fault.body ?? { message: "Server Error", code: 0 },
        };
      default:
        throw new Error(`Discord has no fault "${fault?.kind}"`);
    }
  }

  #checked(request: IncomingMessage, posted: Posted): Reply {
    const url = new URL(request.url ?? "/", "http://discord");
    const path = /^\/api(?:\/v10)?(\/webhooks\/.+)$/.exec(url.pathname)?.[1] ?? "";
    const found = this.#contract.find(request.method ?? "GET", path);
    if (found === undefined)
      return this.#refuse(failure(404, 0, "404: Not Found"), `${request.method} ${url.pathname}`);
    const { webhook_id: id, webhook_token: token } = found.values;
    const reply = this.#post({ request, url, ...posted, id, token });
    const strange = this.#contract.answerFaults(OPERATION, reply.status, reply.body);
    if (strange.length > 0) throw new Error(`The stand-in's answer ${reply.status}: ${strange.join("; ")}`);
    return reply;
  }

  #post(call: {
    request: IncomingMessage;
    url: URL;
    sent: string;
    files: readonly PostedFile[];
    id: string | undefined;
    token: string | undefined;
  }): Reply {
    const { headers } = call.request;
    const query = call.url.searchParams;
    if (!headers["user-agent"]) return this.#refuse(failure(403, 40333, "internal network error"), "no User-Agent");
    if (call.id !== WEBHOOK_ID || this.deleted) return failure(404, 10015, "Unknown Webhook");
    if (call.token !== WEBHOOK_TOKEN) return failure(401, 50027, "Invalid Webhook Token");
    const limited = this.#spend();
    if (limited !== undefined) return limited;
    const payload = jsonOf(call.sent);
    if (
      !/^(application\/json|multipart\/form-data; boundary=)/.test(headers["content-type"] ?? "") ||
      payload === undefined
    ) {
      return this.#refuse(failure(400, 50109, "The request body contains invalid JSON."), "not JSON");
    }
    const breaches = breachesOf(payload);
    if (breaches.length > 0) {
      return this.#refuse(
        { status: 400, body: formErrorOf(breaches) },
        breaches.map((it) => `${it.path.join(".")}: ${it.message}`).join("; "),
      );
    }
    if (!payload.content && !payload.embeds?.length)
      return this.#refuse(failure(400, 50006, "Cannot send an empty message"), "empty");
    // The slice of the published schema leaves attachments out: they are checked with their files.
    const { attachments: _, ...json } = payload;
    const wrong = [
      ...this.#contract.requestFaults(OPERATION, query, json),
      ...mentionFaults(payload),
      ...fileFaults(payload, call.files),
    ];
    if (wrong.length > 0) return this.#refuse(failure(400, 50035, "Invalid Form Body"), wrong.join("; "));
    const threadId = query.get("thread_id") ?? undefined;
    if (threadId !== undefined && !/^\d+$/.test(threadId))
      return this.#refuse(failure(400, 50035, "Invalid Form Body"), "thread_id");
    if (this.#options.forum === true && threadId === undefined) {
      return failure(400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id");
    }
    this.#posts += 1;
    const message = {
      id: String(1_290_000_000_000_000_100n + BigInt(this.#posts)),
      webhookId: WEBHOOK_ID,
      payload,
      files: call.files,
    };
    this.messages.push(threadId === undefined ? message : { ...message, threadId });
    return query.get("wait") === "true" ? { status: 200, body: messageBody(message, threadId) } : { status: 204 };
  }

  #spend(): Reply | undefined {
    const { bucket } = this.#options;
    if (bucket === undefined) return undefined;
    const now = performance.now();
    this.#bucket = this.#bucket.filter((at) => at > now - bucket.perMs);
    const [oldest] = this.#bucket;
    if (this.#bucket.length < bucket.limit || oldest === undefined) {
      this.#bucket.push(now);
      return undefined;
    }
    const retryAfter = Math.ceil(oldest + bucket.perMs - now) / 1000;
    const headers = {
      "retry-after": String(Math.ceil(retryAfter)),
      "x-ratelimit-limit": String(bucket.limit),
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset-after": String(retryAfter),
      "x-ratelimit-scope": "user",
    };
    return {
      status: 429,
      headers,
      body: { message: "You are being rate limited.", code: 0, retry_after: retryAfter, global: false },
    };
  }

  #refuse(reply: Reply, why: string): Reply {
    this.violations.push(`refused with ${reply.status}: ${why}`);
    return reply;
  }

  #send(response: ServerResponse, { status, headers = {}, body }: Reply): void {
    if (response.destroyed) return;
    const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
    const type = body === undefined ? {} : { "content-type": "application/json" };
    response
      .writeHead(status, {
        ...type,
        ...headers,
        ...(status === 204 ? {} : { "content-length": String(Buffer.byteLength(text)) }),
      })
      .end(text);
  }
}

/**
 * Nobody may be pinged by what a tag or a title holds: a post allows no mention, or the one of the role that is all its
 * content, with the end of the money in it. Discord itself would let anything pass.
 */
function mentionFaults({ content, embeds = [], allowed_mentions }: Payload): readonly string[] {
  const [role] = allowed_mentions?.roles ?? [];
  const isOfEnd = embeds.some(({ title = "" }) => /^⛔ Monthly Budget Exhausted$|^📬 /.test(title));
  const mayPing = role !== undefined && isOfEnd;
  const wanted = JSON.stringify(mayPing ? { roles: [role] } : { parse: [] });
  const isContentFine = mayPing ? content === `<@&${role}>` : !/<@/.test(content ?? "");
  return [
    ...(JSON.stringify(allowed_mentions) === wanted ? [] : [`allowed_mentions must be ${wanted}`]),
    ...(isContentFine ? [] : ["content may be the mention of the allowed role alone"]),
  ];
}

function messageBody(
  { id, webhookId, payload }: DiscordMessage,
  threadId: string | undefined,
): Readonly<Record<string, unknown>> {
  const embeds = (payload.embeds ?? []).map((embed) => ({
    ...embed,
    type: "rich",
    ...(embed.fields === undefined
      ? {}
      : { fields: embed.fields.map((field) => ({ ...field, inline: field.inline ?? false })) }),
  }));
  const name = payload.username ?? "Budget";
  const author = {
    id: webhookId,
    username: name,
    avatar: null,
    discriminator: "0000",
    public_flags: 0,
    flags: 0,
    bot: true,
    global_name: null,
    primary_guild: null,
  };
  return {
    id,
    type: 0,
    content: payload.content ?? "",
    channel_id: threadId ?? "1290000000000000002",
    author,
    webhook_id: webhookId,
    embeds,
    attachments: [],
    components: [],
    mentions: [],
    mention_roles: [],
    mention_everyone: false,
    pinned: false,
    tts: false,
    flags: 0,
    timestamp: new Date().toISOString(),
    edited_timestamp: null,
  };
}

function jsonOf(text: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
