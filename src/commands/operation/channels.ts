import { createHash } from "node:crypto";
import type { Note } from "../../books/draft.ts";
import { DEFAULT_CHANNEL } from "../../books/messages/channels.ts";
import type { Settings } from "../../books/settings.ts";
import type { Address, NamedChannel } from "../../notify/channel.ts";
import type { Channel } from "../../notify/send.ts";
import type { Ports } from "./ports.ts";
import { redacted } from "./redacted.ts";

type Given = Pick<Ports, "webhook" | "channels">;

/** The run's channels, the default one first; not those whose host the policy doesn't allow. */
export function channelsOf({ webhook, channels }: Given, { hosts }: Pick<Settings, "hosts">): readonly NamedChannel[] {
  const address = webhook === null ? undefined : ({ kind: "discord", webhook } as const);
  const allowed = channels.filter((channel) => isAllowed(channel, hosts));
  return address === undefined ? allowed : [{ name: DEFAULT_CHANNEL, address }, ...allowed];
}

/** Why channels of the run get nothing. */
export function hostNotes({ channels }: Given, { hosts }: Pick<Settings, "hosts">): Note[] {
  return channels
    .filter((channel) => !isAllowed(channel, hosts))
    .map(({ name }) => ({ level: "warning", text: hostText(name) }));
}

/** What is wrong with a channel whose host isn't in the policy. */
export function hostText(name: string): string {
  return `The channel ${name} gets nothing: its host isn't among \`notify: hosts:\` in the policy file.`;
}

/** Whether the policy allows a channel's host. */
export function isAllowed({ address }: NamedChannel, hosts: Settings["hosts"]): boolean {
  return address.kind !== "json" || address.isTest || hosts.includes(address.host);
}

/** The digests of channels' addresses, by name. */
export function digestsOf(channels: readonly NamedChannel[]): Record<string, string> {
  return Object.fromEntries(channels.map(({ name, address }) => [name, digestOf(address)]));
}

/** 16 hex digits of the SHA-256 of an address: it shows that two are the same, and neither of them. */
export function digestOf(address: Address): string {
  const url = address.kind === "discord" ? address.webhook.url : address.url;
  return createHash("sha256").update(url).digest("hex").slice(0, 16);
}

/** How a command's messages get to a channel. */
export function channelThrough({ fetch, waiting, now, redact }: Ports, { name, address }: NamedChannel): Channel {
  const label = name === DEFAULT_CHANNEL ? "Discord" : `the channel ${name}`;
  return { address, label, fetch, sleep: waiting.sleep, now, clean: (data) => redacted(data, redact) };
}
