const MAX_LENGTH = 72;
const SKIP_CI = " [skip ci]";

/**
 * A commit message of one line and at most 72 characters, beyond which git's and GitHub's lists cut. With `skipCi` it
 * ends in "[skip ci]": commits on a branch that workflows watch start none.
 */
export function headlineOf(message: string, { skipCi }: { readonly skipCi: boolean }): string {
  const line = message.replace(/\s+/g, " ").replace(SKIP_CI, "").trim();
  const end = skipCi ? SKIP_CI : "";
  const characters = [...line];
  const room = MAX_LENGTH - end.length;
  return `${characters.length > room ? `${characters.slice(0, room - 1).join("")}…` : line}${end}`;
}
