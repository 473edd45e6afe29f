import type { Given } from "../../inputs/options.ts";
import type { NamedChannel } from "../../notify/channel.ts";
import { parseWebhook, type Webhook } from "../../notify/discord/webhook.ts";
import { BudgetError } from "../../values/errors.ts";
import { channelsIn } from "../machine/channels.ts";
import type { Environment } from "./inputs.ts";

/** The channels of the inputs; for a booking, an address that can't be used is only a warning. */
export async function channelsFor(
  inputs: Pick<Given, "discordWebhook" | "channels">,
  env: Environment,
  isBooking: boolean,
): Promise<{ webhook: Webhook | null; channels: readonly NamedChannel[]; warnings: readonly string[] }> {
  const errors: BudgetError[] = [];
  let webhook: Webhook | null = null;
  try {
    webhook = webhookOf(inputs, env);
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    errors.push(error);
  }
  const { channels, error } = await channelsIn(inputs.channels, env);
  if (error !== undefined) errors.push(error);
  if (errors[0] !== undefined && !isBooking) throw errors[0];
  const warnings = errors.map(({ message }) => `${message} Booked without a message to the channel.`);
  return { webhook, channels, warnings };
}

/** The webhook of the inputs. Throws a BudgetError that doesn't show it, for what isn't one of Discord's. */
export function webhookOf(inputs: Pick<Given, "discordWebhook">, env: Environment): Webhook | null {
  if (inputs.discordWebhook === undefined) return null;
  return parseWebhook(inputs.discordWebhook, { testOrigin: env["TOKEN_BUDGET_TEST_DISCORD"] });
}
