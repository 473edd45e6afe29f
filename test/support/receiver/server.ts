import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { type Call, type LoopbackHost, startHost } from "../loopback-host.ts";

const KEY = "k3y-Zm9vYmFyYmF6cXV4-0123456789";
const PATH = "/token-budget/hook-9f8e7d6c5b4a";

export type Receiver = LoopbackHost & {
  readonly url: string;
  readonly key: string;
  /** What was accepted, in order, repeats left out. */
  readonly messages: Readonly<Record<string, unknown>>[];
};

/** Starts a host that takes what is signed with its key and fits the published schema, each id once. */
export async function startReceiver(): Promise<Receiver> {
  const schema = JSON.parse(readFileSync("token-budget-message.schema.json", "utf8"));
  const fits = new Ajv({ strict: false, formats: { "date-time": true } }).compile(schema);
  const messages: Record<string, unknown>[] = [];
  const seen = new Set<unknown>();
  const host = await startHost((call, violations) => {
    if (call.path !== PATH) return { status: 404, body: "" };
    if (!isSigned(call, KEY)) return { status: 401, body: "" };
    const message = JSON.parse(call.sent) as Record<string, unknown>;
    if (!fits(message)) violations.push(JSON.stringify(fits.errors));
    const id = call.headers["x-token-budget-id"];
    if (decodeURIComponent(String(id)) !== message["id"]) violations.push(`the id ${String(id)}`);
    if (!seen.has(id)) messages.push(message);
    seen.add(id);
    return { status: 204, body: "" };
  });
  const clear = () => {
    messages.length = 0;
    seen.clear();
    host.clear();
  };
  return { ...host, clear, messages, url: `${host.origin}${PATH}`, key: KEY };
}

/** As the documentation says: the signature is over the time and the body. */
export function isSigned({ headers, sent }: Call, key: string): boolean {
  const [, t = "", v1 = ""] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["x-token-budget-signature"])) ?? [];
  const own = createHmac("sha256", key).update(`${t}.${sent}`).digest();
  return v1 !== "" && timingSafeEqual(own, Buffer.from(v1, "hex"));
}
