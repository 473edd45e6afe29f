import type { InputsOf } from "../../inputs/commands/table.ts";
import type { NamedChannel } from "../../notify/channel.ts";
import type { Webhook } from "../../notify/discord/webhook.ts";
import type { BudgetError } from "../../values/errors.ts";
import type { Ports } from "../operation/ports.ts";

/** What is examined. Ports and webhook are created on the way: failing to create them is a finding like any other. */
export type Patient = {
  readonly inputs: InputsOf<"doctor">;
  /** Undefined if none was given; only its kind is reported. */
  readonly token: string | undefined;
  /** What opens the books, which are in GitHub or a folder, or in a database. */
  readonly access: "Token" | "Database";
  /** Without any channel. */
  readonly ports: () => Promise<Ports> | Ports;
  readonly webhook: () => Webhook | null;
  /** How the webhook is given at this edge. */
  readonly webhookSource: string;
  readonly channels: () => Promise<{
    readonly channels: readonly NamedChannel[];
    readonly error: BudgetError | undefined;
  }>;
  /** How the other channels are given at this edge. */
  readonly channelsSource: string;
  /** The environment, for the base addresses of agents in it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  /** Which books, if the ports can't say. */
  readonly place: string;
  readonly log: Ports["log"];
};
