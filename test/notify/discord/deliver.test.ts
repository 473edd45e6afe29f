import { describe, expect, it } from "vitest";
import { fetchesFor } from "../../../src/edges/machine/fetch.ts";
import { type Post, packPosts } from "../../../src/notify/discord/posts.ts";
import { discordTarget } from "../../../src/notify/discord/target.ts";
import { parseWebhook } from "../../../src/notify/discord/webhook.ts";
import { deliver, type Fetch } from "../../../src/notify/sending.ts";
import { type Body, useSingleRequests } from "../../support/single-requests.ts";

const TOKEN = "s3cr3t-T0ken_with-all-of-it";
const URL_TEXT = `https://discord.com/api/webhooks/123456789012345678/${TOKEN}`;
const WEBHOOK = parseWebhook(URL_TEXT);
/** What Discord does at a request; an error is what the connection ends with. */
type Step = Error | { readonly status: number; readonly body: unknown; readonly headers?: Record<string, string> };
type Sent = { readonly url: string; readonly headers: Headers; readonly body: SentBody };
type SentBody = { readonly embeds: readonly { readonly title: string }[]; readonly allowed_mentions: object };

const nock = useSingleRequests();
const { others: fetch } = fetchesFor({});
const TAKEN: Step = { status: 200, body: { id: "1" } };

/** A post of as many messages as ids are given. */
function postOf(...ids: string[]): Post {
  return { items: ids.map((id) => ({ ids: [id], embed: { title: `Message ${id}`, color: 0 } })) };
}

/** Has Discord answer one request after the other by a script, the last part of which goes on for ever. */
function answering(...steps: Step[]): Sent[] {
  const sent: Sent[] = [];
  for (const [index, step] of steps.entries()) {
    const scope = nock("https://discord.com").persist(index === steps.length - 1);
    scope.on("request", ({ url, headers }: Request, _, body: string) => {
      sent.push({ url, headers, body: JSON.parse(body) });
    });
    const asked = scope.post(/./);
    if (step instanceof Error) asked.replyWithError(step);
    else asked.reply(step.status, step.body as Body, step.headers);
  }
  return sent;
}

