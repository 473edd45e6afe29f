import type { RuleInputs } from "../../inputs/settings-of.ts";
import { type NanoUsd, showUsd } from "../../values/money.ts";
import { deliver, deliveryOf } from "../operation/delivery.ts";
import { operate } from "../operation/operate.ts";
import type { Ports } from "../operation/ports.ts";

/** What a run costs so far. */
export type Overrun = {
  readonly hold: string;
  readonly profile: string;
  readonly spent: NanoUsd;
  readonly estimate: NanoUsd;
  readonly percent: number;
  /** What it may cost now; null without a limit. */
  readonly cap: NanoUsd | null;
};

/** Announces to the channels, once, that a run that is running costs much more than expected. */
export async function alertOverrun(ports: Ports, inputs: RuleInputs, overrun: Overrun): Promise<void> {
  const request = { kind: "overrun", id: ports.newId(), hold: overrun.hold, text: textOf(ports, overrun) } as const;
  const operated = await operate(ports, inputs, {
    ...{ strictness: "lenient", mustExist: true },
    request: async () => ({ request }),
  });
  if (!operated.ok) return;
  const delivery = deliveryOf(ports, operated, undefined);
  if (delivery !== null) await deliver(ports, delivery);
}

function textOf({ caller }: Ports, { profile, spent, estimate, percent, cap }: Overrun): string {
  const { url } = caller.fullRun;
  const limit = cap === null ? "Nothing stops it." : `It may cost ${showUsd(cap)} now.`;
  const where = url === undefined ? "" : " Cancel it there if that is wrong.";
  return `A run of ${profile} has cost ${showUsd(spent)} and is still running: ${percent} % of the ${showUsd(estimate)} it was expected to cost. ${limit}${where}`;
}
