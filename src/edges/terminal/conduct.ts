import type { Note } from "../../books/draft.ts";
import { type Command, type InputsOf, takes } from "../../inputs/commands/table.ts";

/**
 * What a command does with an address that can't be used: refuse to start, book without a message and warn, or not look
 * at it, because it only reads.
 */
export type ChannelUse = "needed" | "wanted" | "unused";

/** How the terminal's ports behave for a command. */
export function conductOf(inputs: InputsOf<Command>): {
  readonly channelUse: ChannelUse;
  readonly isPersonal: boolean;
} {
  return { channelUse: channelUse(inputs), isPersonal: isPersonal(inputs) };
}

/** Bookings continue without the channel; for gates and maintainers a wrong address is an error. */
function channelUse(inputs: InputsOf<Command>): ChannelUse {
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

/** Whether the books keep who did it. */
export function isPersonal(inputs: InputsOf<Command>): boolean {
  switch (inputs.command) {
    case "adjust":
    case "reset":
    case "pause":
    case "resume":
      return true;
    case "alerts":
      return inputs.acknowledge !== undefined;
    case "statement":
      return !isReading(inputs);
    case "doctor":
      return inputs.resetChannel !== undefined;
    default:
      return false;
  }
}

function isNamed({ month, period }: InputsOf<"recap">): boolean {
  return month !== undefined || period !== undefined;
}

/** Warnings as an answer has them. */
export function warningsOf(texts: readonly string[]): Note[] {
  return texts.map((text) => ({ level: "warning", text }));
}