/** Delivers over a script of answers; the clock runs by sleeping alone. */
async function run(posts: Post[], ...steps: Step[]) {
  const sent = answering(...steps);
  const slept: number[] = [];
  let nowMs = Date.parse("2026-02-14T10:00:00Z");
  const sleep = async (ms: number) => {
    slept.push(ms);
    nowMs += ms;
  };
  const delivery = await deliver({ target: discordTarget(WEBHOOK), posts, fetch, sleep, now: () => nowMs });
  expect(JSON.stringify(delivery)).not.toMatch(/s3cr3t|123456789012345678|webhooks\//);
  return { delivery, sent, slept };
}

function limited(body: unknown, headers: Record<string, string> = {}): Step {
  return { status: 429, body, headers };
}

function refusal(status: number, code: number, message = "No"): Step {
  return { status, body: { code, message } };
}

describe("a delivery", () => {
  it("posts one after the other and waits for Discord to have each", async () => {
    const { delivery, sent, slept } = await run([postOf("a", "b"), postOf("c")], TAKEN);
    expect(delivery).toEqual({ delivered: ["a", "b", "c"], refused: [], kept: [], webhookGone: false, warnings: [] });
    expect(sent.map(({ url }) => url)).toEqual([`${URL_TEXT}?wait=true`, `${URL_TEXT}?wait=true`]);
    expect(sent[0]?.headers.get("content-type")).toBe("application/json");
    expect(sent[0]?.headers.get("user-agent")).toMatch(/^token-budget \(https:/);
    const embeds = [{ title: "Message a" }, { title: "Message b" }];
    expect(sent[0]?.body).toMatchObject({ embeds, allowed_mentions: { parse: [] } });
    expect(slept).toEqual([]);
  });

  it("keeps the thread beside wait=true", async () => {
    const sent = answering(TAKEN);
    const webhook = parseWebhook(`${URL_TEXT}?thread_id=42`);
    await deliver({ target: discordTarget(webhook), posts: [postOf("a")], fetch, sleep: async () => {}, now: () => 0 });
    expect(sent.map(({ url }) => url)).toEqual([`${URL_TEXT}?thread_id=42&wait=true`]);
  });

  it("of nothing asks for nothing", async () => {
    expect((await run([], TAKEN)).sent).toEqual([]);
  });
});

describe("a rate limit", () => {
  it.each<[string, Step, number]>([
    ["seconds in the answer", limited({ message: "slow down", retry_after: 1.234, global: false }), 1234],
    ["the same for all of Discord", limited({ message: "slow down", retry_after: 0.5, global: true }), 500],
    ["seconds in the header", { status: 429, body: "<html>", headers: { "retry-after": "3" } }, 3000],
    [
      "a date in the header",
      { status: 429, body: "", headers: { "retry-after": "Sat, 14 Feb 2026 10:00:07 GMT" } },
      7000,
    ],
    ["no time at all", { status: 429, body: "<html>error 1015</html>" }, 500],
    ["a time that isn't one", limited({ retry_after: "soon" }), 500],
  ])("with %s is waited for", async (_, step, waitMs) => {
    const { delivery, slept } = await run([postOf("a")], step, TAKEN);
    expect(delivery.delivered).toEqual(["a"]);
    expect(slept).toEqual([waitMs]);
  });

  it("of more than the thirty seconds leaves the messages queued at once", async () => {
    const { delivery, sent, slept } = await run([postOf("a"), postOf("b")], limited({ retry_after: 120 }));
    expect(delivery).toMatchObject({ delivered: [], refused: [], kept: ["a", "b"], webhookGone: false });
    expect(delivery.warnings).toEqual([
      "2 messages could not be delivered to Discord: it limits the rate, and 120 s is too long to wait. The messages stay queued for a later run.",
    ]);
    expect(sent).toHaveLength(1);
    expect(slept).toEqual([]);
  });

  it("that never ends is given up within thirty seconds, what was delivered staying so", async () => {
    const { delivery, slept } = await run([postOf("a"), postOf("b")], TAKEN, limited({ retry_after: 8 }));
    expect(delivery).toMatchObject({ delivered: ["a"], kept: ["b"] });
    expect(slept).toEqual([8000, 8000, 8000]);
  });
});

describe("trouble that passes", () => {
  it.each<[string, Step]>([
    ["a 500", { status: 500, body: "oops" }],
    ["a 502 page of a proxy", { status: 502, body: "<html>" }],
    ["a 408", { status: 408, body: "" }],
    ["a dropped connection", new Error("socket hang up")],
    ["a success without the message", { status: 200, body: "<html>sign in</html>" }],
    ["a success cut short", { status: 200, body: '{"id": "1' }],
  ])("%s is tried again", async (_, step) => {
    const { delivery, sent, slept } = await run([postOf("a")], step, step, TAKEN);
    expect(delivery).toMatchObject({ delivered: ["a"], kept: [], warnings: [] });
    expect(sent).toHaveLength(3);
    expect(slept).toEqual([500, 1000]);
  });

  it("that doesn't pass is told after five tries, and later posts aren't tried", async () => {
    const { delivery, sent } = await run([postOf("a"), postOf("b")], { status: 503, body: "" });
    expect(sent).toHaveLength(5);
    expect(delivery).toMatchObject({ delivered: [], kept: ["a", "b"], webhookGone: false });
    expect(delivery.warnings[0]).toContain("it answered 503, at the last of 5 attempts");
  });

  it("is told by its code alone, for a cause may quote the address", async () => {
    const failure = Object.assign(new Error(`connect to ${URL_TEXT}`), { code: "ECONNRESET" });
    const { delivery } = await run([postOf("a")], failure);
    expect(delivery.warnings[0]).toContain("the connection failed (ECONNRESET)");
  });

  it("includes an answer that doesn't come in time", async () => {
    const fetch: Fetch = (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const order = { target: discordTarget(WEBHOOK), posts: [postOf("a")], fetch, sleep: async () => {}, now: () => 0 };
    const delivery = await deliver({ ...order, requestTimeoutMs: 5 });
    expect(delivery.kept).toEqual(["a"]);
    expect(delivery.warnings[0]).toContain("it did not answer within 1 s");
  });

  it("is not waited out when the run is being stopped", async () => {
    const stop = new AbortController();
    answering({ status: 503, body: "" });
    const sleep = async () => {
      stop.abort();
      throw stop.signal.reason;
    };
    const order = { target: discordTarget(WEBHOOK), posts: [postOf("a")], fetch, sleep, now: () => 0 };
    const delivery = await deliver({ ...order, signal: stop.signal });
    expect(delivery.kept).toEqual(["a"]);
    expect(delivery.warnings[0]).toContain("the run is being stopped");
  });
});

describe("trouble that stays", () => {
  it.each<[string, Step]>([
    ["deleted", refusal(404, 10015, "Unknown Webhook")],
    ["called with another token", refusal(401, 50027, "Invalid Webhook Token")],
    ["not found by anyone", { status: 404, body: "" }],
  ])("a webhook that is %s ends the delivery at the first answer", async (_, step) => {
    const { delivery, sent } = await run([postOf("a"), postOf("b")], step);
    expect(sent).toHaveLength(1);
    expect(delivery).toMatchObject({ delivered: [], refused: [], kept: ["a", "b"], webhookGone: true });
    expect(delivery.warnings[0]).toContain("save the URL of a new one");
  });

  it.each<[string, Step]>([
    ["a forum without thread_id", refusal(400, 220001)],
    ["an archived thread", refusal(400, 50083)],
    ["a thread that is gone", refusal(404, 10003)],
    ["a ban at the door", { status: 403, body: "<html>" }],
    ["a redirect", { status: 301, body: "", headers: { location: URL_TEXT } }],
  ])("%s keeps the messages, for they are not to blame", async (_, step) => {
    const { delivery, sent } = await run([postOf("a"), postOf("b")], step);
    expect(sent).toHaveLength(1);
    expect(delivery).toMatchObject({ delivered: [], refused: [], kept: ["a", "b"], webhookGone: false });
  });

  it("a message Discord will never take is dropped with a warning and stops nothing", async () => {
    const errors = { embeds: { 0: { title: { _errors: [{ code: "BASE_TYPE_MAX_LENGTH", message: "Too long." }] } } } };
    const invalid: Step = { status: 400, body: { code: 50035, message: "Invalid Form Body", errors } };
    const { delivery } = await run([postOf("a"), postOf("b")], invalid, TAKEN);
    expect(delivery).toMatchObject({ delivered: ["b"], refused: ["a"], kept: [] });
    expect(delivery.warnings).toEqual([
      'Discord refused a message, which was dropped ("Message a"): it answered 400 (code 50035: Invalid Form Body: embeds.0.title Too long.).',
    ]);
  });

  it("the others of a refused post are sent one by one", async () => {
    const no = refusal(400, 50035);
    const { delivery, sent } = await run([postOf("a", "b", "c"), postOf("d")], no, TAKEN, no, TAKEN);
    expect(sent.map(({ body }) => body.embeds.length)).toEqual([3, 1, 1, 1, 1]);
    expect(delivery).toMatchObject({ delivered: ["a", "c", "d"], refused: ["b"], kept: [] });
  });

  it("what Discord says is repeated without the secret and on one line", async () => {
    const { delivery } = await run([postOf("a")], refusal(403, 7, `no\n::error::${URL_TEXT} ${TOKEN}`));
    expect(delivery.warnings[0]).toContain("no ::error::*** ***");
    expect(delivery.warnings[0]).not.toContain("\n");
  });
});

describe("a post with pictures", () => {
  const picture = { name: "month", png: Buffer.from("token-budget-part"), description: "What the month spent" };
  const pictured: Post = { items: postOf("a", "b").items.map((item) => ({ ...item, picture })) };

  /** What each request had: the pictures of its JSON, or "none". */
  async function sentOf(...steps: Step[]) {
    const bodies: string[] = [];
    for (const [index, step] of steps.entries()) {
      const scope = nock("https://discord.com").persist(index === steps.length - 1);
      scope.on("request", (_: Request, __: unknown, body: string) => bodies.push(body));
      const asked = scope.post(/./);
      if (step instanceof Error) asked.replyWithError(step);
      else asked.reply(step.status, step.body as Body, step.headers);
    }
    const order = { target: discordTarget(WEBHOOK), posts: [pictured], fetch, sleep: async () => {}, now: () => 0 };
    const delivery = await deliver(order);
    const files = bodies.map((body) => [...body.matchAll(/filename="([^"]*)"/g)].map(([, name]) => name));
    return { delivery, files, bodies };
  }

  it("has each under another name, and a line between its parts that no part has", async () => {
    const { delivery, files, bodies } = await sentOf(TAKEN);
    expect(delivery.delivered).toEqual(["a", "b"]);
    expect(files).toEqual([["1-month.png", "2-month.png"]]);
    expect(bodies[0]).toMatch(/^--token-budget-part-x\r\nContent-Disposition: form-data; name="payload_json"/);
    expect(bodies[0]).toContain('"image":{"url":"attachment://2-month.png"}');
    expect(bodies[0]).toContain('{"id":"1","filename":"2-month.png","description":"What the month spent"}');
    expect(bodies[0]).toMatch(/\r\n--token-budget-part-x--\r\n$/);
  });

  it.each<[string, Step]>([
    ["are too large", refusal(413, 40005, "Request entity too large")],
    ["are not allowed", refusal(403, 50013, "Missing Permissions")],
    ["are not understood", refusal(400, 50035)],
    ["are stopped on the way", { status: 415, body: "<html>" }],
  ])("that %s is sent without them, once", async (_, no) => {
    const { delivery, files } = await sentOf(no, TAKEN);
    expect(delivery).toMatchObject({ delivered: ["a", "b"], refused: [], kept: [], warnings: [] });
    expect(files).toEqual([["1-month.png", "2-month.png"], []]);
  });

  it("that doesn't get through twice is tried without them", async () => {
    const { delivery, files } = await sentOf(new Error("socket hang up"), { status: 502, body: "" }, TAKEN);
    expect(delivery.delivered).toEqual(["a", "b"]);
    expect(files.map((names) => names.length)).toEqual([2, 2, 0]);
  });

  it.each<[string, Step]>([
    ["a deleted webhook", refusal(404, 10015)],
    ["an archived thread", refusal(400, 50083)],
  ])("to %s isn't tried again", async (_, no) => {
    const { delivery, files } = await sentOf(no);
    expect(delivery.kept).toEqual(["a", "b"]);
    expect(files).toHaveLength(1);
  });
});

describe("a digest", () => {
  it("takes all its messages with it", async () => {
    const digest = { ids: ["a", "b", "c"], embed: { title: "3 earlier messages", color: 0 } };
    expect((await run(packPosts([digest]), TAKEN)).delivery.delivered).toEqual(["a", "b", "c"]);
  });
});
