import type { EstimatedShare } from "../../books/estimated-share.ts";
import { showUsd } from "../../values/money.ts";
import { showPercent } from "../../values/percent.ts";

/** The prefix of a figure that is based on many estimates. */
export const ABOUT = "≈ ";

/**
 * How much of the spending is estimated, under which profile most of it is, and how to fix that, as plain text. A recap
 * knows the profile without its amount.
 */
export function estimatedText(share: EstimatedShare & { readonly profile?: string | undefined }): string {
  const { percent, amount, most, profile = most?.profile } = share;
  const sum = most === undefined ? "" : ` (${showUsd(most.amount)})`;
  const where = profile === undefined ? "" : `, most of it under the profile ${profile}${sum}`;
  return `${showPercent(percent)} of what is spent is estimated, ${showUsd(amount)}${where}: name the files its tools write in usage-file, so that real costs are booked.`;
}
