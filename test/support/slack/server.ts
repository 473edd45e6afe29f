import type { Fault } from "../github/faults.ts";
import { type LoopbackHost, startHost } from "../loopback-host.ts";
import { breachesOf, type SlackPayload } from "./limits.ts";

const TOKEN = "hTk8Xs2LqVw9Zr4Bn7Mc3Yd6";
const PATH = `/services/T0TESTTEAM/B0TESTHOOK/${TOKEN}`;

export type Slack = LoopbackHost & {
  readonly webhookUrl: string;
  /** The part of the URL that must show nowhere. */
  readonly webhookToken: string;
  /** What was accepted, in order. */
  readonly messages: SlackPayload[];
};

/** Too many posts: try again after so many seconds. */
export const slackLimited = (seconds: number): Fault => ({
  kind: "status",
  status: 429,
  headers: { "retry-after": String(seconds) },
  body: "rate_limited",
});

/** A word of Slack's, with its status. */
export const slackSays = (status: number, word: string): Fault => ({ kind: "status", status, body: word });

/** Starts a Slack with one incoming webhook that enforces Slack's limits. */
export async function startSlack(): Promise<Slack> {
  const messages: SlackPayload[] = [];
  const host = await startHost(({ path, headers, sent }, violations) => {
    if (path !== PATH) return { status: 404, body: "no_service" };
    if (headers["content-type"] !== "application/json") return { status: 400, body: "invalid_payload" };
    const payload = JSON.parse(sent) as SlackPayload;
    const breaches = breachesOf(payload);
    violations.push(...breaches);
    if (breaches.length > 0) return { status: 400, body: "invalid_blocks" };
    messages.push(payload);
    return { status: 200, body: "ok" };
  });
  const clear = () => {
    messages.length = 0;
    host.clear();
  };
  return { ...host, clear, messages, webhookUrl: `${host.origin}${PATH}`, webhookToken: TOKEN };
}
