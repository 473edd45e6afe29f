import { DEFAULT_CHANNEL } from "../../books/messages/channels.ts";
import { DEFAULT_NAME } from "../../books/settings.ts";
import { POLICY_PATH } from "../../inputs/policy/policy-path.ts";
import type { NamedChannel } from "../../notify/channel.ts";
import type { Finding } from "../../report/findings-text.ts";
import { BudgetError } from "../../values/errors.ts";
import { attempt } from "../operation/attempt.ts";
import { channelThrough, digestOf, digestsOf, hostText, isAllowed } from "../operation/channels.ts";
import type { Look } from "../operation/look.ts";
import { mustBeMaintainer } from "../operation/maintainers.ts";
import { operate } from "../operation/operate.ts";
import type { Ports } from "../operation/ports.ts";
import { findingOf } from "./finding-of.ts";
import type { Patient } from "./patient.ts";

/** What kind of channel it is, for people. */
const KINDS = { discord: "Discord", slack: "Slack", json: "signed JSON" } as const;

/** What doctor knows when it examines channels; `ports` and `looked` are undefined if the books can't be reached. */
type Known = { readonly patient: Patient; readonly ports: Ports | undefined; readonly looked: Look | undefined };

/** Examines the channels of the input `channels`, and whether the policy's routes lead to them. */
export async function examineChannels(known: Known): Promise<Finding[]> {
  const { patient, looked } = known;
  const { channels, error } = await patient.channels();
  const findings = await Promise.all(channels.map((channel) => examine(channel, known)));
  return [
    ...(error === undefined ? [] : [findingOf("Channels", error)]),
    ...findings.flat(),
    ...(looked === undefined ? [] : routeFindings(channels, looked, patient.channelsSource)),
  ];
}

async function examine(channel: NamedChannel, { patient, ports, looked }: Known): Promise<Finding[]> {
  const about = `Channel ${channel.name}`;
  const problem = looked === undefined ? undefined : problemOf(channel, looked);
  if (problem !== undefined) return [{ tone: "bad", about, ...problem }];
  const text = `${KINDS[channel.address.kind]}, address digest ${digestOf(channel.address)}`;
  if (patient.inputs.testMessage !== true || ports === undefined) {
    return [{ tone: "good", about, text: `${text}; a test message shows whether it works (test-message).` }];
  }
  const { sendTest } = await import("../../notify/send.ts");
  const { repository, url } = ports.caller.fullRun;
  const name = patient.inputs.name ?? DEFAULT_NAME;
  const { warnings, kept, refused } = await sendTest(channelThrough(ports, channel), {
    ...{ name, origin: { repository, url } },
  });
  return kept.length + refused.length === 0
    ? [{ tone: "good", about, text: `${text}; the test message arrived.` }]
    : [{ tone: "bad", about, text: warnings.join(" ") }];
}

function problemOf(
  { name, ...channel }: NamedChannel,
  { rules, state }: Look,
): Pick<Finding, "text" | "fix"> | undefined {
  const { hosts, addresses } = rules.settings;
  if (!isAllowed({ name, ...channel }, hosts)) {
    return { text: hostText(name), fix: { text: `Name the host under notify, hosts, in ${POLICY_PATH}.` } };
  }
  const digest = digestOf(channel.address);
  const ruled = Object.hasOwn(addresses, name) ? addresses[name] : undefined;
  const known = Object.hasOwn(state.channels ?? {}, name) ? state.channels?.[name]?.address : undefined;
  const expected = ruled ?? known;
  if (expected === undefined || expected === digest) return undefined;
  const knows = ruled === undefined ? `the books know ${expected}` : `${POLICY_PATH} names ${expected}`;
  return {
    text: `its address has the digest ${digest}, but ${knows}: nothing is sent there.`,
    fix:
      ruled === undefined
        ? {
            text: "If the new address is right, a maintainer lets it in:",
            code: `token-budget doctor --reset-channel ${name}`,
          }
        : {
            text: `If the new address is right, write its digest into ${POLICY_PATH}:`,
            code: `notify:\n  addresses: { ${name}: ${digest} }`,
          },
  };
}

/** Routes that lead nowhere, as far as this run can see. */
function routeFindings(channels: readonly NamedChannel[], { rules }: Look, source: string): Finding[] {
  const { routes, escalateTo } = rules.settings;
  const named = [DEFAULT_CHANNEL, ...channels.map(({ name }) => name)];
  const targets = new Set([...routes.map(({ to }) => to), ...(escalateTo === undefined ? [] : [escalateTo])]);
  return [...targets]
    .filter((to) => !named.includes(to))
    .map((to) => ({
      tone: "warn",
      about: "Routes",
      text: `${POLICY_PATH} sends messages to ${to}, but ${source} names no channel ${to}.`,
      fix: { text: `Add a line ${to}=URL to ${source}, or correct the name.` },
    }));
}

/** Lets the channel that the input names have another address: this run's, or that of the next one that has it. */
export async function resetChannel({ patient, ports }: Known): Promise<Finding[]> {
  const { resetChannel: channel } = patient.inputs;
  if (channel === undefined || ports === undefined) return [];
  const about = `Channel ${channel}`;
  const done = await attempt(async () => {
    await mustBeMaintainer(ports, "Another address for a channel");
    const address = digestsOf((await patient.channels()).channels)[channel];
    const request = { kind: "reset-channel", id: ports.newId(), channel, address, actor: ports.caller.actor } as const;
    const operated = await operate(
      ports,
      {},
      {
        ...{ strictness: "lenient", mustExist: true, isDelivering: false },
        request: async () => ({ request }),
      },
    );
    if (!operated.ok) throw operated.error;
    return address;
  });
  if (done instanceof BudgetError) return [{ ...findingOf(about, done), tone: "bad" }];
  const text =
    done === undefined
      ? "it was forgotten, with its address: the next run that has the channel sets that."
      : `its address is now the one of this run, digest ${done}.`;
  return [{ tone: "good", about, text }];
}
