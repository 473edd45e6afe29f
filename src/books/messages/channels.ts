import { BudgetError } from "../../values/errors.ts";
import { dayOf, later } from "../../values/month.ts";
import { type Draft, withNote, withState } from "../draft.ts";
import type { NotifyKind, Severity } from "../notify-keys.ts";
import type { Route, Settings } from "../settings.ts";

/** The channel of the input `discord-webhook`. */
export const DEFAULT_CHANNEL = "default";

const DAY_MS = 24 * 3_600_000;

/** How long messages wait for a channel that no run has. */
export const UNCLAIMED_MS = 7 * DAY_MS;

/** How long a channel without a route gets new messages after a run had it: the run of a monthly recap is enough. */
const UNSEEN_MS = 40 * DAY_MS;

/** More channels than anyone uses: the books stay small. */
const MAX_KNOWN = 20;

/** What decides who gets a message. */
export type Routed = {
  readonly kind: NotifyKind;
  readonly severity?: Severity | undefined;
  readonly budgets?: readonly string[] | undefined;
};

/** The names of the channels that get a message. */
export function recipientsOf(draft: Draft, message: Routed): string[] {
  const { settings } = draft.circumstances;
  if (message.kind === "escalation" && settings.escalateTo !== undefined) return [settings.escalateTo];
  return currentNames(draft).filter((name) => gets(name, message, settings));
}

/** Whether a channel gets a message: as its routes say, without one what the default channel gets. */
export function gets(name: string, message: Routed, { notify, routes }: Pick<Settings, "notify" | "routes">): boolean {
  const isDefault = name === DEFAULT_CHANNEL;
  const isWanted = notify.includes(message.kind);
  const own = routes.filter(({ to }) => to === name);
  if (own.length === 0 || (isDefault && !isWanted)) return isWanted;
  // Chatter goes only where it is named.
  const isChatter = message.kind === "start" || message.kind === "complete";
  return own.some((route) => (route.kinds !== undefined || isDefault || !isChatter) && matches(route, message));
}

function matches({ kinds, severity, budgets }: Route, message: Routed): boolean {
  if (kinds !== undefined && !kinds.includes(message.kind)) return false;
  if (severity !== undefined && (message.severity === undefined || !severity.includes(message.severity))) return false;
  return budgets === undefined || budgets.some((name) => message.budgets?.some((one) => isOf(one, name)) === true);
}

/** Whether it is that sub-budget, or one that its `for-each` makes. */
function isOf(budget: string, name: string): boolean {
  return budget === name || budget.startsWith(`${name}/`);
}

/** The channels that the policy or this run names, or that a run had lately. */
function currentNames(draft: Draft): string[] {
  const { settings, now } = draft.circumstances;
  const { channels } = draft.state;
  const since = dayOf(later(now, -UNSEEN_MS), "UTC");
  const recent = Object.entries(channels ?? {}).filter(([name, { seen }]) => name === DEFAULT_CHANNEL || seen >= since);
  return [
    ...new Set([
      // Books that know no channel may have the default one, for version 0.1 kept none; not if the run has others alone.
      ...(channels === undefined && Object.keys(draft.circumstances.channels).length === 0 ? [DEFAULT_CHANNEL] : []),
      ...trustedNames(draft),
      ...recent.map(([name]) => name),
      ...settings.routes.map(({ to }) => to).filter((to) => to !== DEFAULT_CHANNEL),
      ...Object.keys(settings.addresses),
    ]),
  ];
}

/** The run's channels whose addresses are those that the policy or the books know. */
export function trustedNames(draft: Draft): string[] {
  return Object.keys(draft.circumstances.channels).filter((name) => distrustOf(draft, name) === undefined);
}

/** Its address isn't the one that the policy or the books have, or the books have no room for one more. */
type Distrust = "policy" | "books" | "room";

/** Why nothing is sent to a channel of the run; undefined if it may get messages. */
function distrustOf({ state, circumstances }: Draft, name: string): Distrust | undefined {
  const { channels, settings } = circumstances;
  const known = state.channels ?? {};
  const ruled = own(settings.addresses, name);
  if (ruled !== undefined) return ruled === channels[name] ? undefined : "policy";
  if (name === DEFAULT_CHANNEL) return undefined;
  const expected = own(known, name)?.address;
  if (expected !== undefined) return expected === channels[name] ? undefined : "books";
  return Object.keys(known).length < MAX_KNOWN ? undefined : "room";
}

/** Names and the notes that no other way leads to them: a state's keys are anyone's. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** The draft with a warning for each channel of the run whose address isn't the known one. */
export function warnOfAddresses(draft: Draft): Draft {
  return Object.keys(draft.circumstances.channels).reduce((after, name) => {
    const distrust = distrustOf(after, name);
    return distrust === undefined ? after : withNote(after, "warning", distrustText(name, distrust));
  }, draft);
}

/** The run's channels that have another address than the known one. */
export function strangeNames(draft: Draft): string[] {
  return Object.keys(draft.circumstances.channels).filter((name) =>
    ["policy", "books"].includes(distrustOf(draft, name) ?? ""),
  );
}

function distrustText(name: string, distrust: Distrust): string {
  if (distrust === "room") {
    return `The books know ${MAX_KNOWN} channels already, so the channel ${name} gets nothing. \`doctor\` with \`reset-channel\` forgets one that is no longer used.`;
  }
  const [where, how] =
    distrust === "policy"
      ? ["the policy file names", "write the digest that `doctor` shows for it under `notify: addresses:`"]
      : ["the books know", `a maintainer runs \`doctor\` with \`reset-channel: ${name}\``];
  return `The channel ${name} has another address than ${where}, so nothing was sent to it and its messages wait. If you changed the address, ${how}.`;
}

/** Remembers the addresses of the run's channels, and the day; nothing while only the default channel is in use. */
export function noteChannels(draft: Draft): Draft {
  const { state, circumstances } = draft;
  const names = trustedNames(draft);
  if (state.channels === undefined && names.every((name) => name === DEFAULT_CHANNEL)) return draft;
  const seen = dayOf(circumstances.now, "UTC");
  const known = state.channels ?? {};
  const noted = names.flatMap((name) => {
    const before = own(known, name);
    const address = circumstances.channels[name] ?? "";
    return before?.address === address && before.seen >= seen ? [] : [[name, { ...before, address, seen }] as const];
  });
  return noted.length === 0 ? draft : withState(draft, { channels: { ...known, ...Object.fromEntries(noted) } });
}

/**
 * The draft whose books have another address for a channel; without one, the next run that has the channel says it.
 * Throws a BudgetError for a channel that neither the books nor the run know.
 */
export function resetChannel(
  draft: Draft,
  { channel, address }: { readonly channel: string; readonly address?: string | undefined },
): Draft {
  const { channels = {} } = draft.state;
  const known = own(channels, channel);
  if (known === undefined && address === undefined) throw unknown(channel, Object.keys(channels));
  if (known?.address === address) return draft;
  const others = Object.entries(channels).filter(([name]) => name !== channel);
  const seen = dayOf(draft.circumstances.now, "UTC");
  const changed = address === undefined ? [] : [[channel, { ...known, address, seen }] as const];
  return withState(draft, { channels: Object.fromEntries([...others, ...changed]) });
}

function unknown(channel: string, known: readonly string[]): BudgetError {
  const names = known.length === 0 ? "none" : known.join(", ");
  const text = `Bad input: the books know no channel ${channel}; they know ${names}. Nothing was changed.`;
  return new BudgetError("bad-input", text);
}
