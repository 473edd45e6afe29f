import { CHANNEL_NAME_WANTED, isChannelName } from "../values/channel-name.ts";
import { BudgetError } from "../values/errors.ts";
import { isOtherHost } from "../values/other-host.ts";
import type { Address, NamedChannel } from "./channel.ts";
import { isTestOrigin, parseWebhook } from "./discord/webhook.ts";

/** The loopback origins that stand in for other hosts in tests. */
export type TestOrigins = {
  readonly discord?: string | undefined;
  readonly slack?: string | undefined;
  readonly receiver?: string | undefined;
};

const MAX_CHANNELS = 10;
const MIN_KEY_LENGTH = 16;
const SLACK = "https://hooks.slack.com";
const SLACK_FORM = /^\/services\/[A-Za-z0-9]{1,32}\/[A-Za-z0-9]{1,32}\/[A-Za-z0-9]{1,64}$/;
const DISCORD_HOST = /(?:^|\.)discord(?:app)?\.com$/;

/**
 * The channels that the lines of a text name, and what is wrong with other lines. No problem quotes more of a line than
 * its channel's name: the rest is a secret.
 */
export function parseChannels(
  text: string,
  origins: TestOrigins = {},
): { readonly channels: readonly NamedChannel[]; readonly problems: readonly string[] } {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== "");
  const channels: NamedChannel[] = [];
  const problems: string[] = [];
  for (const { line, number } of lines) {
    const parsed = parseLine(line, { channels, origins });
    if (typeof parsed === "string") problems.push(`line ${number} ${parsed}`);
    else channels.push(parsed);
  }
  return { channels, problems };
}

/** The error for lines that can't be used. */
export function badChannels(problems: readonly string[]): BudgetError {
  return new BudgetError("bad-input", `Bad input: channels: ${problems.join("; ")}. No URL is shown here.`);
}

type Known = { readonly channels: readonly NamedChannel[]; readonly origins: TestOrigins };

/** A line's channel, or what is wrong with it. */
function parseLine(line: string, { channels, origins }: Known): NamedChannel | string {
  const [, name = "", url = "", key] = /^([^=\s]*)\s*=\s*(\S+)(?:\s+(\S+))?$/.exec(line) ?? [];
  if (!isChannelName(name)) return `isn't name=url or name=url key, with ${CHANNEL_NAME_WANTED} as the name`;
  if (name === "default") return "names default, which is the channel of discord-webhook: choose another name";
  if (channels.some((one) => one.name === name)) return `names ${name} again: give each channel its own name`;
  if (channels.length >= MAX_CHANNELS) return `is one too many: at most ${MAX_CHANNELS} channels are possible`;
  const address = addressOf(url, key, origins);
  return typeof address === "string" ? `(${name}) ${address}` : { name, address };
}

function addressOf(text: string, key: string | undefined, origins: TestOrigins): Address | string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Another spelling of an address would have another digest.
  if (url === undefined || !/^[\x21-\x7e]{1,2000}$/.test(text) || /[\\#]/.test(text))
    return "has no URL that can be used";
  if (url.username !== "" || url.password !== "") return "has a URL with a user name: leave it out";
  if (url.origin === SLACK || isTestOrigin(url.origin, origins.slack)) return slackOf(url, text, key);
  if (DISCORD_HOST.test(url.hostname) || isTestOrigin(url.origin, origins.discord)) {
    return discordOf(text, key, origins);
  }
  return otherOf(url, key, isTestOrigin(url.origin, origins.receiver));
}

function discordOf(text: string, key: string | undefined, { discord }: TestOrigins): Address | string {
  if (key !== undefined) return "has a key after a Discord URL: remove it, Discord checks no signature";
  try {
    return { kind: "discord", webhook: parseWebhook(text, { testOrigin: discord }) };
  } catch {
    return "isn't the URL of a Discord webhook: copy it from the channel's settings (Integrations, then Webhooks)";
  }
}

function slackOf(url: URL, text: string, key: string | undefined): Address | string {
  if (/^\/(?:workflows|triggers)\//.test(url.pathname)) {
    return "is the trigger of a Slack workflow, which takes only the variables that the workflow declares: create an incoming webhook, whose URL begins with https://hooks.slack.com/services/";
  }
  if (key !== undefined) return "has a key after a Slack URL: remove it, Slack checks no signature";
  // The text as it is: the parser of URLs would resolve dots in it.
  return SLACK_FORM.test(text.slice(url.origin.length))
    ? { kind: "slack", url: text }
    : "isn't the URL of a Slack webhook: copy the one of an incoming webhook, which begins with https://hooks.slack.com/services/";
}

function otherOf(url: URL, key: string | undefined, isTest: boolean): Address | string {
  if (!isTest && url.protocol !== "https:") return "has a URL that isn't https";
  if (!isTest && !isOtherHost(url.host))
    return "has a host that can't be used: an IP address, or a name of a private network";
  if (key === undefined)
    return "has no key after the URL: every host but Discord's and Slack's gets messages signed with a key";
  if (key.length < MIN_KEY_LENGTH) return `has a key of fewer than ${MIN_KEY_LENGTH} characters: choose a random one`;
  return { kind: "json", url: url.href, host: url.host, key, isTest };
}
