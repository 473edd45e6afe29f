import * as z from "zod/mini";
import { SEVERITIES } from "../../books/notify-keys.ts";
import { CHANNEL_NAME_WANTED, isChannelName } from "../../values/channel-name.ts";
import { isOtherHost } from "../../values/other-host.ts";
import { NOTIFY_KINDS } from "../list-kinds.ts";

const MINUTE_MS = 60_000;
/** A week: later than that nobody is waiting for an answer. */
const MAX_WAIT_MS = 7 * 24 * 60 * MINUTE_MS;
const MAX_ROUTES = 50;
const MAX_HOSTS = 10;

const channelName = z.string().check(z.refine(isChannelName));
const kinds = z.union([z.enum(["all", "none"]), z.array(z.enum(NOTIFY_KINDS))]);

/** "2 h" or "30 min" in the file, milliseconds in memory. */
const wait = z.codec(z.string().check(z.refine((text) => msOf(text) !== undefined)), z.int(), {
  decode: (text) => msOf(text) ?? 0,
  encode: (ms) => `${ms / MINUTE_MS} min`,
});

function msOf(text: string): number | undefined {
  const [, number, unit] = /^(\d{1,5}) ?(h|min)$/.exec(text) ?? [];
  const ms = Number(number) * (unit === "h" ? 60 : 1) * MINUTE_MS;
  return ms > 0 && ms <= MAX_WAIT_MS ? ms : undefined;
}

const route = z.strictObject({
  to: channelName,
  kinds: z.optional(z.array(z.enum(NOTIFY_KINDS)).check(z.minLength(1))),
  severity: z.optional(z.array(z.enum(SEVERITIES)).check(z.minLength(1))),
  budgets: z.optional(
    z.array(z.string().check(z.minLength(1), z.maxLength(128))).check(z.minLength(1), z.maxLength(50)),
  ),
});

const escalate = z.strictObject({ warning: z.optional(wait), critical: z.optional(wait) });

/** Which messages go to which channel. `discord` is the name that `kinds` had first. */
export const notify = z.strictObject({
  kinds: z.optional(kinds),
  discord: z.optional(kinds),
  hosts: z.optional(z.array(z.string().check(z.refine(isOtherHost))).check(z.maxLength(MAX_HOSTS))),
  routes: z.optional(z.array(route).check(z.maxLength(MAX_ROUTES))),
  // A number of so many digits loses the last ones.
  mention: z.optional(z.string().check(z.regex(/^\d{17,20}$/))),
  pictures: z.optional(z.enum(["all", "none"])),
  addresses: z.optional(z.record(channelName, z.string().check(z.regex(/^[0-9a-f]{16}$/)))),
  escalate: z.optional(escalate),
  "escalate-to": z.optional(channelName),
});
export type NotifyKeys = z.output<typeof notify>;

/** The keys of `notify` and of the groups in it, for hints. */
export const NOTIFY_GROUP_KEYS: Readonly<Record<string, readonly string[]>> = {
  notify: Object.keys(notify.shape),
  "notify.routes": Object.keys(route.shape),
  "notify.escalate": Object.keys(escalate.shape),
};

const KINDS_WANTED = `a list of ${NOTIFY_KINDS.join(", ")}; or all, or none`;
const WAIT_WANTED = "a time such as 2 h or 30 min, at most 168 h";

/** What would be valid for each key of `notify`. */
export const NOTIFY_WANTED: Readonly<Record<string, string>> = {
  "notify.kinds": KINDS_WANTED,
  "notify.discord": KINDS_WANTED,
  "notify.hosts": `a list of at most ${MAX_HOSTS} host names such as hooks.example.com, no IP addresses and no local names`,
  "notify.routes": `a list of at most ${MAX_ROUTES}, such as - { to: ops, kinds: [alert, exhausted] }`,
  "notify.routes.to": CHANNEL_NAME_WANTED,
  "notify.routes.kinds": `a list of ${NOTIFY_KINDS.join(", ")}`,
  "notify.routes.severity": `a list of ${SEVERITIES.join(", ")}`,
  "notify.routes.budgets": "a list of names of sub-budgets",
  "notify.mention":
    'the id of a Discord role, 17 to 20 digits in quotation marks, such as "123456789012345678"; without them it is a number that loses its last digits',
  "notify.pictures": "all or none",
  "notify.addresses":
    "channels with the 16 hex digits that doctor shows for their addresses, such as { ops: 0123456789abcdef }",
  "notify.escalate": "warning: and critical: with a time, such as { warning: 2 h, critical: 30 min }",
  "notify.escalate.warning": WAIT_WANTED,
  "notify.escalate.critical": WAIT_WANTED,
  "notify.escalate-to": CHANNEL_NAME_WANTED,
};
