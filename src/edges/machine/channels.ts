import type { NamedChannel } from "../../notify/channel.ts";
import type { BudgetError } from "../../values/errors.ts";

/** The channels of the input `channels`, and the error for lines of it that can't be used. */
export type GivenChannels = {
  readonly channels: readonly NamedChannel[];
  readonly error: BudgetError | undefined;
};

const NONE: GivenChannels = { channels: [], error: undefined };

/** The channels that a text names; their code loads only if there is such a text. */
export async function channelsIn(
  text: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<GivenChannels> {
  if (text === undefined) return NONE;
  const { badChannels, parseChannels } = await import("../../notify/parse-channels.ts");
  const { channels, problems } = parseChannels(text, {
    discord: env["TOKEN_BUDGET_TEST_DISCORD"],
    slack: env["TOKEN_BUDGET_TEST_SLACK"],
    receiver: env["TOKEN_BUDGET_TEST_RECEIVER"],
  });
  return { channels, error: problems.length === 0 ? undefined : badChannels(problems) };
}

/** What of that text is a secret by itself: its lines, its URLs and keys, but no name, which messages may show. */
export function channelSecrets(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  return lines
    .flatMap((line) => [
      line,
      ...line
        .replace(/^[^=/]*=/, "")
        .trim()
        .split(/\s+/),
    ])
    .filter(isSecret);
}

function isSecret(part: string): boolean {
  return part.length >= 8;
}
