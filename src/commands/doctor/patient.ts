import type { InputsOf } from "../../inputs/commands/table.ts";
import type { Webhook } from "../../notify/discord/webhook.ts";
import type { Ports } from "../operation/ports.ts";

/** What is examined. Ports and webhook are made on the way: that they can't be is a finding like any other. */
export type Patient = {
  readonly inputs: InputsOf<"doctor">;
  /** Undefined where none was given; only what kind it is gets told. */
  readonly token: string | undefined;
  /** Without the webhook. */
  readonly ports: () => Promise<Ports> | Ports;
  readonly webhook: () => Webhook | null;
  /** How the webhook is given at this edge. */
  readonly webhookSource: string;
  readonly now: () => number;
  /** Which books, for who can't be told by them. */
  readonly place: string;
  readonly log: Ports["log"];
};
