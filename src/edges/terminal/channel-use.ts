import { type Command, type InputsOf, takes } from "../../inputs/commands/table.ts";

/**
 * What a command does with an address that can't be used: refuse to start, book without a message and warn, or not look
 * at it, because it only reads.
 */
export type ChannelUse = "needed" | "wanted" | "unused";

/** Bookings continue without the channel; for gates and maintainers a wrong address is an error. */
export function channelUse(inputs: InputsOf<Command>): ChannelUse {
  const { command } = inputs;
  if (command === "record" || command === "release") return "wanted";
  return takes(command, "discord-webhook") && !isReading(inputs) ? "needed" : "unused";
}

function isReading(inputs: InputsOf<Command>): boolean {
  switch (inputs.command) {
    case "alerts":
      return inputs.acknowledge === undefined;
    case "recap":
      return inputs.post !== true && inputs.force !== true && isNamed(inputs);
    case "verify":
      return inputs.repair !== true;
    case "statement":
      return inputs.issue !== true && inputs.paid === undefined && inputs.void === undefined;
    default:
      return false;
  }
}

function isNamed({ month, period }: InputsOf<"recap">): boolean {
  return month !== undefined || period !== undefined;
}
